#include "isolation/child.h"

#define BOOST_POSIX_HAS_VFORK 1  // before Boost.Process looks

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/environment.hpp>
#include <boost/process/error.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/io.hpp>
#include <boost/process/posix.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/manifest/calculation_json.h"
#include "core/quality/child_end.h"
#include "isolation/outcome_frame.h"
#include "isolation/recorder.h"
#include "isolation/serve.h"
#include "runner.pb.h"
#include "runner/outcome.h"
#include "storage/files.h"

namespace almanac {

namespace {

namespace bp = boost::process;

constexpr int kFreeDescriptor = 16;  // and above: not one that the child is to have
constexpr timeval kPatience{60, 0};
constexpr size_t kSaidBytes = 1024;         // of the end of what a child prints
constexpr uint64_t kShownBytes = 64 << 10;  // of what a task prints
constexpr size_t kPipeBytes = 64 << 10;     // that it can have printed and that wait (pipe(7))

using Clock = std::chrono::steady_clock;

Error cannot_start(const std::string& why) {
  return temporary_error("a child process for calculations cannot be started: " + why);
}

Error refused(const std::string& why) {
  return cannot_start(why +
                      "; see that the command is there, raise the limits of processes, open files"
                      " and memory, or compute fewer cells at a time (-j)");
}

Result<FileHandle> moved_up(const FileHandle& given) {
  FileHandle moved(fcntl(given.get(), F_DUPFD_CLOEXEC, kFreeDescriptor));
  if (!moved.valid()) return refused(std::strerror(errno));
  return moved;
}

// One that this machine has, with other letters, numbers and order where there is any.
std::string other_language() {
  const std::string folder = "/usr/lib/locale";
  const auto names = names_in(folder);
  std::error_code error;
  for (const std::string& name : names.ok() ? *names : std::vector<std::string>()) {
    if (std::filesystem::is_directory(folder + "/" + name, error) && !name.starts_with("C.")) {
      return name;
    }
  }
  return "C";
}

// Bound to the first processor that this process may use: what asks for their number finds one.
void use_one_processor(pid_t pid) {
  cpu_set_t mine, one;
  CPU_ZERO(&one);
  if (sched_getaffinity(0, sizeof mine, &mine) != 0) return;
  int first = 0;
  while (first < CPU_SETSIZE && !CPU_ISSET(first, &mine)) ++first;
  CPU_SET(first, &one);
  sched_setaffinity(pid, sizeof one, &one);
}

// Without a sandbox what the parent has, for somebody who looks for a mistake; otherwise results
// would depend on it.
bp::environment environment_of(const std::string& sandbox, bool elsewhere) {
  bp::environment environment;
  if (sandbox == "off") {
    environment = bp::environment(boost::this_process::environment());
  } else {
    environment["LC_ALL"] = "C.UTF-8";
    environment["TZ"] = "UTC";
    environment["PATH"] = "/usr/bin:/bin";
  }
  if (elsewhere) {
    environment["LC_ALL"] = other_language();
    environment["TZ"] = "<+1245>-12:45";
    environment["MALLOC_PERTURB_"] = "165";  // mallopt(3)
    environment["OMP_NUM_THREADS"] = "1";
  }
  // Its memory counts as the heap's, and goes back to the system.
  environment["ARROW_DEFAULT_MEMORY_POOL"] = "system";
  // Arrow's other allocator would start a thread before the walls are raised.
  environment["JE_ARROW_MALLOC_CONF"] = "background_thread:false";
  return environment;
}

}  // namespace

Result<std::unique_ptr<Child>> Child::start(const Options& options) {
  auto child = begin(options);
  std::error_code error;
  if (!child.ok()) std::filesystem::remove_all(options.staging, error);
  return child;
}

Result<std::unique_ptr<Child>> Child::begin(const Options& options) {
  std::error_code error;
  std::filesystem::create_directories(options.staging, error);
  if (error) return cannot_start(options.staging + ": " + error.message());
  int ends[2], pipe_ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return refused(std::strerror(errno));
  }
  const std::array<FileHandle, 2> channel{FileHandle(ends[0]), FileHandle(ends[1])};
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return refused(std::strerror(errno));
  const std::array<FileHandle, 2> pipe{FileHandle(pipe_ends[0]), FileHandle(pipe_ends[1])};
  TRY(FileHandle mine, moved_up(channel[0]));
  TRY(const FileHandle its, moved_up(channel[1]));
  TRY(FileHandle output, moved_up(pipe[0]));
  TRY(const FileHandle printed, moved_up(pipe[1]));
  fcntl(output.get(), F_SETFL, O_NONBLOCK);
  // A child that is halted does not take its task.
  setsockopt(mine.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  TRY(VitalsPage page, VitalsPage::create());
  const std::vector<std::string> arguments(options.command.begin() + 1, options.command.end());
  bp::child process(bp::exe = options.command[0], bp::args = arguments,
                    environment_of(options.sandbox, options.elsewhere), error,
                    bp::std_in < bp::null, bp::posix::fd.bind(STDOUT_FILENO, printed.get()),
                    bp::posix::fd.bind(STDERR_FILENO, printed.get()),
                    bp::posix::fd.bind(kChannel, its.get()), bp::posix::use_vfork);
  if (error) return refused(options.command[0] + ": " + error.message());
  const pid_t pid = process.id();
  process.detach();
  if (options.elsewhere) use_one_processor(pid);
  auto child = std::unique_ptr<Child>(
      new Child(options, pid, std::move(mine), std::move(output), std::move(page)));
  if (options.sandbox != "off") {
    auto group = Cgroup::create(kGroup + std::to_string(getpid()) + "-" + std::to_string(pid),
                                options.memory_bytes);
    if (group.ok() && (*group)->add(pid).ok()) child->group_ = std::move(*group);
  }
  wire::Hello hello;
  hello.set_sandbox(options.sandbox);
  hello.set_staging(options.staging);
  hello.set_readable(options.modules);
  hello.set_memory_bytes(options.memory_bytes);
  TRY_VOID(send_frame(child->channel_.get(), hello));
  TRY_VOID(send_descriptors(child->channel_.get(), std::array{child->page_.file()}));
  return child;
}

Child::Child(const Options& options, pid_t pid, FileHandle channel, FileHandle output,
             VitalsPage page)
    : options_(options),
      pid_(pid),
      channel_(std::move(channel)),
      output_(std::move(output)),
      page_(std::move(page)) {}

Child::~Child() {
  end();
  std::error_code error;  // what stays is swept as staging of a process that is gone
  std::filesystem::remove_all(options_.staging, error);
}

void Child::end() {
  if (pid_ <= 0) return;
  kill(-pid_, SIGKILL);  // and what it has started, where no wall forbade that
  kill(pid_, SIGKILL);   // which may not lead the group yet
  while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  listen();
}

bool Child::alive() {
  if (pid_ <= 0) return false;
  siginfo_t ended = {};  // it keeps its name until end() has ended what it started
  const int waited = waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
  if (waited != 0 || ended.si_pid == pid_) end();
  return pid_ > 0;
}

Reading Child::reading() const {
  return {page_->resident_bytes, page_->heap_bytes, page_->entities, page_->cpu_ms};
}

// The limit is on all that the process ever uses.
void Child::limit_cpu() {
  const auto used = static_cast<rlim_t>(page_->cpu_ms / 1000 + 1);
  const rlimit limit{used + static_cast<rlim_t>(options_.cpu_ms / 1000), RLIM_INFINITY};
  prlimit(pid_, RLIMIT_CPU, &limit, nullptr);
}

// What it prints is for the person at the terminal; its end is for the record of a crash. Takes
// what has been printed so far and no more: what prints without end is still to run out of time.
void Child::listen() {
  char bytes[4096];
  for (size_t heard = 0; heard < kPipeBytes;) {
    const ssize_t got = read(output_.get(), bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) output_ = FileHandle();  // nobody can print any more
    if (got <= 0) return;
    const auto size = static_cast<size_t>(got);
    heard += size;
    said_.append(bytes, size);
    if (said_.size() > kSaidBytes) said_.erase(0, said_.size() - kSaidBytes);
    if (options_.silent) continue;
    const uint64_t shown = std::min<uint64_t>(size, kShownBytes - std::min(printed_, kShownBytes));
    printed_ += size;
    if (shown > 0 && write(STDERR_FILENO, bytes, shown) < 0) return;
  }
}

// How the process has ended.
ChildFailure Child::failure() const {
  ChildEnd how;
  how.problem = problem_;
  how.exit_code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 0;
  how.signal = WIFSIGNALED(status_) ? WTERMSIG(status_) : 0;
  how.timed_out = timed_out_;
  how.out_of_memory = group_ && group_->oom_kills() > 0;
  how.limit_ms = options_.wall_ms;
  how.said = said_;
  return failure_of(how);
}

CellOutcome Child::failed(Date date) const {
  const ChildFailure how = failure();
  CellOutcome outcome;
  outcome.date = date;
  outcome.code = how.code;
  outcome.error = how.error;
  outcome.stage = name_of(page_->stage);
  outcome.statistics.entities = page_->entities;
  outcome.statistics.peak_memory_bytes = page_->peak_bytes;
  outcome.statistics.walls = walls_;
  return outcome;
}

void Child::expect(const std::string& module) {
  module_ = module;
  ++tasks_;
  said_.clear();
  printed_ = 0;
  sent_whole_ = false;
}

std::vector<CellOutcome> Child::compute(const CellTask& task, const TaskColumns& columns,
                                        const std::string& module, const OnReading& on_reading) {
  expect(module);
  wire::Task frame;
  std::vector<int> files;
  sent_.put(task, columns, module_, &frame, &files);
  auto outcomes = [&]() -> Result<std::vector<CellOutcome>> {
    TRY(const wire::Done done, talk(frame, files, on_reading));
    if (done.error().empty()) return from_frame(done, task, options_.staging);
    std::vector<CellOutcome> all;
    for (const Date date : task.dates) {
      all.push_back(failed_outcome(date, {"ENGINE", done.error(), "setup", false, true}));
    }
    return all;
  }();
  if (outcomes.ok()) {
    for (CellOutcome& outcome : *outcomes) outcome.statistics.walls = walls_;
    return std::move(*outcomes);
  }
  const bool started = greeted_ && sent_whole_;
  if (!started || outcomes.error().kind == Error::Kind::Data) problem_ = outcomes.error().message;
  end();
  std::vector<CellOutcome> all;
  for (const Date date : task.dates) all.push_back(started ? failed(date) : not_started(date));
  return all;
}

Result<behaviour::Observed> Child::observe(const Calculation& calculation,
                                           const std::string& module,
                                           const behaviour::Observing& what) {
  expect(module);
  wire::Task frame;
  if (std::exchange(observed_, &calculation) != &calculation) {
    frame.set_calculation(calculation_to_json(calculation).dump());
  }
  frame.set_module(module);
  *frame.mutable_contexts() = behaviour::to_frame(what);
  auto observed = [&]() -> Result<behaviour::Observed> {
    TRY(const wire::Done done, talk(frame, {}, {}));
    if (!done.error().empty()) return data_error(done.error());
    return behaviour::observed_from(done, what.contexts.size());
  }();
  if (observed.ok()) return observed;
  const bool started = greeted_ && sent_whole_;
  if (!started || observed.error().kind == Error::Kind::Data) problem_ = observed.error().message;
  end();
  if (!started) return cannot_start(problem_ + (said_.empty() ? "" : "; it said: " + said_));
  const ChildFailure how = failure();
  return data_error(how.code + ": " + how.error);
}

CellOutcome Child::not_started(Date date) const {
  const Error why = cannot_start(problem_ + (said_.empty() ? "" : "; it said: " + said_));
  return failed_outcome(date, {"ENGINE", why.message, "setup", false, true});
}

Error Child::out_of_time() {
  timed_out_ = true;
  return temporary_error("out of time");
}

// An error: the process has ended, or is to end; Data where it says what it must not.
Result<wire::Done> Child::talk(const wire::Task& frame, const std::vector<int>& files,
                               const OnReading& on_reading) {
  limit_cpu();
  TRY_VOID(send_frame(channel_.get(), frame));
  TRY_VOID(send_descriptors(channel_.get(), files));
  sent_whole_ = true;
  const auto begun = Clock::now();
  auto next_reading = begun + std::chrono::milliseconds(Recorder::kEveryMs);
  const auto deadline = begun + std::chrono::milliseconds(options_.wall_ms);
  for (;;) {
    const auto now = Clock::now();
    if (now >= next_reading) {
      next_reading = now + std::chrono::milliseconds(Recorder::kEveryMs);
      if (on_reading) on_reading(reading());  // may take its time
    }
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(
        std::min(deadline, next_reading) - Clock::now());
    pollfd events[2] = {{channel_.get(), POLLIN, 0}, {output_.get(), POLLIN, 0}};
    const int happened = poll(events, 2, std::max(0, static_cast<int>(wait.count())));
    if (happened < 0 && errno != EINTR) return cannot_start("it cannot be waited for");
    if (happened > 0 && events[1].revents != 0) listen();
    if (happened <= 0 || events[0].revents == 0) {
      if (now >= deadline) return out_of_time();
      continue;
    }
    TRY(const bool more, frames_.read(channel_.get()));
    for (;;) {
      TRY(const auto bytes, frames_.next());
      if (!bytes) break;
      if (!greeted_) {
        wire::Ready ready;
        greeted_ = ready.ParseFromString(*bytes) && ready.error().empty();
        if (!greeted_) return temporary_error(ready.error());
        walls_ = ready.walls() + (group_ ? ",cgroup" : "");
        continue;
      }
      listen();
      wire::Done done;
      if (!done.ParseFromString(*bytes))
        return data_error("the child process of a calculation gave no outcome but other bytes");
      return done;
    }
    if (!more) return temporary_error("it has ended");
    if (now >= deadline) return out_of_time();  // what was there by then counts
  }
}

}  // namespace almanac
