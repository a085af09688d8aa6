#include "tools/almanac/report_runs.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kRuns = 1000;  // that are looked at, the newest

const char* name_of(Act act) {
  switch (act) {
    case Act::Reused:
      return "reused";
    case Act::Accepted:
      return "accepted";
    case Act::Moved:
      return "moved";
    case Act::Withdrawn:
      return "withdrawn";
    default:
      return nullptr;  // computed, or said elsewhere
  }
}

}  // namespace

Result<ReportRuns> ReportRuns::read(Ledger& ledger) {
  ReportRuns report;
  TRY(report.runs_, ledger.runs(kRuns));
  TRY(const auto holder, ledger.holder());
  std::set<std::string> in_journal;  // it keeps the last two runs
  if (holder) in_journal.insert(holder->run);
  for (size_t i = 0; i < std::min<size_t>(2, report.runs_.size()); ++i) {
    in_journal.insert(report.runs_[i].run);
  }
  if (holder) {
    report.latest_ = holder->run;
  } else if (!report.runs_.empty()) {
    report.latest_ = report.runs_.front().run;
  }
  for (const auto& run : in_journal) {
    TRY(report.deeds_[run], ledger.deeds_of(run));
  }
  for (const Deed& deed : report.deeds_[report.latest_]) {
    if (deed.act == Act::Reused) report.done_[{deed.calculation, deed.date}] = "reused";
    if (deed.act == Act::Accepted) report.done_[{deed.calculation, deed.date}] = "skipped";
  }
  return report;
}

void ReportRuns::add(const Attempt& attempt) {
  if (attempt.status != AttemptStatus::Success) return;
  ++computed_[attempt.run];
  if (attempt.run == latest_) done_[{attempt.calculation, attempt.date}] = "computed";
  auto& last = last_[attempt.date];
  last = std::max(last, std::pair(attempt.id, attempt.run));
}

std::string ReportRuns::outcome(const Ledger::CellName& cell) const {
  const auto done = done_.find(cell);
  return done == done_.end() ? "stable" : done->second;
}

std::string ReportRuns::last_on(Date date) const {
  const auto last = last_.find(date);
  return last == last_.end() ? "" : last->second.second;
}

json ReportRuns::runs() const {
  json out = json::array();
  for (const auto& run : runs_) {
    const auto computed = computed_.find(run.run);
    if (computed == computed_.end() && run.run != latest_) continue;
    out.push_back({{"run_id", run.run},
                   {"command", run.command},
                   {"started", utc_text(run.started_ms)},
                   {"duration_ms", run.finished_ms - run.started_ms},
                   {"totals", json::parse(run.totals, nullptr, false)},
                   {"computed_here", computed == computed_.end() ? 0 : computed->second}});
  }
  return out;
}

size_t ReportRuns::unrecorded() const {
  std::set<std::string> recorded;
  for (const auto& run : runs_) recorded.insert(run.run);
  return static_cast<size_t>(
      std::count_if(computed_.begin(), computed_.end(),
                    [&](const auto& run) { return !recorded.contains(run.first); }));
}

json ReportRuns::reused(Date from, Date to) const {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::set<Date>> groups;
  for (const auto& [run, deeds] : deeds_) {
    for (const Deed& deed : deeds) {
      const char* act = name_of(deed.act);
      if (act == nullptr || deed.date < from || deed.date > to) continue;
      groups[{run, act, deed.reason, deed.calculation}].insert(deed.date);
    }
  }
  json out = json::array();
  for (const auto& [key, dates] : groups) {
    const auto& [run, act, reason, calculation] = key;
    out.push_back({{"calculation", calculation},
                   {"run_id", run},
                   {"act", act},
                   {"reason", reason},
                   {"cells", dates.size()},
                   {"from", dates.begin()->str()},
                   {"to", dates.rbegin()->str()}});
  }
  return out;
}

}  // namespace almanac
