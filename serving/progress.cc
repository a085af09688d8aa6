#include "serving/progress.h"

namespace almanac {

namespace {

namespace client = temporal::client;

void count(const Done& done, RunProgress* progress) {
  progress->computed += done.computed;
  progress->failed += done.failed;
  for (const Failed& failed : done.failures) {
    if (progress->failures.size() < kShownFailures) progress->failures.push_back(failed);
  }
}

}  // namespace

// From the outside in: what ends meanwhile is counted by the inner one, which still answers.
temporal::Result<temporal::Outcome<RunProgress>> progress_of(const client::Client& client,
                                                             const client::WorkflowHandle& run) {
  auto progress = run.query(&Run::progress);
  if (!progress.ok() || !progress->ok() || !progress->value().in_sweep) return progress;
  const auto backfill = client.workflow(run.id() + "/" + std::to_string(progress->value().sweep));
  const auto through = backfill.query(&Backfill::progress);
  if (!through.ok() || !through->ok()) return progress;  // it is about to start
  count(through->value().done, &progress->value());
  for (const std::string& pass : through->value().passes) {
    const auto done = client.workflow(pass).query(&Pass::done);
    if (done.ok() && done->ok()) count(done->value(), &progress->value());
  }
  return progress;
}

}  // namespace almanac
