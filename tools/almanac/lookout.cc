#include "tools/almanac/lookout.h"

#include "tools/almanac/session.h"
#include "tools/almanac/under_way.h"

namespace almanac {

namespace {

constexpr std::chrono::milliseconds kLook{1000};
constexpr int64_t kProblemMs = 9000;  // until it is said: a worker that starts has some seconds

}  // namespace

Lookout::Lookout(const Steering& run)
    : run_(run), problem_since_(steady_ms()), heart_(kLook, [this] { look(); }) {}

int64_t Lookout::silent_ms() const {
  const int64_t since = silent_since_;
  return since ? steady_ms() - since : 0;
}

bool Lookout::reached() {
  const int64_t began = steady_ms();
  const Result<void> answers = run_.reach();
  if (answers.ok()) {
    if (silent_since_.exchange(0)) {
      progress_.wipe();
      warn("the Temporal service answers again");
    }
    return true;
  }
  if (silent_since_ == 0) {
    silent_since_ = began;
    progress_.wipe();
    warn(answers.error().message + "; run " + run_.run() + " is waited for all the same");
  }
  return false;
}

void Lookout::look() {
  if (!reached()) return;
  UnderWay now;
  look_at(run_, &now);
  say_what_changed(now.problem);
  if (!now.progress) return;
  const RunProgress& progress = *now.progress;
  progress_.show(progress.computed + progress.failed, progress.cells, progress.phase);
}

void Lookout::say_what_changed(const std::string& problem) {
  if (problem != problem_) {
    problem_ = problem;
    problem_since_ = steady_ms();
  }
  if (problem_ == said_ || steady_ms() - problem_since_ < kProblemMs) return;
  said_ = problem_;
  progress_.wipe();
  warn(said_.empty() ? "run " + run_.run() + " is served now" : said_);
}

}  // namespace almanac
