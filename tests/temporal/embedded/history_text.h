// A history as text: a line for each event, with what tests care for.
#pragma once

#include <google/protobuf/descriptor.h>

#include <cctype>
#include <set>
#include <string>

#include "temporal/api/history/v1/message.pb.h"

namespace embedded_test {

using History = temporal::api::history::v1::History;

// "WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND", of a cause: "UnhandledCommand".
inline std::string words_of(std::string constant, const std::string& prefix) {
  if (constant.starts_with(prefix)) constant.erase(0, prefix.size());
  std::string words;
  bool upper = true;
  for (const char c : constant) {
    if (c != '_') {
      const auto byte = static_cast<unsigned char>(c);
      words += static_cast<char>(upper ? std::toupper(byte) : std::tolower(byte));
    }
    upper = c == '_';
  }
  return words;
}

// What an event says of other events, of ids, and of causes: " scheduled=2 started=3".
inline std::string details_of(const google::protobuf::Message& attributes) {
  using google::protobuf::FieldDescriptor;
  static const std::set<std::string> texts{"activity_id", "timer_id",  "signal_name",
                                           "marker_name", "update_id", "protocol_instance_id",
                                           "workflow_id", "reason"};
  static const std::set<std::string> enums{"cause", "timeout_type", "retry_state", "origin"};
  const auto* reflection = attributes.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(attributes, &fields);
  std::string details;
  for (const FieldDescriptor* field : fields) {
    const std::string name(field->name());
    const auto add = [&](std::string key, const std::string& value) {
      details += ' ' + key + '=' + value;
    };
    const std::size_t id = name.find("_event_id");
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT64 && id != std::string::npos &&
        name != "workflow_task_completed_event_id") {
      add(name.substr(0, id), std::to_string(reflection->GetInt64(attributes, field)));
    } else if (name == "attempt" && reflection->GetInt32(attributes, field) != 1) {
      add(name, std::to_string(reflection->GetInt32(attributes, field)));
    } else if (texts.contains(name)) {
      add(name == "protocol_instance_id" ? "update" : name,
          reflection->GetString(attributes, field));
    } else if (enums.contains(name) && field->enum_type()) {
      const auto* type = field->enum_type();
      std::string prefix(type->value(0)->name());
      prefix.erase(prefix.rfind("UNSPECIFIED"));
      add(name, words_of(std::string(reflection->GetEnum(attributes, field)->name()), prefix));
    }
  }
  return details;
}

// From the event `first` on.
inline std::string text_of(const History& history, std::int64_t first = 1) {
  std::string text;
  for (const auto& event : history.events()) {
    if (event.event_id() < first) continue;
    const auto* reflection = event.GetReflection();
    const auto* one = event.GetDescriptor()->FindOneofByName("attributes");
    const auto* field = reflection->GetOneofFieldDescriptor(event, one);
    text += std::to_string(event.event_id()) + ' ' +
            words_of(temporal::api::enums::v1::EventType_Name(event.event_type()), "EVENT_TYPE_");
    if (field) text += details_of(reflection->GetMessage(event, field));
    text += '\n';
  }
  return text;
}

}  // namespace embedded_test
