// almanac retry: dead letters are put back; their attempts start anew.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/almanac/console.h"
#include "tools/almanac/letters.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

struct Retried {
  size_t cells = 0;
  std::string run;  // that is under way and tries them; empty: none
};

// The wanted cells with a letter that nobody has dropped.
Result<std::vector<Ledger::CellName>> failed_cells(const Planned& planned) {
  std::vector<Ledger::CellName> failed;
  TRY(const auto letters, planned.workspace->ledger->dead_letters());
  const Planning& planning = *planned.planning;
  for (const auto& letter : letters) {
    const auto cell = planning.planner->cell_at(letter.calculation, letter.date);
    if (letter.dropped || !cell) continue;
    if (planning.wanted->role(cell->first, cell->second) == Role::None) continue;
    failed.push_back({letter.calculation, letter.date});
  }
  return failed;
}

Result<Retried> requeue(const Options& options) {
  TRY(Planned planned, open_and_plan(options));
  TRY(const auto failed, failed_cells(planned));
  TRY(auto run, requeue_cells(std::move(planned), failed));
  return Retried{failed.size(), std::move(run)};
}

}  // namespace

int retry_command(const Options& options) {
  const auto retried = requeue(options);
  if (!retried.ok()) return fail(retried.error());
  if (retried->run.empty()) {
    std::fprintf(stderr, "almanac: %zu failed cells are tried again\n", retried->cells);
    return run_command(options);
  }
  if (options.json) {
    print_json({{"version", 1}, {"run_id", retried->run}, {"requeued", retried->cells}});
  } else {
    std::printf("run %s, which is under way, tries %zu failed cells again\n", retried->run.c_str(),
                retried->cells);
  }
  return kDone;
}

}  // namespace almanac
