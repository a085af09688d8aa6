// almanac retry: dead letters are put back, so that attempts start anew, and their cells are tried
// with what hangs on them. Nothing else is computed: all that is out of date is the business of
// run.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "core/plan/reach.h"
#include "tools/almanac/console.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/letter_queue.h"
#include "tools/almanac/letters.h"
#include "tools/almanac/options.h"
#include "tools/almanac/run_project.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using Cells = std::vector<Ledger::CellName>;

struct Chosen {
  Cells letters;  // to be put back
  Cells tried;    // that have failed, or are stopped by their calculation's breaker
  size_t failed = 0;
};

Chosen choose(const LetterQueue& queue) {
  Chosen chosen;
  for (const QueuedLetter& listed : queue.letters) {
    const Ledger::CellName name{listed.letter.calculation, listed.letter.date};
    if (listed.letter.dropped || !listed.cell || listed.cell->key != listed.letter.key) continue;
    if (listed.cell->archived) continue;  // what it reads is no longer there
    // Of a cell that is up to date it is what a forced run left.
    if (listed.cell->verdict.state == State::Stable) chosen.letters.push_back(name);
    if (!listed.in_force()) continue;
    chosen.letters.push_back(name);
    chosen.tried.push_back(name);
  }
  chosen.failed = chosen.tried.size();
  const Planner& planner = *queue.planned.planning->planner;
  for (const PlannedCell& cell : queue.planned.cells) {
    if (cell.role != Role::Wanted || cell.verdict.reason != Reason::BreakerOpen) continue;
    chosen.tried.push_back(
        {planner.manifest().calculations[cell.calculation].id, planner.date(cell.day)});
  }
  return chosen;
}

// A request that has the cells, and all that depends on them.
Options around(Options options, const Cells& cells, Date yesterday) {
  std::set<std::string> selected;
  options.from = options.to = cells.front().date;
  for (const auto& cell : cells) {
    selected.insert(cell.calculation + "+");
    options.from = std::min(*options.from, cell.date);
    options.to = std::max(*options.to, cell.date);
  }
  options.to = std::max(*options.to, yesterday);
  options.select.clear();
  for (const auto& term : selected) options.select += (options.select.empty() ? "" : ",") + term;
  options.lines.clear();
  options.warned = true;
  return options;
}

AllowedCells reached(const Planned& planned, const Cells& cells) {
  const Planner& planner = *planned.planning->planner;
  const Manifest& manifest = planner.manifest();
  std::vector<Reach::Cell> from;
  for (const auto& cell : cells) {
    if (const auto at = planner.cell_at(cell.calculation, cell.date)) from.push_back(*at);
  }
  std::set<Reach::Cell> up_to_date;
  for (const PlannedCell& cell : planned.cells) {
    const State state = cell.verdict.state;
    if (!is_up_to_date(state)) continue;
    up_to_date.insert({cell.calculation, cell.day});
  }
  const Reach reach(manifest, planner.days(), from,
                    [&](size_t c, size_t day) { return up_to_date.contains({c, day}); });
  AllowedCells out;
  for (const PlannedCell& cell : planned.cells) {
    if (!reach.has(cell.calculation, cell.day)) continue;
    out.insert({manifest.calculations[cell.calculation].id, planner.date(cell.day)});
  }
  return out;
}

Result<int> try_again(const Options& options, const Cells& cells) {
  TRY(Planned planned, open_and_plan(options));
  const AllowedCells only = reached(planned, cells);
  TRY(Ran ran, carry_out(options, &only, &planned));
  const auto& calculations = planned.workspace->manifest.calculations;
  std::erase_if(ran.summary.cells, [&](const RanCell& cell) {
    return !only.contains({calculations[cell.calculation].id, cell.date});
  });
  return tell(options, planned, ran);
}

Result<int> nothing_to_try(const Options& options, const LetterQueue& queue) {
  std::fprintf(stderr, "almanac: no failed cell %sis there to be tried again\n",
               is_choice(options) ? "of this selection " : "");
  return options.json ? tell(options, queue.planned, Ran()) : static_cast<int>(kDone);
}

Result<int> retry(const Options& options) {
  TRY(LetterQueue queue, read_queue(options));
  const Chosen chosen = choose(queue);
  if (chosen.letters.empty() && chosen.tried.empty()) return nothing_to_try(options, queue);
  TRY(const Date now, today(queue.planned.workspace->project));
  TRY(const std::string run, requeue_cells(std::move(queue.planned), chosen.letters));
  if (!run.empty() && options.json) {
    print_json({{"version", 1}, {"run_id", run}, {"requeued", chosen.letters.size()}});
  } else if (!run.empty()) {
    std::printf("run %s, which is under way, tries %s again\n", run.c_str(),
                count_text(chosen.letters.size(), "failed cell").c_str());
  }
  if (!run.empty()) return static_cast<int>(kDone);
  std::fprintf(stderr, "almanac: %s tried again\n", are(chosen.failed, "failed cell").c_str());
  const Cells& cells = chosen.tried.empty() ? chosen.letters : chosen.tried;
  return try_again(around(options, cells, now - 1), cells);
}

}  // namespace

int retry_command(const Options& options) {
  stop_on_signals();
  return finish(retry(options));
}

}  // namespace almanac
