#include "tests/temporal_conversations/transcript.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>

#include <map>
#include <memory>
#include <regex>
#include <set>

#include "tests/temporal/embedded/history_text.h"

namespace conversations {

using namespace embedded_test;

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Of no meaning to a worker or a client, or known to differ.
bool is_hidden(const FieldDescriptor& field) {
  static const std::set<std::string> hidden{"task_id",
                                            "event_time",
                                            "history_size_bytes",
                                            "state_transition_count",
                                            "link",
                                            "links",
                                            "worker_may_ignore",
                                            "most_recent_worker_version_stamp",
                                            "auto_reset_points",
                                            "prev_auto_reset_points",
                                            "backlog_count_hint",
                                            "poller_scaling_decision",
                                            "version",
                                            "assigned_build_id",
                                            "inherited_build_id",
                                            "request_id_infos",
                                            "current_retry_interval",
                                            "run_expiration_time"};
  return hidden.contains(std::string(field.name()));
}

// What is pending has no order of its own.
void sort(Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  const auto text = [&](int i) {
    return reflection->GetRepeatedMessage(message, &field, i).ShortDebugString();
  };
  for (int end = reflection->FieldSize(message, &field); end > 1; --end) {
    for (int i = 1; i < end; ++i) {
      if (text(i) < text(i - 1)) reflection->SwapElements(&message, &field, i, i - 1);
    }
  }
}

// Only that it is there is of interest.
void mask(Message& message);

void mask_field(Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  if (is_hidden(field)) return reflection->ClearField(&message, &field);
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field.is_repeated() &&
      field.name().find("token") != std::string::npos) {
    return reflection->SetString(&message, &field, "*");
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return;
  if (field.name() == "execution_duration") return reflection->ClearField(&message, &field);
  if (message.GetTypeName() == "temporal.api.common.v1.SearchAttributes") {
    // Worker versioning, which the embedded service does not have.
    static_cast<temporal::api::common::v1::SearchAttributes&>(message)
        .mutable_indexed_fields()
        ->erase("BuildIds");
  }
  if (!field.is_repeated()) return mask(*reflection->MutableMessage(&message, &field));
  for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
    mask(*reflection->MutableRepeatedMessage(&message, &field, i));
  }
  if (field.name().starts_with("pending_")) sort(message, field);
}

void mask(Message& message) {
  if (message.GetTypeName() == "google.protobuf.Timestamp") return message.Clear();
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) mask_field(message, *field);
}

}  // namespace

std::string masked(const Message& message) {
  const std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  mask(*copy);
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.SetExpandAny(true);
  std::string text;
  printer.PrintToString(*copy, &text);
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

std::string masked(const History& history) {
  std::string text;
  for (auto event : history.events()) {
    text += std::to_string(event.event_id()) + ' ' +
            words_of(temporal::api::enums::v1::EventType_Name(event.event_type()), "EVENT_TYPE_");
    event.clear_event_id();
    event.clear_event_type();
    std::string rest = masked(static_cast<const Message&>(event));
    // The attributes' field says the type again.
    static const std::regex field("^[a-z_]+_event_attributes ");
    rest = std::regex_replace(rest, field, "");
    text += ' ' + rest + '\n';
  }
  return text;
}

std::string with_plain_ids(std::string text, const std::string& suffix) {
  for (std::size_t at = 0; (at = text.find(suffix, at)) != std::string::npos;) {
    text.erase(at, suffix.size());
  }
  static const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  std::map<std::string, std::string> known;
  std::string plain;
  std::size_t done = 0;
  for (std::sregex_iterator i(text.begin(), text.end(), uuid), end; i != end; ++i) {
    const auto at = static_cast<std::size_t>(i->position());
    plain += text.substr(done, at - done);
    auto& name = known[i->str()];
    if (name.empty()) name = "id" + std::to_string(known.size());
    plain += name;
    done = at + static_cast<std::size_t>(i->length());
  }
  return plain + text.substr(done);
}

}  // namespace conversations
