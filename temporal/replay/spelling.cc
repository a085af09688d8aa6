#include "temporal/replay/spelling.h"

#include <google/protobuf/descriptor.h>

#include <nlohmann/json.hpp>

namespace temporal::replay {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::json;

constexpr int kDeepest = 200;  // beyond what Protobuf's parser takes

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// "EVENT_TYPE_TIMER_FIRED", "EventTypeTimerFired" -> "eventtypetimerfired"
std::string squashed(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (c != '_') text += lower(c);
  }
  return text;
}

void spell_enum(json& value, const EnumDescriptor& type) {
  const auto* text = value.get_ptr<const std::string*>();
  if (!text || type.FindValueByName(*text)) return;
  const std::string wanted = squashed(type.name() + *text);
  for (int i = 0; i < type.value_count(); ++i) {
    if (squashed(type.value(i)->name()) != wanted) continue;
    value = type.value(i)->name();
    return;
  }
}

int digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

void spell_bytes(json& value) {
  auto* text = value.get_ptr<std::string*>();
  if (!text) return;
  const std::size_t end = text->find_last_not_of('=');
  if (end == std::string::npos) return;
  const std::size_t over = (end + 1) % 4;
  const int digit = digit_of((*text)[end]);
  const int spare = over == 2 ? 15 : over == 3 ? 3 : 0;
  if (digit < 0 || (digit & spare) == 0) return;
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  (*text)[end] = kDigits[digit & ~spare];
}

void spell(json& value, const Descriptor& message);

void spell_one(json& value, const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_ENUM:
      spell_enum(value, *field.enum_type());
      return;
    case FieldDescriptor::TYPE_BYTES:
      spell_bytes(value);
      return;
    case FieldDescriptor::TYPE_MESSAGE:
      spell(value, *field.message_type());
      return;
    default:
      return;
  }
}

void spell(json& value, const Descriptor& message) {
  // Those that Protobuf writes in a form of their own have nothing that is ours.
  if (!value.is_object() || message.well_known_type() != Descriptor::WELLKNOWNTYPE_UNSPECIFIED) {
    return;
  }
  for (auto& [name, inner] : value.items()) {
    const FieldDescriptor* field = message.FindFieldByCamelcaseName(name);
    if (!field) field = message.FindFieldByName(name);
    if (!field) continue;
    if (field->is_map()) {
      if (!inner.is_object()) continue;
      for (auto& [key, entry] : inner.items()) spell_one(entry, *field->message_type()->field(1));
    } else if (field->is_repeated()) {
      if (!inner.is_array()) continue;
      for (json& entry : inner) spell_one(entry, *field);
    } else {
      spell_one(inner, *field);
    }
  }
}

}  // namespace

std::string common_spelling(std::string_view text, const Descriptor& message) {
  bool too_deep = false;
  const auto shallow = [&](int depth, json::parse_event_t, const json&) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  json value = json::parse(text, shallow, /*allow_exceptions=*/false);
  if (value.is_discarded() || too_deep) return std::string(text);
  spell(value, message);
  return value.dump();
}

}  // namespace temporal::replay
