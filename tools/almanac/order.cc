#include "tools/almanac/order.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <random>

#include "activities/steps.h"
#include "tools/almanac/console.h"
#include "tools/almanac/session.h"
#include "tools/almanac/steering.h"
#include "tools/almanac/worker_setup.h"

namespace almanac {

namespace {

constexpr int kSharedSlices = 32;  // that are offered to the workers of a service at a time

}  // namespace

std::string new_run_id() {
  const time_t now = now_ms() / 1000;
  tm utc{};
  gmtime_r(&now, &utc);
  char text[48];
  std::snprintf(text, sizeof text, "%04d%02d%02dT%02d%02d%02d-%08x", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                std::random_device{}());
  return text;
}

Result<Order> order_of(const Options& options, const Workspace& workspace) {
  const Project& project = workspace.project;
  Order order;
  order.run = new_run_id();
  if (options.from) order.from = options.from->str();
  if (options.to) order.to = options.to->str();
  order.lines = options.lines;
  order.select = options.select;
  order.exact = options.exact;
  order.force = options.force;
  TRY(const Date day, today(project));
  order.today = day.str();
  TRY(order.modules, modules_of(workspace));
  order.shared = on_service(project);
  const bool many = order.shared && options.jobs == 0;
  order.parallel = many ? kSharedSlices : static_cast<int>(threads_of(options));
  return order;
}

bool is_anything_to_do(const std::vector<PlannedCell>& cells) {
  return std::any_of(cells.begin(), cells.end(),
                     [](const PlannedCell& cell) { return writes(cell.verdict, cell.withdraw); });
}

Result<std::optional<Ledger::LeaseHolder>> left_lease(const Project& project, Ledger& ledger) {
  TRY(auto holder, ledger.holder());
  if (holder && holder->keeper == Ledger::Keeper::Process) return in_use(*holder);
  if (!holder && !on_service(project)) return holder;
  TRY(const auto run, Steering::find(project, ledger));
  if (run) {
    return temporary_error("run " + run->run() + " is under way at " + project.engine_address +
                           "; `almanac watch` follows it, `almanac cancel` ends it");
  }
  return holder;
}

Result<void> check_nobody_runs(const Project& project) {
  std::optional<Ledger::LeaseHolder> left;
  {
    TRY(const auto ledger, read_ledger(project));
    TRY(left, left_lease(project, *ledger));
  }
  if (!left) return {};
  warn("run " + left->run + " is not under way at " + project.engine_address +
       " any more; the ledger is given free");
  return free_lease(project, left->token);
}

Result<void> write_ledger(
    const Project& project, const Manifest& manifest,
    const std::function<Result<void>(Ledger& ledger, const Ledger::Lease& lease)>& write) {
  TRY_VOID(check_nobody_runs(project));
  TRY(const auto workspace, open_workspace(project, manifest, Access::Write));
  TRY(const auto lease, take_lease(*workspace, new_run_id()));
  const auto written = write(*workspace->ledger, lease);
  TRY_VOID(workspace->ledger->release(lease));
  return written;
}

}  // namespace almanac
