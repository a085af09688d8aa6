// almanac dlq list, requeue, drop: the queue of dead letters. `retry` requeues and runs; these only
// change the queue. All three choose letters alike, so that `list` shows what the others would
// take.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "storage/project_file.h"
#include "tools/almanac/console.h"
#include "tools/almanac/letters.h"
#include "tools/almanac/options.h"
#include "tools/almanac/plan_report.h"
#include "tools/almanac/result_rows.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

using nlohmann::json;

struct Listed {
  DeadLetter letter;
  const PlannedCell* cell;  // null where calculation or day are gone

  // Whether the cell is not tried because of this letter. It is not where what the cell reads has
  // changed, or cannot be read now.
  bool in_force() const {
    return cell && cell->key == letter.key &&
           (cell->verdict.state == State::Failed || cell->verdict.reason == Reason::Dropped);
  }
  std::string cell_text() const {
    if (!cell) return "no longer there";
    return std::string(line_of(cell->verdict.state)) + ", " +
           std::string(name_of(cell->verdict.reason));
  }
  std::string name() const { return letter.calculation + " " + letter.date.str(); }
};

struct Queue {
  Planned planned;
  std::vector<Listed> letters;  // that were asked for, by calculation and date
};

bool is_selection(const Options& options) {
  return options.from || options.to || !options.select.empty() || !options.lines.empty() ||
         !options.code.empty();
}

// Without a last day all letters are meant, those of days that are not over yet, too.
Result<Options> up_to_the_last(Options options) {
  if (options.to) return options;
  TRY(const Project project, read_project(options.directory, std::getenv));
  TRY(Date last, today(project));
  last = last - 1;
  const Date yesterday = last;
  TRY(const auto ledger, read_ledger(project));
  TRY(const auto letters, ledger->dead_letters());
  for (const auto& letter : letters) last = std::max(last, letter.date);
  if (last > yesterday && options.from.value_or(last) <= last) options.to = last;
  return options;
}

bool is_asked_for(const Options& options, const Planning& planning, const DeadLetter& letter) {
  if (letter.date < options.from.value_or(letter.date)) return false;
  if (letter.date > options.to.value_or(letter.date)) return false;
  if (!options.code.empty() && options.code != letter.code && options.code != letter.end()) {
    return false;
  }
  const auto& index = planning.planner->manifest().index;
  const auto found = index.find(letter.calculation);
  if (found == index.end()) return options.select.empty() && options.lines.empty();
  return planning.selected[found->second];
}

const PlannedCell* cell_of(const Planned& planned, const DeadLetter& letter) {
  const auto cell = planned.planning->planner->cell_at(letter.calculation, letter.date);
  if (!cell) return nullptr;
  const auto place = [](const PlannedCell& c) { return std::pair(c.day, c.calculation); };
  const auto found =
      std::ranges::lower_bound(planned.cells, std::pair(cell->second, cell->first), {}, place);
  return found != planned.cells.end() && place(*found) == std::pair(cell->second, cell->first)
             ? &*found
             : nullptr;
}

Result<Queue> read_queue(const Options& asked) {
  TRY(const Options options, up_to_the_last(asked));
  Queue queue;
  TRY(queue.planned, open_and_plan(options));
  TRY(const auto letters, queue.planned.workspace->ledger->dead_letters());
  for (const auto& letter : letters) {
    if (!is_asked_for(options, *queue.planned.planning, letter)) continue;
    queue.letters.push_back({letter, cell_of(queue.planned, letter)});
  }
  return queue;
}

