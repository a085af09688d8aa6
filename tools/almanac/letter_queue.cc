#include "tools/almanac/letter_queue.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "storage/project_file.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

bool is_selection(const Options& options) {
  return options.from || options.to || !options.select.empty() || !options.lines.empty() ||
         !options.code.empty();
}

// CALC DATE as a selection.
Result<Options> with_pair(Options options) {
  if (options.calculation.empty()) return options;
  if (options.date.empty()) {
    return usage_error("expected a date after " + options.calculation + ", or --select " +
                       options.calculation + " for all its dead letters");
  }
  if (is_selection(options)) {
    return usage_error("expected either a calculation and a date, or a selection");
  }
  const auto date = Date::parse(options.date);
  if (!date) return usage_error("\"" + options.date + "\" is not a date; expected YYYY-MM-DD");
  options.from = options.to = *date;
  options.select = options.calculation;
  return options;
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

}  // namespace

bool QueuedLetter::in_force() const {
  return cell && cell->key == letter.key &&
         (cell->verdict.state == State::Failed || cell->verdict.reason == Reason::Dropped);
}

std::string QueuedLetter::cell_text() const {
  if (!cell) return "no longer there";
  return std::string(word_of(cell->verdict.state)) + ", " +
         std::string(name_of(cell->verdict.reason));
}

std::string QueuedLetter::name() const {
  return letter.calculation + " " + letter.date.str();
}

bool is_choice(const Options& options) {
  return is_selection(options) || !options.calculation.empty();
}

Result<LetterQueue> read_queue(const Options& asked) {
  TRY(const Options chosen, with_pair(asked));
  TRY(const Options options, up_to_the_last(chosen));
  LetterQueue queue;
  TRY(queue.planned, open_and_plan(options));
  TRY(const auto letters, queue.planned.workspace->ledger->dead_letters());
  for (const auto& letter : letters) {
    if (!is_asked_for(options, *queue.planned.planning, letter)) continue;
    queue.letters.push_back({letter, cell_of(queue.planned, letter)});
  }
  return queue;
}

}  // namespace almanac
