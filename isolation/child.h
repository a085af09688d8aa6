// Child: a process that computes tasks of one calculation, as its parent sees it. Users' code runs
// there and nowhere else: whatever it does costs one attempt.
//
// Thread rule: one thread at a time. start() is called by a thread that lives as long as the child,
// which the kernel kills with it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/ledger/records.h"
#include "core/quality/child_end.h"
#include "isolation/cgroup.h"
#include "isolation/channel.h"
#include "isolation/observing.h"
#include "isolation/task_frame.h"
#include "isolation/vitals_page.h"
#include "runner/execute.h"

namespace almanac {

namespace wire {
class Done;
class Task;
}  // namespace wire

class Child {
 public:
  // Names of cgroups, before the ids of the parent and of the child.
  static constexpr const char* kGroup = "almanac-";
  struct Options {
    std::vector<std::string> command;  // of a process that calls serve_tasks()
    std::string staging;               // a new folder, which goes with the child
    std::string modules;               // folder
    std::string sandbox = "off";       // strict, best_effort, off
    uint64_t memory_bytes = 0;
    int64_t wall_ms = 0, cpu_ms = 0;  // of a task
    bool silent = false;              // what it prints is in errors only
    // With what calculations must not depend on otherwise than it is for others: language, time
    // zone, what is in new memory, processors.
    bool elsewhere = false;
  };
  // Returns at once; the process comes up meanwhile. Temporary error when there can be none.
  static Result<std::unique_ptr<Child>> start(const Options& options);
  ~Child();  // kills it

  // One outcome per date. CRASH, TIMEOUT, OUT_OF_MEMORY or NO_RESULT where the process ended:
  // alive() is false then. `on_reading` is called from here, every two seconds.
  std::vector<CellOutcome> compute(const CellTask& task, const TaskColumns& columns,
                                   const std::string& module, const OnReading& on_reading);

  // What a calculation puts out in contexts, one after the other; nothing is stored. An error: the
  // process has ended with that, or does now. `calculation` is the same object as long as it is
  // the same.
  Result<behaviour::Observed> observe(const Calculation& calculation, const std::string& module,
                                      const behaviour::Observing& what);

  bool alive();
  const std::string& module() const { return module_; }  // of its tasks; empty before the first
  uint64_t tasks() const { return tasks_; }
  // Whether it has the last task; where it has not, no calculation saw it.
  bool has_task() const { return sent_whole_; }
  Reading reading() const;

 private:
  static Result<std::unique_ptr<Child>> begin(const Options& options);
  Child(const Options& options, pid_t pid, FileHandle channel, FileHandle output, VitalsPage page);
  void expect(const std::string& module);
  Result<wire::Done> talk(const wire::Task& frame, const std::vector<int>& files,
                          const OnReading& on_reading);
  void listen();  // to what it prints
  void limit_cpu();
  ChildFailure failure() const;
  CellOutcome failed(Date date) const;
  CellOutcome not_started(Date date) const;
  Error out_of_time();
  void end();  // kills it, unless it has ended by itself

  const Options options_;
  pid_t pid_;
  FileHandle channel_, output_;
  VitalsPage page_;
  std::unique_ptr<Cgroup> group_;  // null where this process may make none
  FrameReader frames_;
  SentColumns sent_;
  const Calculation* observed_ = nullptr;
  std::string module_, said_, problem_;
  uint64_t tasks_ = 0, printed_ = 0;
  bool greeted_ = false, sent_whole_ = false, timed_out_ = false;
  std::string walls_;
  int status_ = 0;
};

}  // namespace almanac
