// almanac dlq list, requeue, drop: the queue of dead letters. `retry` requeues and runs; these only
// change the queue.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/almanac/console.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/letter_queue.h"
#include "tools/almanac/letters.h"
#include "tools/almanac/options.h"
#include "tools/almanac/result_rows.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

// The letters that requeue or drop are about: of one cell, which must have one, or of a selection.
Result<LetterQueue> choose(const Options& options) {
  if (is_choice(options) == options.all) {
    return usage_error(
        "expected either a calculation and a date, or a selection (--select, --line, --from, --to, "
        "--date, --code), or --all for every dead letter; `almanac dlq list` shows them");
  }
  TRY(LetterQueue queue, read_queue(options));
  if (!queue.letters.empty() || options.calculation.empty()) return queue;
  return usage_error("there is no dead letter of " + options.calculation + " on " + options.date +
                     "; `almanac dlq list` shows those there are");
}

json cells_json(const std::vector<Ledger::CellName>& cells) {
  json out = json::array();
  for (const auto& cell : cells) {
    out.push_back({{"calculation", cell.calculation}, {"date", cell.date.str()}});
  }
  return out;
}

Result<int> list(const Options& options) {
  TRY(const LetterQueue queue, read_queue(options));
  if (options.json) {
    json out{{"version", 1}, {"dead_letters", json::array()}};
    for (const QueuedLetter& listed : queue.letters) {
      json& line = out["dead_letters"].emplace_back(letter_json(listed.letter));
      line["in_force"] = listed.in_force();
      line["state"] = listed.cell ? json(name_of(listed.cell->verdict.state)) : json();
      line["reason"] = listed.cell ? json(name_of(listed.cell->verdict.reason)) : json();
    }
    print_json(out);
    return static_cast<int>(kDone);
  }
  if (queue.letters.empty()) {
    std::printf(is_choice(options) ? "no dead letter is of this selection\n"
                                   : "there are no dead letters\n");
    return static_cast<int>(kDone);
  }
  ResultRows table{{"calculation", "date", "cell", "attempts", "end", "cause", "stage", "error"},
                   {}};
  for (const QueuedLetter& listed : queue.letters) {
    const DeadLetter& letter = listed.letter;
    table.rows.push_back({letter.calculation, letter.date.str(),
                          (listed.in_force() ? "" : "not in force: ") + listed.cell_text(),
                          letter.attempts, letter.end(), letter.code, in_line(letter.stage),
                          in_line(letter.error.substr(0, letter.error.find('\n')))});
  }
  print_rows(table);
  return static_cast<int>(kDone);
}

Result<int> requeue(const Options& options) {
  TRY(LetterQueue queue, choose(options));
  std::vector<Ledger::CellName> cells;
  for (const QueuedLetter& listed : queue.letters) {
    cells.push_back({listed.letter.calculation, listed.letter.date});
  }
  TRY(const std::string run, requeue_cells(std::move(queue.planned), cells));
  if (options.json) {
    print_json({{"version", 1},
                {"run_id", run.empty() ? json() : json(run)},
                {"requeued", cells.size()},
                {"cells", cells_json(cells)}});
  } else if (!run.empty()) {
    std::printf("run %s, which is under way, tries %s again\n", run.c_str(),
                count_text(cells.size(), "failed cell").c_str());
  } else {
    std::printf("%s put back%s\n", are(cells.size(), "dead letter").c_str(),
                cells.empty() ? "" : "; the next run tries again what failed");
  }
  return static_cast<int>(kDone);
}

Result<int> drop(const Options& options) {
  TRY(LetterQueue queue, choose(options));
  std::vector<Ledger::CellName> cells;
  size_t others = 0;  // of whose letters nothing hangs
  for (const QueuedLetter& listed : queue.letters) {
    if (!listed.in_force()) {
      ++others;
    } else if (!listed.letter.dropped) {
      cells.push_back({listed.letter.calculation, listed.letter.date});
    }
  }
  if (!options.date.empty() && others > 0) {
    const QueuedLetter& only = queue.letters.front();
    return usage_error("the dead letter of " + only.name() + " is not in force: the cell is " +
                       only.cell_text() + "; only a failed cell can be given up");
  }
  TRY_VOID(drop_cells(std::move(queue.planned), cells));
  if (options.json) {
    print_json({{"version", 1}, {"dropped", cells.size()}, {"cells", cells_json(cells)}});
    return static_cast<int>(kDone);
  }
  std::printf("%s given up%s\n", are(cells.size(), "cell").c_str(),
              cells.empty() ? ""
                            : ": they and what depends on them are impossible, but a window "
                              "leaves the day out, until their code or what they read changes, or "
                              "almanac dlq requeue puts them back");
  if (others) {
    std::printf("not in force, and left as they are: %s\n",
                count_text(others, "dead letter").c_str());
  }
  return static_cast<int>(kDone);
}

}  // namespace

int dlq_list_command(const Options& options) {
  return finish(list(options));
}

int dlq_requeue_command(const Options& options) {
  return finish(requeue(options));
}

int dlq_drop_command(const Options& options) {
  return finish(drop(options));
}

}  // namespace almanac
