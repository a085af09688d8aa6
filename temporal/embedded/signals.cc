#include "temporal/embedded/signals.h"

#include "temporal/embedded/answers.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/limits.h"

namespace temporal::embedded {

namespace {

Status check_parent(const Run& run, const Run* sender) {
  if (run.parent && sender && run.parent->workflow_id == sender->workflow_id &&
      run.parent->run_id == sender->run_id) {
    return {};
  }
  return not_found("workflow parent does not match");
}

// Who names the first run means the current one.
template <class Request>
Result<RunPtr> target_of(Engine& engine, const Request& request) {
  auto execution = request.workflow_execution();
  if (!request.first_execution_run_id().empty()) execution.clear_run_id();
  return engine.find(request.namespace_(), execution);
}

}  // namespace

Status check_signal_name(const std::string& name) {
  if (name.empty()) return invalid("SignalName is not set on request.");
  if (name.size() > kMostIdBytes) return invalid("SignalName length exceeds limit.");
  return {};
}

Status check_signal_input(const Signal& signal) {
  if (!signal.input || signal.input->ByteSizeLong() <= kMostBlobBytes) return {};
  return invalid("Blob data size exceeds limit.");
}

Status add_signal(Engine& engine, Run& run, const Signal& signal) {
  if (!signal.request_id.empty() && run.signal_request_ids.contains(signal.request_id)) return {};
  if (!run.running()) return not_found("workflow execution already completed");
  if (Status bad = check_signal_input(signal); !bad.ok()) return bad;
  if (run.signal_count >= kMostSignals) {
    return invalid("exceeded workflow execution limit for signal events");
  }
  if (signal.child_only) {
    if (Status bad = check_parent(run, signal.sender); !bad.ok()) return bad;
  }
  write_signal(engine, run, signal);
  return {};
}

void write_signal(Engine& engine, Run& run, const Signal& signal) {
  if (!signal.request_id.empty()) run.signal_request_ids.insert(signal.request_id);
  ++run.signal_count;
  auto& signaled = *add_event(engine, run, api::enums::v1::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
                        .mutable_workflow_execution_signaled_event_attributes();
  signaled.set_signal_name(signal.name);
  if (signal.input) *signaled.mutable_input() = *signal.input;
  signaled.set_identity(signal.identity);
  if (signal.header) *signaled.mutable_header() = *signal.header;
  if (signal.sender) {
    auto& sender = *signaled.mutable_external_workflow_execution();
    sender.set_workflow_id(signal.sender->workflow_id);
    sender.set_run_id(signal.sender->run_id);
  }
}

void commit_signal(Engine& engine, const RunPtr& run) {
  if (!backs_off(*run)) schedule_task_if_none(engine, run);
  commit(engine, run);
}

Status add_cancel_request(Engine& engine, Run& run, const CancelRequest& request, bool& changed) {
  changed = false;
  if (!request.first_run_id.empty() && run.first_run_id != request.first_run_id) {
    return not_found("workflow execution not found");
  }
  if (request.child_only) {
    if (Status bad = check_parent(run, request.sender); !bad.ok()) return bad;
  }
  if (run.cancel_requested) return {};
  changed = true;
  run.cancel_requested = true;
  auto& requested =
      *add_event(engine, run, api::enums::v1::EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED)
           .mutable_workflow_execution_cancel_requested_event_attributes();
  requested.set_cause(request.cause);
  requested.set_identity(request.identity);
  if (request.sender) {
    requested.set_external_initiated_event_id(request.initiated_id);
    auto& sender = *requested.mutable_external_workflow_execution();
    sender.set_workflow_id(request.sender->workflow_id);
    sender.set_run_id(request.sender->run_id);
  }
  return {};
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::SignalWorkflowExecutionRequest& request,
              api::workflowservice::v1::SignalWorkflowExecutionResponse&) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  if (Status bad = check_signal_name(request.signal_name()); !bad.ok()) return bad;
  const auto run = engine.find(request.namespace_(), request.workflow_execution());
  if (!run.ok()) return run.status();
  if (is_closing(**run)) return closing();
  Signal signal;
  signal.name = request.signal_name();
  if (request.has_input()) signal.input = request.input();
  signal.identity = request.identity();
  if (request.has_header()) signal.header = request.header();
  signal.request_id = request.request_id();
  const int before = (*run)->signal_count;
  if (Status bad = add_signal(engine, **run, signal); !bad.ok()) return bad;
  if ((*run)->signal_count != before) commit_signal(engine, *run);
  return done();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RequestCancelWorkflowExecutionRequest& request,
              api::workflowservice::v1::RequestCancelWorkflowExecutionResponse&) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  const auto run = target_of(engine, request);
  if (!run.ok()) return run.status();
  CancelRequest cancel;
  cancel.cause = request.reason();
  cancel.identity = request.identity();
  cancel.first_run_id = request.first_execution_run_id();
  if (!(*run)->running()) return done();
  bool changed = false;
  if (Status bad = add_cancel_request(engine, **run, cancel, changed); !bad.ok()) return bad;
  if (changed) commit_and_schedule(engine, *run);
  return done();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::TerminateWorkflowExecutionRequest& request,
              api::workflowservice::v1::TerminateWorkflowExecutionResponse&) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  const auto run = target_of(engine, request);
  if (!run.ok()) return run.status();
  if (!(*run)->running()) return not_found("workflow execution already completed");
  if (!request.first_execution_run_id().empty() &&
      (*run)->first_run_id != request.first_execution_run_id()) {
    return not_found("workflow execution not found");
  }
  terminate_run(engine, **run,
                request.reason().empty() ? "terminated by user via frontend" : request.reason(),
                request.has_details() ? &request.details() : nullptr,
                request.identity().empty() ? "frontend-service" : request.identity());
  commit(engine, *run);
  return done();
}

}  // namespace temporal::embedded
