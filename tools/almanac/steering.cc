#include "tools/almanac/steering.h"

#include <nlohmann/json.hpp>

#include "serving/progress.h"
#include "serving/serving.h"
#include "tools/almanac/run_socket.h"
#include "tools/almanac/session.h"

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

// The first run of the project that is open at the service; visibility lags a moment behind.
Result<std::string> open_run(const Project& project, const ServiceEngine& engine) {
  const std::string prefix = workflow_id(project.name, "");
  std::string run;
  const temporal::Status listed =
      engine.client().list("WorkflowType = 'Run' AND ExecutionStatus = 'Running'",
                           [&](const client::WorkflowDescription& workflow) {
                             if (workflow.id.starts_with(prefix))
                               run = workflow.id.substr(prefix.size());
                             return run.empty();
                           });
  if (!listed.ok()) {
    return temporary_error("cannot list the runs at " + project.engine_address + ": " +
                           listed.text());
  }
  return run;
}

}  // namespace

Steering::Steering(const Project& project, Ledger::LeaseHolder holder)
    : project_(project), holder_(std::move(holder)), run_(holder_.run) {}

Result<std::optional<Steering>> Steering::find(const Project& project, Ledger& ledger) {
  TRY(auto holder, ledger.holder());
  const bool by_process = holder && holder->keeper == Ledger::Keeper::Process;
  if (by_process) return std::optional<Steering>(Steering(project, *std::move(holder)));
  if (on_service(project)) return find_on_service(project, std::move(holder));
  if (!holder) return std::optional<Steering>();
  return usage_error("run " + holder->run +
                     " is worked on by a Temporal service, and this project names none: set "
                     "[engine] kind = \"temporal\" and its address in almanac.toml");
}

// The lease of a run that the service no longer has open is nobody's: the next run takes it.
Result<std::optional<Steering>> Steering::find_on_service(
    const Project& project, std::optional<Ledger::LeaseHolder> holder) {
  TRY(std::shared_ptr<ServiceEngine> engine, ServiceEngine::connect(project));
  if (holder) {
    const auto known = engine->client().workflow(workflow_id(project.name, holder->run)).describe();
    const bool missing = !known.ok() && known.status().code == temporal::Code::NotFound;
    if (!known.ok() && !missing) {
      return temporary_error("cannot look at run " + holder->run + " at " + project.engine_address +
                             ": " + known.status().text());
    }
    if (missing || known->status != client::WorkflowStatus::Running) holder.reset();
  }
  if (!holder) {
    TRY(const std::string run, open_run(project, *engine));
    if (run.empty()) return std::optional<Steering>();
    holder = Ledger::LeaseHolder{run, "", 0, Ledger::Keeper::Run, 0, 0};
  }
  Steering steering(project, *std::move(holder));
  steering.workflow_ = engine->client().workflow(workflow_id(project.name, steering.run_));
  steering.engine_ = std::move(engine);
  return std::optional<Steering>(std::move(steering));
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

Result<void> Steering::pause() const {
  return workflow_ ? told(workflow_->signal(&Run::pause)) : tell({{"ask", "pause"}});
}

Result<void> Steering::resume() const {
  return workflow_ ? told(workflow_->signal(&Run::resume)) : tell({{"ask", "resume"}});
}

Result<void> Steering::cancel() const {
  return workflow_ ? told(workflow_->cancel("almanac cancel")) : tell({{"ask", "cancel"}});
}

Result<void> Steering::set_parallel(int slices) const {
  if (workflow_) return told(workflow_->signal(&Run::set_parallel, slices));
  return tell({{"ask", "parallel"}, {"value", slices}});
}

Result<void> Steering::requeue(const std::vector<CellId>& cells) const {
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
