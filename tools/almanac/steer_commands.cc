// almanac watch, pause, resume, cancel: the run that is under way. They need no modules, so that
// they work while calculations are edited, and build nothing.
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "activities/workspace.h"
#include "storage/project_file.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/steering.h"
#include "tools/almanac/texts.h"
#include "tools/almanac/under_way.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kLook{500};
constexpr size_t kRecentRuns = 10;

Result<std::unique_ptr<Ledger>> open_ledger(const Project& project) {
  return Ledger::open(location_path(project, project.ledger), Ledger::Mode::ReadOnly);
}

// Opened anew each time: a reader that stays holds what a writer wants to clear away.
Result<std::optional<UnderWay>> look(const Project& project) {
  TRY(const auto ledger, open_ledger(project));
  return under_way(project, *ledger);
}

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
  TRY(const auto ledger, open_ledger(project));
  TRY(const auto runs, ledger->runs(kRecentRuns));
  for (const auto& record : runs) {
    if (record.run == run) return "run " + run + " has ended: " + totals_text(record.totals);
  }
  return "run " + run + " has ended";
}

// Until the run ends that is under way when it begins.
Result<int> follow(const Project& project, const UnderWay& first) {
  Screen screen;
  size_t failures = 0;
  for (std::optional<UnderWay> now = first; now && now->run == first.run;) {
    if (now->progress) {
      const auto& all = now->progress->failures;
      for (; failures < all.size(); ++failures) screen.stays(failure_text(all[failures]));
    }
    screen.now(full_text(*now));
    std::this_thread::sleep_for(kLook);
    TRY(now, look(project));
  }
  TRY(const std::string ended, ended_text(project, first.run));
  screen.stays(ended);
  return static_cast<int>(kDone);
}

Result<int> watch(const Options& options) {
  TRY(const Project project, read_project(options.directory, std::getenv));
  TRY(const auto now, look(project));
  if (options.json) {
    print_json({{"version", 1}, {"run", now ? full_json(*now) : json()}});
    return static_cast<int>(kDone);
  }
  if (now) return follow(project, *now);
  std::printf("no run is under way\n");
  return static_cast<int>(kDone);
}

// Tells the run something, and people what that means.
template <class Tell>
int steer(const Options& options, const char* meaning, Tell tell) {
  const auto told = [&]() -> Result<std::string> {
    TRY(const Project project, read_project(options.directory, std::getenv));
    TRY(const auto ledger, open_ledger(project));
    TRY(const auto steering, Steering::find(project, *ledger));
    if (!steering) return usage_error("no run is under way");
    TRY_VOID(tell(*steering));
    return steering->run();
  }();
  if (!told.ok()) return fail(told.error());
  std::fprintf(stderr, "almanac: run %s %s\n", told->c_str(), meaning);
  return kDone;
}

}  // namespace

int watch_command(const Options& options) {
  auto code = watch(options);
  return code.ok() ? *code : fail(code.error());
}

int pause_command(const Options& options) {
  return steer(options,
               "pauses: what is under way is finished, nothing else begins until almanac resume",
               [](const Steering& run) { return run.pause(); });
}

int resume_command(const Options& options) {
  return steer(options, "goes on", [&](const Steering& run) -> Result<void> {
    if (options.jobs) TRY_VOID(run.set_parallel(static_cast<int>(options.jobs)));
    return run.resume();
  });
}

int cancel_command(const Options& options) {
  return steer(options, "ends after the cells under way; what is committed is kept",
               [](const Steering& run) { return run.cancel(); });
}

}  // namespace almanac
