#include "temporal/replay/replayer.h"

#include <google/protobuf/util/json_util.h>

#include "temporal/base/check.h"
#include "temporal/replay/other_sdks.h"
#include "temporal/replay/run.h"
#include "temporal/replay/spelling.h"

namespace temporal::replay {

Result<std::shared_ptr<const HistoryProto>> history_from_json(std::string_view text) {
  auto history = std::make_shared<HistoryProto>();
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = google::protobuf::util::JsonStringToMessage(
      common_spelling(text, *HistoryProto::descriptor()), history.get(), options);
  if (!status.ok()) {
    return Status{Code::InvalidArgument,
                  "history: expected temporal.api.history.v1.History as JSON: " +
                      std::string(status.message())};
  }
  return std::shared_ptr<const HistoryProto>(std::move(history));
}

Result<std::shared_ptr<const HistoryProto>> history_from_binary(std::string_view bytes) {
  auto history = std::make_shared<HistoryProto>();
  if (!history->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Status{Code::InvalidArgument,
                  "history: expected a serialized temporal.api.history.v1.History"};
  }
  return std::shared_ptr<const HistoryProto>(std::move(history));
}

std::string history_to_json(const HistoryProto& history) {
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  const auto status = google::protobuf::util::MessageToJsonString(history, &text, options);
  TEMPORAL_CHECK(status.ok(), "a history can be written as JSON");
  return text;
}

std::optional<Failure> Replayer::replay(const std::shared_ptr<const HistoryProto>& history) const {
  if (history->events().empty() ||
      !history->events(0).has_workflow_execution_started_event_attributes()) {
    return Failure("history: expected WorkflowExecutionStarted as the first event");
  }
  const auto& started = history->events(0).workflow_execution_started_event_attributes();
  const auto type = types_.find(started.workflow_type().name());
  if (type == types_.end()) {
    return Failure("history: of workflow type '" + started.workflow_type().name() +
                   "', which the replayer does not have; add<W>() it");
  }
  RunSettings settings;
  settings.workflow_id = started.workflow_id();
  settings.run_id = started.original_execution_run_id();
  settings.ignore_auto_ids = ids_ == IdPolicy::IgnoreAutoIds;
  Run run(type->second, std::move(settings));
  run.add(ids_ == IdPolicy::IgnoreAutoIds ? in_our_words(*history) : history, /*more=*/false);
  run.advance();
  run.finish();
  if (run.problem()) return run.problem()->failure;
  return std::nullopt;
}

}  // namespace temporal::replay