// The letters that requeue or drop are about: of one cell, which must have one, or of a selection.
Result<Queue> choose(Options options) {
  const bool selection = is_selection(options);
  const bool named = !options.date.empty();
  if (!options.calculation.empty() && !named) {
    return usage_error("expected a date after " + options.calculation + ", or --select " +
                       options.calculation + " for all its dead letters");
  }
  if (int{named} + int{selection} + int{options.all} != 1) {
    return usage_error(
        "expected either a calculation and a date, or a selection (--select, --line, --from, --to, "
        "--date, --code), or --all for every dead letter; `almanac dlq list` shows them");
  }
  if (!named) return read_queue(options);
  const auto date = Date::parse(options.date);
  if (!date) return usage_error("\"" + options.date + "\" is not a date; expected YYYY-MM-DD");
  options.from = options.to = *date;
  options.select = options.calculation;
  TRY(Queue queue, read_queue(options));
  if (!queue.letters.empty()) return queue;
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
  TRY(const Queue queue, read_queue(options));
  if (options.json) {
    json out{{"version", 1}, {"dead_letters", json::array()}};
    for (const Listed& listed : queue.letters) {
      json& line = out["dead_letters"].emplace_back(letter_json(listed.letter));
      line["in_force"] = listed.in_force();
      line["state"] = listed.cell ? json(name_of(listed.cell->verdict.state)) : json();
      line["reason"] = listed.cell ? json(name_of(listed.cell->verdict.reason)) : json();
    }
    print_json(out);
    return static_cast<int>(kDone);
  }
  if (queue.letters.empty()) {
    std::printf(is_selection(options) ? "no dead letter is of this selection\n"
                                      : "there are no dead letters\n");
    return static_cast<int>(kDone);
  }
  ResultRows table{{"calculation", "date", "cell", "attempts", "end", "cause", "stage", "error"},
                   {}};
  for (const Listed& listed : queue.letters) {
    const DeadLetter& letter = listed.letter;
    table.rows.push_back({letter.calculation, letter.date.str(),
                          (listed.in_force() ? "" : "not in force: ") + listed.cell_text(),
                          letter.attempts, letter.end(), letter.code, letter.stage,
                          letter.error.substr(0, letter.error.find('\n'))});
  }
  print_rows(table);
  return static_cast<int>(kDone);
}

Result<int> requeue(const Options& options) {
  TRY(Queue queue, choose(options));
  std::vector<Ledger::CellName> cells;
  for (const Listed& listed : queue.letters) {
    cells.push_back({listed.letter.calculation, listed.letter.date});
  }
  TRY(const std::string run, requeue_cells(std::move(queue.planned), cells));
  if (options.json) {
    print_json({{"version", 1},
                {"run_id", run.empty() ? json() : json(run)},
                {"requeued", cells.size()},
                {"cells", cells_json(cells)}});
  } else if (!run.empty()) {
    std::printf("run %s, which is under way, tries %zu failed cells again\n", run.c_str(),
                cells.size());
  } else {
    std::printf("%zu dead letters are put back%s\n", cells.size(),
                cells.empty() ? "" : "; the next run tries their cells again");
  }
  return static_cast<int>(kDone);
}

Result<int> drop(const Options& options) {
  TRY(Queue queue, choose(options));
  std::vector<Ledger::CellName> cells;
  size_t others = 0;  // of whose letters nothing hangs
  for (const Listed& listed : queue.letters) {
    if (!listed.in_force()) {
      ++others;
    } else if (!listed.letter.dropped) {
      cells.push_back({listed.letter.calculation, listed.letter.date});
    }
  }
  if (!options.date.empty() && others > 0) {
    const Listed& only = queue.letters.front();
    return usage_error("the dead letter of " + only.name() + " is not in force: the cell is " +
                       only.cell_text() + "; only a failed cell can be given up");
  }
  TRY_VOID(drop_cells(std::move(queue.planned), cells));
  if (options.json) {
    print_json({{"version", 1}, {"dropped", cells.size()}, {"cells", cells_json(cells)}});
    return static_cast<int>(kDone);
  }
  std::printf("%zu cells are given up%s\n", cells.size(),
              cells.empty() ? ""
                            : ": they and what depends on them are impossible until their code or "
                              "what they read changes, or almanac dlq requeue puts them back");
  if (others) std::printf("%zu dead letters that are not in force stay as they are\n", others);
  return static_cast<int>(kDone);
}

int finish(const Result<int>& code) {
  return code.ok() ? *code : fail(code.error());
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
