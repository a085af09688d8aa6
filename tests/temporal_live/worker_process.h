// WorkerProcess: hardship_worker in a process of its own, to be stopped, halted and killed.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace temporal::testing {

// What it says is added to the file `log`. To be started on the test's own thread: the process dies
// with the thread that started it.
class WorkerProcess {
 public:
  WorkerProcess(const std::string& target, const std::string& queue, const std::string& identity,
                int cached_runs, const std::string& log);
  ~WorkerProcess();  // kills it
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  void signal(int number) const;
  void kill();
  bool running();
  // How it ended, as waitpid() says, or nothing if it has not after `seconds`.
  std::optional<int> wait(int seconds);

 private:
  pid_t pid_ = -1;
};

}  // namespace temporal::testing
