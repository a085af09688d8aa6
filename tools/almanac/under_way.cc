#include "tools/almanac/under_way.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kShownCells = 3;

std::string cell_text(const Attempt& attempt) {
  return attempt.calculation + " " + attempt.date.str() + " on " + attempt.worker + " since " +
         utc_text(attempt.started_ms);
}

}  // namespace

void look_at(const Steering& run, UnderWay* now) {
  now->run = run.run();
  const auto unserved = run.unserved();
  if (unserved.ok() && *unserved) {
    now->problem = nobody_serves(**unserved);
    if (**unserved == run.queue()) {  // nobody would answer for the run either
      now->problem = "run " + now->run + " waits: " + now->problem;
      return;
    }
  }
  auto progress = run.progress();
  if (progress.ok()) {
    now->progress = *std::move(progress);
  } else {
    now->problem = progress.error().message;
  }
}

Result<std::optional<UnderWay>> under_way(const Project& project, Ledger& ledger,
                                          std::shared_ptr<ServiceEngine>* connection) {
  TRY(const auto steering, Steering::find(project, ledger, connection));
  if (!steering) return std::optional<UnderWay>();
  UnderWay now;
  look_at(*steering, &now);
  TRY(now.running, ledger.running());
  std::erase_if(now.running, [&](const Attempt& attempt) { return attempt.run != now.run; });
  return std::optional<UnderWay>(std::move(now));
}

json brief_json(const UnderWay& now) {
  json out{{"run_id", now.run}, {"phase", nullptr}};
  if (!now.problem.empty()) out["problem"] = now.problem;
  if (!now.progress) return out;
  out["phase"] = now.progress->phase;
  out["computed"] = now.progress->computed;
  out["failed"] = now.progress->failed;
  out["of"] = now.progress->cells;
  return out;
}

std::string brief_text(const UnderWay& now) {
  if (!now.progress) return now.problem;
  const RunProgress& progress = *now.progress;
  std::string text = "run " + now.run + ": " + progress.phase + ", " +
                     std::to_string(progress.computed) + " of " + std::to_string(progress.cells) +
                     " cells computed";
  if (progress.failed) text += ", " + std::to_string(progress.failed) + " failed";
  if (!now.problem.empty()) text += "; " + now.problem;
  return text;
}

json full_json(const UnderWay& now) {
  json out = brief_json(now);
  out["running"] = json::array();
  for (const Attempt& attempt : now.running) {
    out["running"].push_back({{"calculation", attempt.calculation},
                              {"date", attempt.date.str()},
                              {"worker", attempt.worker},
                              {"since", utc_text(attempt.started_ms)}});
  }
  if (!now.progress) return out;
  out["sweep"] = now.progress->sweep;
  out["level"] = now.progress->level;
  out["parallel"] = now.progress->control.parallel;
  out["paused"] = now.progress->control.paused;
  out["failures"] = now.progress->failures;
  return out;
}

std::string full_text(const UnderWay& now) {
  std::string text = brief_text(now);
  if (now.running.empty()) return text;
  text += "; " + std::to_string(now.running.size()) + " under way: ";
  const size_t shown = std::min(now.running.size(), kShownCells);
  for (size_t i = 0; i < shown; ++i) text += (i ? ", " : "") + cell_text(now.running[i]);
  if (shown < now.running.size()) text += ", ...";
  return text;
}

std::string failure_text(const Failed& failed) {
  return "failed: " + failed.calculation + " " + failed.date + ": " + in_line(failed.error);
}

}  // namespace almanac
