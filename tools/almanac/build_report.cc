#include "tools/almanac/build_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "activities/outcome.h"
#include "tools/almanac/evidence_report.h"
#include "tools/almanac/report_causes.h"
#include "tools/almanac/report_failures.h"
#include "tools/almanac/report_runs.h"
#include "tools/almanac/report_work.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

// In the order of a sum.
constexpr const char* kOutcomeNames[] = {"computed", "reused",           "skipped",
                                         "stable",   "pending",          "blocked",
                                         "failed",   "failedDependency", "impossible"};

json zeros() {
  json out = json::object();
  for (const char* name : kOutcomeNames) out[name] = 0;
  return out;
}

json state_zeros() {
  json out = json::object();
  for (size_t i = 0; i < kStates; ++i) out[std::string(name_of(static_cast<State>(i)))] = 0;
  return out;
}

void count(json& totals, std::string_view name) {
  json& n = totals[std::string(name)];
  n = n.get<size_t>() + 1;
}

class BuildReport {
 public:
  BuildReport(Planned& planned, size_t days)
      : planned_(planned),
        planner_(*planned.planning->planner),
        ledger_(*planned.workspace->ledger) {
    std::set<size_t> wanted;
    for (const PlannedCell& cell : planned.cells) {
      if (cell.role == Role::Wanted) wanted.insert(cell.day);
    }
    left_out_ = wanted.size() - std::min(wanted.size(), days);
    days_.assign(std::next(wanted.begin(), static_cast<std::ptrdiff_t>(left_out_)), wanted.end());
    const auto& selected = planned.planning->selected;
    for (size_t c = 0; c < selected.size(); ++c) {
      if (selected[c]) calculations_.push_back(c);
    }
  }

  Result<json> go() {
    TRY(runs_, ReportRuns::read(ledger_));
    TRY_VOID(read_work());
    start();
    json dates = json::array();
    for (const size_t day : days_) dates.push_back(date_line(day));
    add_cells(dates);
    check_sums(dates);
    out_["dates"] = std::move(dates);
    add_work();
    TRY_VOID(add_failures(planned_, failed_, work_, &out_));
    out_["runs"] = runs_.runs();
    out_["runs_unrecorded"] = runs_.unrecorded();
    out_["reused"] = out_["causes"] = out_["unreadable"] = json::array();
    if (!days_.empty()) {
      out_["reused"] = runs_.reused(planner_.date(days_.front()), planner_.date(days_.back()));
      out_["causes"] = root_causes(*planned_.planning, planned_.cells, days_.front());
      add_root_data();
    }
    add_repeats();
    TRY(out_["evidence"], report_evidence(ledger_, planner_));
    return std::move(out_);
  }

 private:
  const std::string& id(size_t calculation) const {
    return planner_.manifest().calculations[calculation].id;
  }

  Result<void> read_work() {
    if (days_.empty()) return {};
    const Date from = planner_.date(days_.front()), to = planner_.date(days_.back());
    for (const size_t c : calculations_) {
      TRY(const auto attempts, ledger_.attempts_between(id(c), from, to));
      const ReportWork& work = work_.emplace(c, ReportWork(id(c), attempts)).first->second;
      for (const Attempt& attempt : attempts) runs_.add(attempt);
      for (const auto& [date, ms] : work.spent_ms()) spent_ms_[date] += ms;
    }
    return {};
  }

  void start() {
    const bool any = !days_.empty();
    out_ = {{"version", 1},
            {"project", planned_.workspace->project.name},
            {"made", utc_text(now_ms())},
            {"from", any ? json(planner_.date(days_.front()).str()) : json()},
            {"to", any ? json(planner_.date(days_.back()).str()) : json()},
            {"expected_per_date", calculations_.size()},
            {"expected", calculations_.size() * days_.size()},
            {"dates_left_out", left_out_},
            {"latest_run", runs_.latest().empty() ? json() : json(runs_.latest())},
            {"warnings", planned_.planning->warnings},
            {"totals", state_zeros()},
            {"outcomes", zeros()}};
  }

  json date_line(size_t day) const {
    const Date date = planner_.date(day);
    json line{{"date", date.str()}, {"totals", state_zeros()}, {"outcomes", zeros()}};
    const auto spent = spent_ms_.find(date);
    line["spent_ms"] = spent == spent_ms_.end() ? 0 : spent->second;
    const std::string run = runs_.last_on(date);
    line["run_id"] = run.empty() ? json() : json(run);
    return line;
  }

  std::string outcome(const PlannedCell& cell) const {
    if (is_change(cell.verdict)) return "pending";
    const State state = cell.verdict.state;
    if (state == State::Stable) {
      return runs_.outcome({id(cell.calculation), planner_.date(cell.day)});
    }
    return std::string(name_of(outcome_of(state)));
  }

