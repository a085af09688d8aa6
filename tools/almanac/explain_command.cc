// almanac explain CALC DATE: state and reason, the parts of the key then and now, and where along
// the graph the change began.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/nearest.h"
#include "core/plan/identity.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

using nlohmann::json;
using Source = Calculation::Source;

json key_json(const Identity& identity, const std::vector<Hash>& dated) {
  json out = json::object();
  for (const auto& part : identity.parts) out[part.name] = part.hash.hex();
  for (size_t i = 0; i < dated.size() && i < identity.dated.size(); ++i) {
    out[identity.dated[i]] = dated[i].hex();
  }
  return out;
}

// Follows changed parts from a cell to the cells and tables they come from.
class RootCauses {
 public:
  RootCauses(Planner& planner, const std::vector<PlannedCell>& cells) : planner_(planner) {
    for (const auto& cell : cells) planned_[{cell.calculation, cell.day}] = &cell;
  }

  struct Cause {
    size_t calculation, day;
    std::string part;
    int depth;
  };

  std::vector<Cause> find(size_t calculation, size_t day) {
    visit(calculation, day, 0);
    return std::move(causes_);
  }
  const std::vector<std::string>& tree() const { return tree_; }

 private:
  void visit(size_t c, size_t day, int depth) {
    if (!seen_.insert({c, day}).second) return;
    const CellPlan plan = planner_.evaluate(c, day);
    tree_.push_back(std::string(static_cast<size_t>(2 * depth), ' ') +
                    planner_.manifest().calculations[c].id + " " + planner_.date(day).str() + "  " +
                    std::string(name_of(plan.verdict.state)) + ", " +
                    std::string(name_of(plan.verdict.reason)) +
                    (plan.detail.empty() ? "" : ": " + plan.detail));
    bool own = false, inherited = false;
    for (const auto& part : plan.changed) {
      const Part kind = part_of(part);
      if (kind == Part::Dependency || kind == Part::Window || kind == Part::History) continue;
      causes_.push_back({c, day, part, depth});
      own = true;
    }
    const auto& calculation = planner_.manifest().calculations[c];
    for (const auto& read : calculation.reads) {
      if (read.source == Source::Calculation) {
        const size_t source = planner_.manifest().index.at(read.name);
        for (size_t d = Planner::window_start(day, read.window); d <= day; ++d) {
          inherited |= follow(source, d, depth);
        }
      } else if (read.source == Source::Previous) {
        if (const auto before = planner_.day_before(c, day)) inherited |= follow(c, *before, depth);
      }
    }
    const State state = plan.verdict.state;
    if (!own && !inherited && state != State::Stable && state != State::Skipped) {
      causes_.push_back(
          {c, day,
           plan.changed.empty() ? std::string(name_of(plan.verdict.reason)) : plan.changed.front(),
           depth});
    }
  }

  // Only cells that are not up to date explain anything.
  bool follow(size_t c, size_t day, int depth) {
    const auto found = planned_.find({c, day});
    if (found == planned_.end()) return false;
    const State state = found->second->verdict.state;
    if (state == State::Stable || state == State::Skipped) return false;
    visit(c, day, depth + 1);
    return true;
  }

  Planner& planner_;
  std::map<std::pair<size_t, size_t>, const PlannedCell*> planned_;
  std::set<std::pair<size_t, size_t>> seen_;
  std::vector<Cause> causes_;
  std::vector<std::string> tree_;
};

json attempts_json(const std::vector<Attempt>& attempts) {
  static constexpr const char* kStatus[] = {"RUNNING", "SUCCESS", "FAILURE",
                                            "CRASH",   "LOST",    "CANCELLED"};
  json out = json::array();
  for (const auto& a : attempts) {
    out.push_back({{"id", a.id},
                   {"run_id", a.run},
                   {"status", kStatus[static_cast<size_t>(a.status)]},
                   {"state", a.state},
                   {"reason", a.reason},
                   {"key", a.key.hex()},
                   {"pass", a.pass},
                   {"started_ms", a.started_ms},
                   {"duration_ms", a.duration_ms},
                   {"error", a.error},
                   {"stage", a.stage},
                   {"statistics", json::parse(a.statistics.empty() ? "{}" : a.statistics)}});
  }
  return out;
}

