#include "temporal/embedded/run_fields.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "temporal/embedded/text_values.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

Value time_value(TimePoint at) {
  return number_value(static_cast<double>(at.time_since_epoch().count()));
}

Value value_of(const nlohmann::json& json, AttributeType type) {
  if (json.is_boolean()) return number_value(json.get<bool>() ? 1 : 0);
  if (json.is_number()) return number_value(json.get<double>());
  if (json.is_string()) {
    const auto text = json.get<std::string>();
    if (type == AttributeType::Text) return words_value(text);
    if (type != AttributeType::Datetime) return text_value(text);
    const auto at = read_time(text);
    return at ? number_value(*at) : Value{};
  }
  Value all;
  if (!json.is_array()) return all;
  for (const auto& one : json) {
    Value value = value_of(one, type);
    all.number = value.number;
    all.texts.insert(all.texts.end(), value.texts.begin(), value.texts.end());
  }
  return all;
}

// What is known only of a run that has closed.
Value value_of_end(const Run& run, const std::string& name) {
  if (run.running()) return {};
  if (name == "CloseTime") return time_value(run.closed_at);
  if (name == "HistoryLength") return number_value(static_cast<double>(run.history.next_id() - 1));
  if (name == "HistorySizeBytes") return number_value(static_cast<double>(run.history.bytes()));
  if (name == "ExecutionDuration") {
    return number_value(static_cast<double>((run.closed_at - run.execution_at).count()));
  }
  return {};
}

}  // namespace

Value text_value(std::string text) {
  return {{std::move(text)}, std::nullopt};
}

Value number_value(double number) {
  return {{}, number};
}

Value words_value(const std::string& text) {
  Value words;
  std::string word;
  for (const char c : text + ' ') {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || byte >= 0x80) {
      word += static_cast<char>(std::tolower(byte));
    } else if (!word.empty()) {
      words.texts.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

Value value_of(const Run& run, const Field& field) {
  const std::string& name = field.name;
  if (name == "WorkflowId") return text_value(run.workflow_id);
  if (name == "RunId") return text_value(run.run_id);
  if (name == "WorkflowType") return text_value(run.type);
  if (name == "ExecutionStatus") return text_value(status_name(run.status));
  if (name == "TaskQueue") return text_value(run.queue);
  if (name == "StartTime") return time_value(run.started_at);
  if (name == "ExecutionTime") return time_value(run.execution_at);
  if (name == "ParentWorkflowId") return run.parent ? text_value(run.parent->workflow_id) : Value{};
  if (name == "ParentRunId") return run.parent ? text_value(run.parent->run_id) : Value{};
  if (name == "RootWorkflowId") return text_value(run.root_workflow_id);
  if (name == "RootRunId") return text_value(run.root_run_id);
  const auto found = run.search_attributes.find(name);
  if (found == run.search_attributes.end()) return value_of_end(run, name);
  return value_of(nlohmann::json::parse(found->second.data(), nullptr, false), field.type);
}

bool equal(const Value& value, const Value& with) {
  if (value.number && with.number) return *value.number == *with.number;
  return std::any_of(with.texts.begin(), with.texts.end(), [&](const std::string& text) {
    return std::find(value.texts.begin(), value.texts.end(), text) != value.texts.end();
  });
}

int compare(const Value& value, const Value& with) {
  if (value.number && with.number) {
    return *value.number < *with.number ? -1 : *value.number > *with.number ? 1 : 0;
  }
  if (value.number || with.number) return value.number ? -1 : 1;
  return value.texts.at(0).compare(with.texts.at(0));
}

bool starts_with(const Value& value, const std::string& prefix) {
  if (value.number) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, *value.number);
    return std::string(text, end.ptr).starts_with(prefix);
  }
  return value.texts.at(0).starts_with(prefix);
}

std::string status_name(WorkflowStatus status) {
  switch (status) {
    case WORKFLOW_EXECUTION_STATUS_RUNNING:
      return "Running";
    case WORKFLOW_EXECUTION_STATUS_COMPLETED:
      return "Completed";
    case WORKFLOW_EXECUTION_STATUS_FAILED:
      return "Failed";
    case WORKFLOW_EXECUTION_STATUS_CANCELED:
      return "Canceled";
    case WORKFLOW_EXECUTION_STATUS_TERMINATED:
      return "Terminated";
    case WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW:
      return "ContinuedAsNew";
    case WORKFLOW_EXECUTION_STATUS_TIMED_OUT:
      return "TimedOut";
    default:
      return "Unspecified";
  }
}

bool is_status(const std::string& name) {
  for (int status = WORKFLOW_EXECUTION_STATUS_RUNNING;
       status <= WORKFLOW_EXECUTION_STATUS_TIMED_OUT; ++status) {
    if (status_name(static_cast<WorkflowStatus>(status)) == name) return true;
  }
  return false;
}

}  // namespace temporal::embedded