  // Cells of a calculation on dates that follow each other, of which the same can be said.
  void add_to_spans(json& spans, const PlannedCell& cell, const std::string& outcome) const {
    const std::string date = planner_.date(cell.day).str();
    json next{{"outcome", outcome},
              {"state", name_of(cell.verdict.state)},
              {"reason", name_of(cell.verdict.reason)}};
    if (!cell.detail.empty()) next["detail"] = cell.detail;
    if (cell.predicted) next["predicted"] = true;
    const auto* tried = work_.at(cell.calculation).cell(planner_.date(cell.day));
    if (tried && tried->succeeded) next["computed_because"] = tried->reason;
    if (!spans.empty()) {
      json& last = spans.back();
      json same = last;
      for (const char* name : {"from", "to", "cells"}) same.erase(name);
      if (same == next) {
        last["to"] = date;
        last["cells"] = last["cells"].get<size_t>() + 1;
        return;
      }
    }
    next["from"] = next["to"] = date;
    next["cells"] = 1;
    spans.push_back(std::move(next));
  }

  void add_cells(json& dates) {
    std::map<size_t, json> lines;  // by calculation
    for (const size_t c : calculations_) {
      lines[c] = {{"calculation", id(c)},
                  {"category", planner_.manifest().calculations[c].category},
                  {"pass", planner_.manifest().pass[c]},
                  {"outcomes", zeros()},
                  {"spans", json::array()}};
    }
    for (const PlannedCell& cell : planned_.cells) {
      if (cell.role != Role::Wanted || cell.day < days_.front()) continue;
      const auto day = std::lower_bound(days_.begin(), days_.end(), cell.day) - days_.begin();
      const std::string outcome = this->outcome(cell);
      json& line = lines[cell.calculation];
      json& date = dates[static_cast<size_t>(day)];
      for (json* of : {&line, &date, &out_}) count((*of)["outcomes"], outcome);
      for (json* of : {&date, &out_}) count((*of)["totals"], name_of(cell.verdict.state));
      add_to_spans(line["spans"], cell, outcome);
      const auto* tried = work_.at(cell.calculation).cell(planner_.date(cell.day));
      if (has_failed(cell, tried)) failed_.push_back(&cell);
    }
    out_["calculations"] = json::array();
    for (const size_t c : calculations_) out_["calculations"].push_back(std::move(lines[c]));
  }

  void check_sums(json& dates) {
    bool all = true;
    for (json& line : dates) {
      size_t states = 0, outcomes = 0;
      for (const auto& n : line["totals"]) states += n.get<size_t>();
      for (const auto& n : line["outcomes"]) outcomes += n.get<size_t>();
      line["sum"] = states;
      line["adds_up"] = states == calculations_.size() && outcomes == calculations_.size();
      all = all && line["adds_up"];
    }
    out_["adds_up"] = all;
  }

  void add_work() {
    for (const char* name : {"rejected", "failed_entities", "findings", "not_reproduced"}) {
      out_[name] = json::array();
    }
    for (json& line : out_["calculations"]) {
      const size_t c = planner_.manifest().index.at(line["calculation"].get<std::string>());
      const auto found = work_.find(c);
      if (found == work_.end()) continue;
      const ReportWork& work = found->second;
      line["took"] = work.took();
      if (json rejected = work.rejected(); !rejected.is_null()) {
        out_["rejected"].push_back(std::move(rejected));
      }
      if (json failed = work.failed_entities(); !failed.is_null()) {
        out_["failed_entities"].push_back(std::move(failed));
      }
      for (const json& finding : work.findings()) out_["findings"].push_back(finding);
      for (const json& other : work.not_reproduced()) out_["not_reproduced"].push_back(other);
    }
  }

  void add_root_data() {
    for (const auto& dataset : planned_.planning->availability.datasets) {
      for (const Partition& partition : dataset.partitions) {
        if (partition.presence != Presence::Unreadable) continue;
        if (!dataset.is_static && (partition.date < planner_.date(days_.front()) ||
                                   partition.date > planner_.date(days_.back()))) {
          continue;
        }
        out_["unreadable"].push_back(
            {{"date", dataset.is_static ? json() : json(partition.date.str())},
             {"problem", dataset.name + ": " + partition.problem}});
      }
    }
    for (const auto& [day, problems] : planner_.misfits()) {
      if (day < days_.front() || day > days_.back()) continue;
      for (const std::string& problem : problems) {
        out_["unreadable"].push_back({{"date", planner_.date(day).str()}, {"problem", problem}});
      }
    }
  }

  void add_repeats() {
    out_["nondeterministic"] = json::array();
    int64_t calculations = 0, cells = 0;
    for (const size_t c : calculations_) {
      const Repeats& repeats = planner_.repeats(c);
      calculations += repeats.cells > 0;
      cells += repeats.cells;
      if (!planner_.nondeterministic(c)) continue;
      json line = repeats_json(repeats);
      line["calculation"] = id(c);
      out_["nondeterministic"].push_back(std::move(line));
    }
    out_["repeated"] = {{"calculations", calculations}, {"cells", cells}};
  }

  Planned& planned_;
  Planner& planner_;
  Ledger& ledger_;
  std::vector<size_t> days_, calculations_;  // that it is about
  size_t left_out_ = 0;
  ReportRuns runs_;
  std::map<size_t, ReportWork> work_;  // by calculation
  std::map<Date, int64_t> spent_ms_;
  std::vector<const PlannedCell*> failed_;
  json out_;
};

}  // namespace

Result<json> build_report(Planned& planned, size_t days) {
  return BuildReport(planned, days).go();
}

}  // namespace almanac