Result<int> explain(const Options& options) {
  const auto date = Date::parse(options.date);
  if (!date) return usage_error("\"" + options.date + "\" is not a date; expected YYYY-MM-DD");
  Options wanted = options;
  wanted.from = wanted.to = *date;
  wanted.select = options.calculation;
  TRY(Planned planned, open_and_plan(wanted));
  Planner& planner = *planned.planning->planner;
  const auto cell = planner.cell_at(options.calculation, *date);
  if (!cell) return usage_error(options.date + " is not a day of the calendar");
  const auto [c, day] = *cell;
  const CellPlan plan = planner.evaluate(c, day);
  const CellRecord* record = planner.record(c, day);
  RootCauses causes(planner, planned.cells);
  const auto roots = causes.find(c, day);
  TRY(const auto attempts, planned.workspace->ledger->attempts(options.calculation, *date));

  if (options.json) {
    json out{{"version", 1},
             {"calculation", options.calculation},
             {"date", options.date},
             {"state", name_of(plan.verdict.state)},
             {"reason", name_of(plan.verdict.reason)},
             {"detail", plan.detail},
             {"stored_key", record ? key_json(*record->identity, record->dated) : json::object()},
             {"current_key", key_json(*planner.identity(c), plan.dated)},
             {"changed", plan.changed},
             {"attempts", attempts_json(attempts)},
             {"root_cause", json::array()}};
    if (plan.predicted) out["predicted"] = true;
    if (record) {
      out["result_hash"] = record->result->hash.hex();
      out["composite_hash"] = hash_of(*record->identity).hex();
      out["computation"] = record->computation;
    }
    for (const auto& root : roots) {
      out["root_cause"].push_back(
          {{"calculation", planner.manifest().calculations[root.calculation].id},
           {"date", planner.date(root.day).str()},
           {"part", root.part}});
    }
    print_json(out);
    return static_cast<int>(kDone);
  }

  std::printf("%s %s: %s, %s%s%s\n", options.calculation.c_str(), options.date.c_str(),
              std::string(name_of(plan.verdict.state)).c_str(),
              std::string(name_of(plan.verdict.reason)).c_str(), plan.detail.empty() ? "" : ": ",
              plan.detail.c_str());
  const Identity& now = *planner.identity(c);
  auto line = [&](const std::string& name, const Hash* stored, const Hash* current) {
    const bool changed = stored && current && *stored != *current;
    std::printf("  %c %-32s %s%s%s\n", changed ? '*' : ' ', name.c_str(),
                stored ? stored->hex().substr(0, 16).c_str() : "-",
                changed || !stored ? " -> " : "",
                changed || !stored ? (current ? current->hex().substr(0, 16).c_str() : "?") : "");
  };
  auto stored_part = [&](const std::string& name) -> const Hash* {
    if (!record) return nullptr;
    for (const auto& part : record->identity->parts) {
      if (part.name == name) return &part.hash;
    }
    for (size_t i = 0; i < record->identity->dated.size() && i < record->dated.size(); ++i) {
      if (record->identity->dated[i] == name) return &record->dated[i];
    }
    return nullptr;
  };
  for (const auto& part : now.parts) line(part.name, stored_part(part.name), &part.hash);
  for (size_t i = 0; i < now.dated.size(); ++i) {
    line(now.dated[i], stored_part(now.dated[i]), i < plan.dated.size() ? &plan.dated[i] : nullptr);
  }
  for (const auto& root : roots) {
    std::printf("root cause: %s %s, %s\n",
                planner.manifest().calculations[root.calculation].id.c_str(),
                planner.date(root.day).str().c_str(), root.part.c_str());
  }
  if (options.tree) {
    for (const auto& entry : causes.tree()) std::printf("%s\n", entry.c_str());
  }
  for (const auto& a : attempts) {
    std::printf("attempt %lld in run %s: %s, %s, %lld ms%s%s\n", static_cast<long long>(a.id),
                a.run.c_str(), a.state.c_str(), a.reason.c_str(),
                static_cast<long long>(a.duration_ms), a.error.empty() ? "" : ": ",
                a.error.c_str());
  }
  return static_cast<int>(kDone);
}

}  // namespace

int explain_command(const Options& options) {
  auto code = explain(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
