// almanac explain CALC DATE: state and reason, the parts of the key then and now, and where along
// the graph the change began.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "core/plan/identity.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;
using Source = Calculation::Source;

constexpr size_t kShownMessages = 3;
constexpr uint64_t kMegabyte = 1'000'000;
constexpr double kSecondMs = 1000;

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
                    std::string(word_of(plan.verdict.state)) + ", " +
                    std::string(name_of(plan.verdict.reason)) +
                    (plan.detail.empty() ? "" : ": " + in_line(plan.detail)));
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
    if (!own && !inherited && !is_up_to_date(state)) {
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
    if (is_up_to_date(state)) return false;
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
    json reading;
    if (a.reading) {
      reading = {{"at_ms", a.reading->at_ms},
                 {"resident_bytes", a.reading->resident_bytes},
                 {"heap_bytes", a.reading->heap_bytes},
                 {"cpu_ms", a.reading->cpu_ms},
                 {"entities", a.reading->entities}};
    }
    out.push_back({{"last_reading", reading},
                   {"worker", a.worker},
                   {"high_mem", a.high_mem},
                   {"input_rows", a.input_rows},
                   {"id", a.id},
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

json need_json(const Need& need, uint64_t rows) {
  if (need.bytes == 0) return nullptr;
  return {{"rows", rows}, {"bytes", need.bytes}, {"ms", need.most_ms}};
}

std::string short_of(const Hash& hash) {
  return hash.zero() ? "absent" : hash.hex().substr(0, 16);
}

// Every part of the key, with both hashes where it is another one than recorded.
void print_key(const Identity& now, const CellPlan& plan, const CellRecord* record) {
  std::map<std::string, Hash> stored;
  for (size_t i = 0; record && i < record->identity->parts.size(); ++i) {
    stored[record->identity->parts[i].name] = record->identity->parts[i].hash;
  }
  for (size_t i = 0; record && i < record->dated.size(); ++i) {
    if (i < record->identity->dated.size()) stored[record->identity->dated[i]] = record->dated[i];
  }
  size_t width = 0;
  for (const auto& part : now.parts) width = std::max(width, width_of(part.name));
  for (const auto& name : now.dated) width = std::max(width, width_of(name));
  auto line = [&](const std::string& name, const Hash* current) {
    const auto old = stored.find(name);
    const bool known = old != stored.end();
    const bool changed = known && current && old->second != *current;
    const std::string arrow =
        changed || !known ? " -> " + (current ? short_of(*current) : std::string("?")) : "";
    std::printf("  %c %s %s%s\n", changed ? '*' : ' ', padded(name, width).c_str(),
                known ? short_of(old->second).c_str() : "-", arrow.c_str());
  };
  for (const auto& part : now.parts) line(part.name, &part.hash);
  for (size_t i = 0; i < now.dated.size(); ++i) {
    line(now.dated[i], i < plan.dated.size() ? &plan.dated[i] : nullptr);
  }
}

// What an attempt did: "  120 entities, 2 failed, 118 rows", and why the first of them failed.
void print_statistics(const std::string& text) {
  const json statistics = json::parse(text.empty() ? "{}" : text, nullptr, false);
  if (!statistics.is_object()) return;
  auto count = [&](const char* name) {
    const auto found = statistics.find(name);
    return found != statistics.end() && found->is_number() ? found->get<uint64_t>() : 0;
  };
  std::string line;
  for (const char* name : {"entities", "failed", "skipped", "rows", "rejected"}) {
    const bool always = std::string_view(name) == "rows";
    if (count(name) == 0 && !always) continue;
    line += (line.empty() ? "" : ", ") + std::to_string(count(name)) + " " + name;
  }
  std::printf("  %s\n", line.c_str());
  const auto failed = statistics.find("failed_entities");
  for (size_t i = 0; failed != statistics.end() && i < std::min(failed->size(), kShownMessages);
       ++i) {
    const json& message = (*failed)[i];
    std::printf(
        "    failed: %s\n",
        in_line(message.is_string() ? message.get_ref<const std::string&>() : message.dump())
            .c_str());
  }
  const auto reasons = statistics.find("rejected_by_reason");
  if (reasons == statistics.end() || !reasons->is_object()) return;
  for (const auto& [reason, rows] : reasons->items()) {
    if (!rows.is_number()) continue;
    std::printf("    rejected, %s: %s\n", count_text(rows.get<uint64_t>(), "row").c_str(),
                in_line(reason).c_str());
  }
}

void print_attempts(const std::vector<Attempt>& attempts) {
  for (const auto& a : attempts) {
    std::printf("attempt %lld in run %s: %s, %lld ms%s%s\n", static_cast<long long>(a.id),
                a.run.c_str(), a.reason.c_str(), static_cast<long long>(a.duration_ms),
                a.error.empty() ? "" : ": ", in_line(a.error).c_str());
    if (a.status != AttemptStatus::Running && a.status != AttemptStatus::Lost) {
      print_statistics(a.statistics);
    }
    if (a.reading) {
      std::printf(
          "  last seen with %llu MB, of which %llu on the heap, after %.1f s of CPU time"
          " and %llu entities\n",
          static_cast<unsigned long long>(a.reading->resident_bytes / kMegabyte),
          static_cast<unsigned long long>(a.reading->heap_bytes / kMegabyte),
          static_cast<double>(a.reading->cpu_ms) / kSecondMs,
          static_cast<unsigned long long>(a.reading->entities));
    }
  }
}

// By which code the result of a cell was computed, and as whose it counts.
struct Standing {
  Hash computed_by, accepted_as;             // zero where nothing is known
  const EvidenceRecord* evidence = nullptr;  // by which the code of now does what that code does
  bool is_own = true;                        // what the compiler makes of both is the same

  bool owed() const { return evidence != nullptr && !is_own; }
};

Result<Standing> standing_of(Ledger& ledger, const Planner& planner, size_t c,
                             const CellRecord* record) {
  Standing standing;
  if (record == nullptr || record->key.zero()) return standing;
  TRY(const auto trace, ledger.trace(record->key));
  if (trace) standing.computed_by = trace->code_hash;
  if (code_parts(*record->identity) != code_parts(*planner.identity(c))) return standing;
  standing.accepted_as = planner.code(c);
  const auto own = planner.same_code(c);
  standing.is_own = !trace || std::ranges::count(own, standing.computed_by) > 0;
  // By which the code of now has the keys of the version that computed it, or the other way round.
  int64_t id = planner.behaviour(c).evidence;
  for (const CodeRecord& code : planner.codes()) {
    const bool its = code.calculation == planner.manifest().calculations[c].id &&
                     code.code == standing.computed_by;
    if (id == 0 && its && !code.revoked) id = code.evidence;
  }
  for (const EvidenceRecord& found : planner.evidence()) {
    if (found.id == id) standing.evidence = &found;
  }
  return standing;
}

// Ids of evidence about a calculation that did not hold.
std::vector<int64_t> revoked_about(const Planner& planner, size_t c) {
  std::vector<int64_t> ids;
  for (const EvidenceRecord& found : planner.evidence()) {
    const bool its = found.calculation == planner.manifest().calculations[c].id;
    if (its && found.revoked && found.kind == EvidenceRecord::Kind::Verdict) {
      ids.push_back(found.id);
    }
  }
  return ids;
}

json hash_or_null(const Hash& hash) {
  return hash.zero() ? json() : json(hash.hex());
}

Result<int> explain(const Options& options) {
  TRY(NamedCell named, plan_named_cell(options));
  Planned& planned = named.planned;
  Planner& planner = *planned.planning->planner;
  const std::string& id = named.id();
  const size_t c = named.calculation, day = named.day;
  const CellPlan plan = planner.evaluate(c, day);
  const CellRecord* record = planner.record(c, day);
  RootCauses causes(planner, planned.cells);
  auto roots = causes.find(c, day);
  if (plan.verdict.state == State::Stable) roots.clear();  // nothing to be explained
  TRY(const auto attempts, planned.workspace->ledger->attempts(id, named.date));
  TRY(auto usages, planned.workspace->ledger->usages());
  const uint64_t rows = planner.rows_read(c, day);
  const Need need = Profile(usages[id]).need(rows);
  const Repeats& repeats = planner.repeats(c);
  TRY(const Standing standing, standing_of(*planned.workspace->ledger, planner, c, record));
  const bool fell = plan.verdict.reason == Reason::EvidenceRevoked;
  const auto revoked = fell ? revoked_about(planner, c) : std::vector<int64_t>();

  if (options.json) {
    json out{{"version", 1},
             {"calculation", id},
             {"date", options.date},
             {"state", name_of(plan.verdict.state)},
             {"reason", name_of(plan.verdict.reason)},
             {"detail", plan.detail},
             {"stored_key", record ? key_json(*record->identity, record->dated) : json::object()},
             {"current_key", key_json(*planner.identity(c), plan.dated)},
             {"changed", plan.changed},
             {"attempts", attempts_json(attempts)},
             {"need", need_json(need, rows)},
             {"repeats", repeats_json(repeats)},
             {"computed_by", hash_or_null(standing.computed_by)},
             {"accepted_as", hash_or_null(standing.accepted_as)},
             {"evidence", standing.evidence ? json(standing.evidence->id) : json()},
             {"owed", standing.owed()},
             {"revoked", revoked},
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

  std::printf("%s %s: %s, %s%s%s\n", id.c_str(), options.date.c_str(),
              std::string(word_of(plan.verdict.state)).c_str(),
              std::string(name_of(plan.verdict.reason)).c_str(), plan.detail.empty() ? "" : ": ",
              in_line(plan.detail).c_str());
  if (plan.verdict.reason == Reason::BreakerOpen) {
    std::printf(
        "  %s is stopped after failures in a row; correct it and run again, or almanac retry\n",
        id.c_str());
  }
  if (plan.verdict.state == State::Failed) {
    std::printf(
        "  it is not tried again with this key; correct the cause, or, if that was outside, try it "
        "again:\n  almanac retry --select %s --date %s; to give it up: almanac dlq drop %s %s\n",
        id.c_str(), options.date.c_str(), id.c_str(), options.date.c_str());
  }
  if (plan.verdict.reason == Reason::Dropped) {
    std::printf("  a person gave it up; almanac dlq requeue %s %s puts it back\n", id.c_str(),
                options.date.c_str());
  }
  print_key(*planner.identity(c), plan, record);
  for (const auto& root : roots) {
    std::printf("root cause: %s %s, %s\n",
                planner.manifest().calculations[root.calculation].id.c_str(),
                planner.date(root.day).str().c_str(), root.part.c_str());
  }
  if (options.tree) {
    for (const auto& entry : causes.tree()) std::printf("%s\n", entry.c_str());
  }
  for (const int64_t id : revoked) {
    std::printf("evidence %lld did not hold; almanac evidence show %lld\n",
                static_cast<long long>(id), static_cast<long long>(id));
  }
  if (standing.evidence != nullptr) {
    const auto seen = json::parse(standing.evidence->document, nullptr, false);
    std::printf("its code does what code %s does: evidence %lld, in %llu contexts%s\n",
                short_of(standing.evidence->before).c_str(),
                static_cast<long long>(standing.evidence->id),
                static_cast<unsigned long long>(seen.is_object() ? seen.value("contexts", 0) : 0),
                standing.owed() ? "; this cell was not computed again so far" : "");
  }
  print_attempts(attempts);
  if (need.bytes > 0) {
    std::printf("it reads %llu rows; of such cells 95 %% need up to %llu MB and %.1f s\n",
                static_cast<unsigned long long>(rows),
                static_cast<unsigned long long>(need.bytes / kMegabyte), need.most_ms / kSecondMs);
  }
  if (repeats.cells > 0) std::printf("%s\n", text_of(repeats).c_str());
  return static_cast<int>(kDone);
}

}  // namespace

int explain_command(const Options& options) {
  auto code = explain(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
