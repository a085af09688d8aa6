#include "tests/temporal_live/worker_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace temporal::testing {

WorkerProcess::WorkerProcess(const std::string& target, const std::string& queue,
                             const std::string& identity, int cached_runs, const std::string& log) {
  const std::string cached = std::to_string(cached_runs);
  const char* argv[] = {TEMPORAL_HARDSHIP_WORKER, target.c_str(), queue.c_str(),
                        identity.c_str(),         cached.c_str(), nullptr};
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before the line above
  const int out = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  dup2(out, 1);
  dup2(out, 2);
  // Connections of the test are not the worker's to keep open.
  close_range(3, ~0U, 0);
  execv(argv[0], const_cast<char* const*>(argv));
  _exit(127);
}

WorkerProcess::~WorkerProcess() {
  kill();
}

void WorkerProcess::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

void WorkerProcess::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool WorkerProcess::running() {
  return !wait(0) && pid_ > 0;
}

std::optional<int> WorkerProcess::wait(int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (pid_ > 0) {
    int how = 0;
    if (waitpid(pid_, &how, WNOHANG) == pid_) {
      pid_ = -1;
      return how;
    }
    if (std::chrono::steady_clock::now() >= end) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return std::nullopt;
}

}  // namespace temporal::testing
