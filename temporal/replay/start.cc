// The first event of a run: what the run is told of itself, and its code.
#include <algorithm>

#include "temporal/data/duration.h"
#include "temporal/replay/run.h"

namespace temporal::replay {

void Run::start(const Event& event) {
  const auto& attributes = event.workflow_execution_started_event_attributes();
  info_.workflow_type = attributes.workflow_type().name();
  info_.workflow_id =
      attributes.workflow_id().empty() ? settings_.workflow_id : attributes.workflow_id();
  info_.run_id =
      settings_.run_id.empty() ? attributes.original_execution_run_id() : settings_.run_id;
  info_.space = settings_.space;
  info_.task_queue = attributes.task_queue().name();
  info_.first_run_id = attributes.first_execution_run_id();
  info_.original_run_id = attributes.original_execution_run_id();
  info_.continued_run_id = attributes.continued_execution_run_id();
  info_.attempt = std::max(1, attributes.attempt());
  info_.start = from_proto(event.event_time());
  info_.execution_timeout = from_proto(attributes.workflow_execution_timeout());
  info_.run_timeout = from_proto(attributes.workflow_run_timeout());
  info_.task_timeout = from_proto(attributes.workflow_task_timeout());
  info_.cron = attributes.cron_schedule();
  if (attributes.has_retry_policy()) info_.retry = RetryPolicy(attributes.retry_policy());
  if (attributes.has_parent_workflow_execution()) {
    const auto& parent = attributes.parent_workflow_execution();
    info_.parent = wf::WorkflowRef{parent.workflow_id(), parent.run_id()};
  }
  if (attributes.has_root_workflow_execution()) {
    const auto& root = attributes.root_workflow_execution();
    info_.root = wf::WorkflowRef{root.workflow_id(), root.run_id()};
  }
  for (const auto& [key, value] : attributes.memo().fields()) info_.memo[key] = value;
  info_.search_attributes = SearchAttributes(attributes.search_attributes());
  if (attributes.has_continued_failure()) {
    info_.last_failure = Failure(attributes.continued_failure());
  }
  info_.last_result = attributes.last_completion_result();
  now_ = std::max(now_, info_.start);
  seed(info_.original_run_id);

  try {
    workflow_ = type_->create();
  } catch (...) {
    code_failed(std::current_exception());
    return;
  }
  main_ = std::make_unique<Routine>(
      "run", [this, input = attributes.input()] { return type_->run(workflow_.get(), input); },
      [this](Payloads result, const std::exception_ptr& error) {
        main_ended(std::move(result), error);
      });
}

}  // namespace temporal::replay
