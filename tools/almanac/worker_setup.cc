#include "tools/almanac/worker_setup.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include "isolation/room.h"
#include "isolation/serve.h"
#include "tools/almanac/console.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

// Each decoded column that a cell reads is an open file.
void allow_many_files() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

std::string worker_name() {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  return std::to_string(getpid()) + "@" + host;
}

Result<std::string> modules_of(const Workspace& workspace) {
  TRY(const std::string ledger, workspace.ledger->identity());
  return modules_hash(workspace.project, workspace.manifest, ledger);
}

std::vector<std::string> child_command() {
  return {"/proc/self/exe", kServeTasks};
}

Setup worker_setup(const std::string& modules, size_t threads) {
  // Steps have threads that come and go; each arena keeps what was freed in it, for weeks.
  mallopt(M_ARENA_MAX, static_cast<int>(threads) + 1);
  allow_many_files();
  Setup setup;
  setup.threads = threads;
  setup.memory_bytes = room_for_children();
  setup.room = room_folder();
  setup.worker = worker_name();
  setup.modules = modules;
  setup.now_ms = now_ms;
  setup.steady_ms = steady_ms;
  setup.child = child_command();
  return setup;
}

RunWorker::Options worker_options(const Project& project, const Setup& setup,
                                  const std::atomic<bool>* stop) {
  RunWorker::Options worker;
  worker.queue = queue_of(project.name, setup.modules);
  worker.threads = static_cast<int>(setup.threads);
  worker.stop = stop;
  worker.log = [](temporal::wf::LogLevel level, std::string_view text) {
    if (level >= temporal::wf::LogLevel::Warn) warn(std::string(text));
  };
  return worker;
}

}  // namespace almanac
