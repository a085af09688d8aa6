#include "isolation/serve.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/manifest/calculation_json.h"
#include "isolation/channel.h"
#include "isolation/observing.h"
#include "isolation/outcome_frame.h"
#include "isolation/recorder.h"
#include "isolation/task_frame.h"
#include "isolation/vitals_page.h"
#include "isolation/walls.h"
#include "runner.pb.h"
#include "runner/memory_use.h"
#include "runner/module.h"

namespace almanac {

namespace {

class Server {
 public:
  explicit Server(std::string staging) : staging_(std::move(staging)) {}

  Result<wire::Done> compute(const wire::Task& frame) {
    Vitals::here().entities = 0;
    Vitals::here().enter(Stage::Setup);
    Recorder::begin_task();
    if (!frame.calculation().empty()) {
      const auto json = nlohmann::json::parse(frame.calculation(), nullptr, false);
      TRY(calculation_, calculation_from_json(json));
    }
    auto& module = modules_[frame.module()];
    if (!module) {
      TRY(auto loaded, Module::load(frame.module(), calculation_.module_sha256));
      module = std::make_unique<Module>(std::move(loaded));
    }
    if (frame.has_contexts()) return observe(*module, frame.contexts());
    Descriptors descriptors(kChannel);
    TRY(const CellTask task, columns_.take(frame, calculation_, &descriptors));
    auto outcomes = execute(*module, task, [this](const std::string& name) {
      return staging_ + "/" + std::to_string(files_++) + "." + name;
    });
    release_unused_memory();
    Recorder::end_task();
    for (CellOutcome& outcome : outcomes) {
      uint64_t& peak = outcome.statistics.peak_memory_bytes;
      peak = std::max<uint64_t>(peak, Vitals::here().peak_bytes);
    }
    return to_frame(outcomes);
  }

 private:
  // One instance for all contexts, as for all batches of a cell; it goes before its probes are
  // read.
  Result<wire::Done> observe(const Module& module, const wire::Contexts& what) {
    wire::Done done;
    {
      TRY(Instance instance, module.create(calculation_.parameters));
      TRY_VOID(behaviour::observe_all(instance, calculation_, what, &done));
    }
    if (module.probes() != nullptr) behaviour::add_probes(module.probes()(), what, &done);
    return done;
  }

  const std::string staging_;
  Calculation calculation_;
  ReceivedColumns columns_;
  std::map<std::string, std::unique_ptr<Module>> modules_;
  uint64_t files_ = 0;
};

Sandbox sandbox_of(const std::string& text) {
  if (text == "off") return Sandbox::Off;
  return text == "strict" ? Sandbox::Strict : Sandbox::BestEffort;
}

Result<void> serve() {
  wire::Hello hello;
  TRY(const bool there, receive_frame(kChannel, &hello));
  if (!there) return {};
  Descriptors descriptors(kChannel);
  {
    TRY(const FileHandle page, descriptors.next());
    TRY_VOID(VitalsPage::use_here(page));
  }
  TRY_VOID(close_descriptors({kChannel}));
  open_memory_gauge();
  WallLimits limits;
  limits.memory_bytes = hello.memory_bytes();
  limits.writable = hello.staging();
  limits.readable = {hello.readable()};
  wire::Ready ready;
  const auto walls = raise_walls(sandbox_of(hello.sandbox()), limits);
  if (walls.ok()) {
    ready.set_walls(walls->text());
  } else {
    ready.set_error(walls.error().message);
  }
  TRY_VOID(send_frame(kChannel, ready));
  TRY_VOID(walls);
  const Recorder recorder(kChannel);
  Server server(hello.staging());
  for (;;) {
    wire::Task task;
    TRY(const bool more, receive_frame(kChannel, &task));
    if (!more) return {};
    auto done = server.compute(task);
    if (!done.ok()) {
      wire::Done none;
      none.set_error(done.error().message);
      done = std::move(none);
    }
    fflush(nullptr);  // the parent shows what a task printed when it is through
    TRY_VOID(send_frame(kChannel, *done));
  }
}

}  // namespace

int serve_tasks() {
  const pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) return 1;
  setsid();  // what a terminal sends is the parent's
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const auto served = serve();
  if (served.ok()) return 0;
  fprintf(stderr, "%s\n", served.error().message.c_str());
  return 1;
}

}  // namespace almanac
