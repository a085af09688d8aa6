#include "tools/almanac/report_work.h"

#include <algorithm>
#include <utility>

#include "tools/almanac/report_words.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kSamples = 5;
constexpr size_t kMostReasons = 20;

}  // namespace

ReportWork::ReportWork(std::string calculation, const std::vector<Attempt>& attempts)
    : calculation_(std::move(calculation)) {
  std::map<Date, json> findings;
  for (const Attempt& attempt : attempts) {
    add(attempt);
    if (attempt.stage == "validate" && attempt.status == AttemptStatus::Failure) {
      findings[attempt.date] = {{"calculation", calculation_},
                                {"date", attempt.date.str()},
                                {"run_id", attempt.run},
                                {"error", attempt.error}};
    }
  }
  for (auto& [date, finding] : findings) {
    finding["mended"] = cells_.at(date).succeeded;
    findings_.push_back(std::move(finding));
  }
}

void ReportWork::add(const Attempt& attempt) {
  const AttemptStatus status = attempt.status;
  if (status == AttemptStatus::Running || (status == AttemptStatus::Lost && attempt.stage.empty()))
    return;  // nothing was computed
  ++attempts_;
  total_ms_ += attempt.duration_ms;
  spent_ms_[attempt.date] += attempt.duration_ms;
  const bool succeeded = status == AttemptStatus::Success;
  failures_ += status == AttemptStatus::Failure || status == AttemptStatus::Crash;
  Cell& cell = cells_[attempt.date];
  cell.run = attempt.run;
  cell.state = attempt.state;
  cell.reason = attempt.reason;
  cell.succeeded = succeeded;
  ++cell.attempts;
  cell.error = attempt.error;
  cell.stage = attempt.stage;
  measure(attempt);
  if (!succeeded) return;
  ++runs_[attempt.run];
  json statistics = json::parse(attempt.statistics, nullptr, false);
  cell.statistics = statistics.is_object() ? std::move(statistics) : json::object();
  if (attempt.error.empty()) return;
  not_reproduced_.push_back({{"calculation", calculation_},
                             {"date", attempt.date.str()},
                             {"run_id", attempt.run},
                             {"error", attempt.error}});
}

void ReportWork::measure(const Attempt& attempt) {
  if (attempt.status == AttemptStatus::Success) times_ms_.push_back(attempt.duration_ms);
  if (attempt.duration_ms > most_ms_) {
    most_ms_ = attempt.duration_ms;
    slowest_ = attempt.date;
  }
  uint64_t peak = attempt.peak_bytes;
  if (attempt.reading) peak = std::max(peak, attempt.reading->resident_bytes);
  if (peak > peak_bytes_) {
    peak_bytes_ = peak;
    biggest_ = attempt.date;
  }
}

const ReportWork::Cell* ReportWork::cell(Date date) const {
  const auto found = cells_.find(date);
  return found == cells_.end() ? nullptr : &found->second;
}

uint64_t ReportWork::sum(const char* name) const {
  uint64_t total = 0;
  for (const auto& [date, cell] : cells_) {
    if (!cell.statistics.is_null()) total += number_at(cell.statistics, name);
  }
  return total;
}

json ReportWork::took() const {
  if (attempts_ == 0) return nullptr;
  json out{
      {"attempts", attempts_},        {"computed", times_ms_.size()},
      {"failed_attempts", failures_}, {"total_ms", total_ms_},
      {"most_ms", most_ms_},          {"slowest", slowest_.str()},
      {"peak_bytes", peak_bytes_},    {"biggest", peak_bytes_ > 0 ? json(biggest_.str()) : json()},
      {"rows", sum("rows")},          {"bytes", sum("bytes")},
      {"entities", sum("entities")}};
  if (times_ms_.empty()) return out;
  std::vector<int64_t> times = times_ms_;
  std::sort(times.begin(), times.end());
  out["median_ms"] = times[times.size() / 2];
  return out;
}

json ReportWork::rejected() const {
  uint64_t rows = 0;
  size_t cells = 0;
  std::map<std::string, uint64_t> reasons;
  for (const auto& [date, cell] : cells_) {
    if (cell.statistics.is_null()) continue;
    const uint64_t here = number_at(cell.statistics, "rejected");
    if (here == 0) continue;
    rows += here;
    ++cells;
    const auto named = cell.statistics.find("rejected_by_reason");
    if (named == cell.statistics.end() || !named->is_object()) continue;
    for (const auto& [reason, n] : named->items()) {
      if (n.is_number() && (reasons.size() < kMostReasons || reasons.contains(reason))) {
        reasons[reason] += n.get<uint64_t>();
      }
    }
  }
  if (rows == 0) return nullptr;
  uint64_t told = 0;
  for (const auto& [reason, n] : reasons) told += n;
  return {{"calculation", calculation_},
          {"rows", rows},
          {"cells", cells},
          {"reasons", reasons},
          {"other_reasons", rows - std::min(told, rows)}};
}

json ReportWork::failed_entities() const {
  const uint64_t entities = sum("failed");
  if (entities == 0) return nullptr;
  size_t cells = 0;
  json samples = json::array();
  for (const auto& [date, cell] : cells_) {
    if (cell.statistics.is_null() || number_at(cell.statistics, "failed") == 0) continue;
    ++cells;
    const auto messages = cell.statistics.find("failed_entities");
    if (messages == cell.statistics.end() || !messages->is_array() || messages->empty()) continue;
    if (samples.size() < kSamples && messages->front().is_string()) {
      samples.push_back({{"date", date.str()}, {"text", messages->front()}});
    }
  }
  return {{"calculation", calculation_},
          {"entities", entities},
          {"cells", cells},
          {"of_entities", sum("entities")},
          {"samples", std::move(samples)}};
}

}  // namespace almanac
