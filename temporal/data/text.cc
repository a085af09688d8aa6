#include "temporal/data/text.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

namespace temporal {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool is_utf8(const std::string& text) {
  if (std::all_of(text.begin(), text.end(),
                  [](char c) { return static_cast<signed char>(c) >= 0; }))
    return true;
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

std::optional<std::string> in_field(const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  const bool many = field->is_repeated();
  const int count = many ? reflection->FieldSize(message, field) : 1;
  std::string scratch;
  for (int i = 0; i < count; ++i) {
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      const std::string& text =
          many ? reflection->GetRepeatedStringReference(message, field, i, &scratch)
               : reflection->GetStringReference(message, field, &scratch);
      if (!is_utf8(text)) return std::string(field->name());
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const auto inner = field_not_utf8(many ? reflection->GetRepeatedMessage(message, field, i)
                                             : reflection->GetMessage(message, field));
      if (inner) return std::string(field->name()) + "." + *inner;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string utf8(std::string text) {
  if (is_utf8(text)) return text;
  return nlohmann::json::parse(
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::optional<std::string> field_not_utf8(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (auto found = in_field(message, field)) return found;
  }
  return std::nullopt;
}

}  // namespace temporal
