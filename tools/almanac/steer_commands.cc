// almanac watch, pause, resume, cancel: the run that is under way. They need no modules, so that
// they work while calculations are edited, and build nothing.
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "storage/project_file.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"
#include "tools/almanac/steering.h"
#include "tools/almanac/texts.h"
#include "tools/almanac/under_way.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kLook{500};
constexpr int64_t kPatienceMs = 60 * 1000;  // with what cannot be reached
constexpr size_t kRecentRuns = 10;

// The ledger is opened anew each time: a reader that stays holds what a writer wants to clear away.
class View {
 public:
  explicit View(const Project& project) : project_(project) {}
  Result<std::optional<UnderWay>> look() {
    TRY(const auto ledger, read_ledger(project_));
    return under_way(project_, *ledger, &connection_);
  }

 private:
  const Project& project_;
  std::shared_ptr<ServiceEngine> connection_;
};

// What watch prints: on a terminal a line that is rewritten, above it what stays.
class Screen {
 public:
  ~Screen() { wipe(); }

  void now(const std::string& line) {
    if (line == shown_) return;
    wipe();
    shown_ = line;
    if (terminal_) {
      std::printf("%s", line.substr(0, width()).c_str());
    } else {
      std::printf("%s\n", line.c_str());
    }
    std::fflush(stdout);
  }

  void stays(const std::string& line) {
    wipe();
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  }

 private:
  static size_t width() {
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? size.ws_col - 1u : 79;
  }

  void wipe() {
    if (terminal_ && !shown_.empty()) std::printf("\r\x1b[K");
    if (terminal_) shown_.clear();
  }

  const bool terminal_ = isatty(STDOUT_FILENO);
  std::string shown_;
};

Result<std::string> ended_text(const Project& project, const std::string& run) {
  TRY(const auto ledger, read_ledger(project));
  TRY(const auto runs, ledger->runs(kRecentRuns));
  for (const auto& record : runs) {
    if (record.run == run) return "run " + run + " has ended: " + totals_text(record.totals);
  }
  return "run " + run + " has ended";
}

// Until the run ends that is under way when it begins. What cannot be reached may come back.
Result<int> follow(const Project& project, View& view, const UnderWay& first) {
  Screen screen;
  size_t failures = 0;
  int64_t seen_ms = steady_ms();
  for (std::optional<UnderWay> now = first; now && now->run == first.run;) {
    if (now->progress) {
      const auto& all = now->progress->failures;
      for (; failures < all.size(); ++failures) screen.stays(failure_text(all[failures]));
    }
    screen.now(full_text(*now));
    std::this_thread::sleep_for(kLook);
    auto looked = view.look();
    if (looked.ok()) {
      seen_ms = steady_ms();
      now = *std::move(looked);
      continue;
    }
    const Error& error = looked.error();
    if (error.kind != Error::Kind::Temporary || steady_ms() - seen_ms > kPatienceMs) return error;
    now = UnderWay{first.run, {}, error.message + "; watching goes on", {}};
  }
  TRY(const std::string ended, ended_text(project, first.run));
  screen.stays(ended);
  return static_cast<int>(kDone);
}

Result<int> watch(const Options& options) {
  TRY(const Project project, read_project(options.directory, std::getenv));
  View view(project);
  TRY(const auto now, view.look());
  if (options.json) {
    print_json({{"version", 1}, {"run", now ? full_json(*now) : json()}});
    return static_cast<int>(kDone);
  }
  if (now) return follow(project, view, *now);
  std::printf("no run is under way\n");
  return static_cast<int>(kDone);
}

Result<Steering> run_under_way(const Project& project) {
  TRY(const auto ledger, read_ledger(project));
  TRY(auto steering, Steering::find(project, *ledger));
  if (!steering) return usage_error("no run is under way");
  return *std::move(steering);
}

void say(const Steering& run, const std::string& meaning) {
  std::fprintf(stderr, "almanac: run %s %s\n", run.run().c_str(), meaning.c_str());
}

// Tells the run something, and people what that means.
template <class Tell>
Result<int> steer(const Options& options, const char* meaning, Tell tell) {
  TRY(const Project project, read_project(options.directory, std::getenv));
  TRY(const Steering run, run_under_way(project));
  TRY_VOID(tell(run));
  say(run, meaning);
  return static_cast<int>(kDone);
}

// Gives back the lease of a run on a service that the project does not name any more: who asks for
// that knows that it is gone.
Result<bool> free_of_lost_service(const Project& project) {
  std::optional<Ledger::LeaseHolder> holder;
  {
    TRY(const auto ledger, read_ledger(project));
    TRY(holder, ledger->holder());
  }
  const bool lost = holder && holder->keeper == Ledger::Keeper::Run && !on_service(project);
  if (!lost) return false;
  TRY_VOID(free_lease(project, holder->token));
  std::fprintf(stderr, "almanac: run %s has lost the ledger; what is committed is kept\n",
               holder->run.c_str());
  return true;
}

Result<int> cancel(const Options& options) {
  TRY(const Project project, read_project(options.directory, std::getenv));
  if (options.now) {
    TRY(const bool freed, free_of_lost_service(project));
    if (freed) return static_cast<int>(kDone);
  }
  TRY(const Steering run, run_under_way(project));
  if (options.now) {
    TRY_VOID(run.cancel_now());
    TRY_VOID(free_lease(project, run.token()));
    say(run, "has ended; what is committed is kept");
    return static_cast<int>(kDone);
  }
  TRY_VOID(run.cancel());
  const auto unserved = run.unserved();
  const bool idle = unserved.ok() && *unserved && **unserved == run.queue();
  say(run, idle ? "ends as soon as a worker takes it up; `almanac cancel --now` does not wait"
                : "ends after the cells under way; what is committed is kept");
  if (idle) warn(nobody_serves(run.queue()));
  return static_cast<int>(kDone);
}

int code_of(const Result<int>& code) {
  return code.ok() ? *code : fail(code.error());
}

}  // namespace

int watch_command(const Options& options) {
  return code_of(watch(options));
}

int pause_command(const Options& options) {
  return code_of(steer(
      options, "pauses: what is under way is finished, nothing else begins until almanac resume",
      [](const Steering& run) { return run.pause(); }));
}

int resume_command(const Options& options) {
  return code_of(steer(options, "goes on", [&](const Steering& run) -> Result<void> {
    if (options.jobs) TRY_VOID(run.set_parallel(static_cast<int>(options.jobs)));
    return run.resume();
  }));
}

int cancel_command(const Options& options) {
  return code_of(cancel(options));
}

}  // namespace almanac
