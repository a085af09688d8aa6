#include "tools/almanac/steering.h"

#include <nlohmann/json.hpp>

#include "serving/progress.h"
#include "serving/run_worker.h"
#include "serving/serving.h"
#include "tools/almanac/run_socket.h"
#include "tools/almanac/session.h"
#include "workflows/steps.h"

namespace almanac {

namespace {

using nlohmann::json;
using std::chrono_literals::operator""s;
namespace client = temporal::client;

constexpr auto kRequeueTime = 10s;

// An update or query that the run itself refused.
Error refusal(const temporal::Failure& failure) {
  const temporal::Failure root = failure.root();
  return root.type().empty() ? usage_error(root.message()) : error_of(failure);
}

using Found = Result<std::optional<client::WorkflowDescription>>;

// Whether a workflow is open, and what it is.
Found open_workflow(const ServiceEngine& engine, const std::string& id) {
  auto known = engine.client().workflow(id).describe();
  if (!known.ok() && known.status().code != temporal::Code::NotFound) {
    return engine.error_of(known.status());
  }
  if (!known.ok() || known->status != client::WorkflowStatus::Running) {
    return std::optional<client::WorkflowDescription>();
  }
  return std::optional<client::WorkflowDescription>(std::move(known).value());
}

// A run of the ledger that is open at the service. Lists lag a moment behind.
Found any_open(const ServiceEngine& engine) {
  const std::string prefix = engine.workflow_id("");
  std::vector<std::string> listed;
  const temporal::Status status = engine.client().list(
      "(WorkflowType = 'Run' OR WorkflowType = 'Reconcile') AND ExecutionStatus = 'Running'",
      [&](const client::WorkflowDescription& workflow) {
        if (workflow.id.starts_with(prefix)) listed.push_back(workflow.id);
        return true;
      });
  if (!status.ok()) return engine.error_of(status);
  for (const std::string& id : listed) {
    TRY(auto workflow, open_workflow(engine, id));
    if (workflow) return workflow;
  }
  return std::optional<client::WorkflowDescription>();
}

}  // namespace

std::string nobody_serves(const std::string& queue) {
  return "no worker serves " + queue +
         "; start `almanac worker` on this project, with the same code, settings and toolchain";
}

Steering::Steering(const Project& project, Ledger::LeaseHolder holder)
    : project_(project), holder_(std::move(holder)), run_(holder_.run) {}

Result<std::optional<Steering>> Steering::find(const Project& project, Ledger& ledger,
                                               std::shared_ptr<ServiceEngine>* connection) {
  TRY(auto holder, ledger.holder());
  const bool by_process = holder && holder->keeper == Ledger::Keeper::Process;
  if (by_process) return std::optional<Steering>(Steering(project, *std::move(holder)));
  if (on_service(project)) {
    TRY(const std::string identity, ledger.identity());
    if (identity.empty()) return std::optional<Steering>();  // nothing was ever run
    std::shared_ptr<ServiceEngine> engine = connection ? *connection : nullptr;
    if (engine) {
      TRY_VOID(engine->check());
    } else {
      TRY(engine, ServiceEngine::connect(project, ledger));
    }
    if (connection) *connection = engine;
    return find_on_service(project, std::move(holder), std::move(engine));
  }
  if (!holder) return std::optional<Steering>();
  return usage_error("run " + holder->run +
                     " is worked on by a Temporal service, and this project names none: set "
                     "[engine] kind = \"temporal\" and its address in almanac.toml, or, if there is"
                     " no such service any more, give the ledger back: almanac cancel --now");
}

// A run that has a lease and that the service no longer has open is over.
Result<std::optional<Steering>> Steering::find_on_service(const Project& project,
                                                          std::optional<Ledger::LeaseHolder> holder,
                                                          std::shared_ptr<ServiceEngine> engine) {
  std::optional<client::WorkflowDescription> workflow;
  if (holder) {
    TRY(workflow, open_workflow(*engine, engine->workflow_id(holder->run)));
  }
  if (!workflow) {
    TRY(workflow, any_open(*engine));
    if (!workflow) return std::optional<Steering>();
    const std::string run = workflow->id.substr(engine->workflow_id("").size());
    holder = Ledger::LeaseHolder{run, "", 0, Ledger::Keeper::Run, 0, 0};
  }
  Steering steering(project, *std::move(holder));
  steering.workflow_ = engine->client().workflow(workflow->id);
  steering.engine_ = std::move(engine);
  steering.kind_ = workflow->type == "Reconcile" ? Kind::Reconcile : Kind::Run;
  steering.queue_ = workflow->queue;
  steering.parent_ = workflow->parent_id;
  return std::optional<Steering>(std::move(steering));
}

Steering Steering::of(const Project& project, std::shared_ptr<ServiceEngine> engine,
                      const Order& order, Kind kind) {
  Steering steering(project, {order.run, "", 0, Ledger::Keeper::Run, 0, 0});
  steering.workflow_ = engine->client().workflow(engine->workflow_id(order.run));
  steering.engine_ = std::move(engine);
  steering.kind_ = kind;
  steering.queue_ = queue_of(project.name, order.modules);
  return steering;
}

// The queue of cells that need much memory may be served by nobody while none waits there.
Result<std::optional<std::string>> Steering::unserved() const {
  if (!engine_) return std::optional<std::string>();
  const auto standard = engine_->client().describe_queue(queue_, client::TaskKind::Workflow);
  if (!standard.ok()) return engine_->error_of(standard.status());
  if (standard->pollers.empty()) return std::optional<std::string>(queue_);
  const std::string high_mem = queue_ + kHighMem;
  const auto large = engine_->client().describe_queue(high_mem, client::TaskKind::Activity);
  if (!large.ok()) return engine_->error_of(large.status());
  if (large->pollers.empty() && large->waiting > 0) return std::optional<std::string>(high_mem);
  return std::optional<std::string>();
}

Result<void> Steering::reach() const {
  return engine_ ? engine_->check() : Result<void>();
}

// It is somewhere else, or it has just ended.
Error Steering::silent(const std::string& why) const {
  if (workflow_) {
    return temporary_error("run " + run_ + " at " + project_.engine_address + " does not answer (" +
                           why + "); it needs an almanac worker with its modules");
  }
  return temporary_error("run " + run_ + " of process " + std::to_string(holder_.pid) + " on " +
                         holder_.host + " does not answer: " + why);
}

Result<json> Steering::ask(json request) const {
  request["run"] = run_;
  const auto said = ask_run(project_.root, request.dump());
  if (!said.ok()) return silent(said.error().message);
  json answer = json::parse(*said, nullptr, false);
  if (!answer.is_object()) return silent("its answer is no object of JSON");
  const auto error = answer.find("error");
  if (error == answer.end()) return answer;
  return temporary_error("run " + run_ + ": " +
                         (error->is_string() ? error->get<std::string>() : error->dump()));
}

Result<void> Steering::tell(json request) const {
  TRY(const json done, ask(std::move(request)));
  (void)done;
  return {};
}

Result<void> Steering::told(const temporal::Status& status) const {
  if (status.ok()) return {};
  return temporary_error("run " + run_ + " at " + project_.engine_address + ": " + status.text());
}

Result<RunProgress> Steering::progress() const {
  if (kind_ == Kind::Reconcile) return RunProgress{run_, "reconciling"};
  if (!workflow_) {
    TRY(const json answer, ask({{"ask", "progress"}}));
    try {
      return answer.get<RunProgress>();
    } catch (const json::exception& error) {
      return silent(std::string("its answer cannot be read: ") + error.what());
    }
  }
  const auto said = progress_of(engine_->client(), *workflow_);
  if (!said.ok()) return silent(said.status().text());
  if (!said->ok()) return refusal(said->failure());
  return said->value();
}

Result<void> Steering::check_is_run() const {
  if (kind_ == Kind::Run) return {};
  return usage_error(
      "run " + run_ +
      " is a reconcile, which takes no orders but cancel; a run that it starts does");
}

Result<void> Steering::pause() const {
  TRY_VOID(check_is_run());
  return workflow_ ? told(workflow_->signal(&Run::pause)) : tell({{"ask", "pause"}});
}

Result<void> Steering::resume() const {
  TRY_VOID(check_is_run());
  return workflow_ ? told(workflow_->signal(&Run::resume)) : tell({{"ask", "resume"}});
}

Result<void> Steering::cancel() const {
  return workflow_ ? told(workflow_->cancel("almanac cancel")) : tell({{"ask", "cancel"}});
}

// The run that a reconcile has started goes with that.
Result<void> Steering::cancel_now() const {
  if (!workflow_) {
    return usage_error("run " + run_ + " is carried out by process " + std::to_string(holder_.pid) +
                       " on " + holder_.host +
                       ": --now is for runs on a Temporal service; "
                       "interrupt the process twice to end it at once");
  }
  const std::string id = parent_.empty() ? workflow_->id() : parent_;
  const temporal::Status ended = engine_->client().workflow(id).terminate("almanac cancel --now");
  return ended.code == temporal::Code::NotFound ? Result<void>() : told(ended);
}

Result<void> Steering::set_parallel(int slices) const {
  TRY_VOID(check_is_run());
  if (workflow_) return told(workflow_->signal(&Run::set_parallel, slices));
  return tell({{"ask", "parallel"}, {"value", slices}});
}

Result<void> Steering::requeue(const std::vector<CellId>& cells) const {
  TRY_VOID(check_is_run());
  if (!workflow_) {
    return tell({{"ask", "requeue"}, {"cells", cells}});
  }
  const auto done =
      workflow_->update(client::UpdateOptions().within(kRequeueTime), &Run::requeue, cells);
  if (!done.ok()) return silent(done.status().text());
  if (!done->ok()) return refusal(done->failure());
  return {};
}

}  // namespace almanac
