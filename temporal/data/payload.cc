#include "temporal/data/payload.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

namespace temporal::data {
namespace {

constexpr char kEncoding[] = "encoding";
constexpr char kMessageType[] = "messageType";

Payload of(const char* encoding, std::string data) {
  Payload payload;
  (*payload.mutable_metadata())[kEncoding] = encoding;
  payload.set_data(std::move(data));
  return payload;
}

Payload of_message(const char* encoding, const google::protobuf::Message& message,
                   std::string data) {
  Payload payload = of(encoding, std::move(data));
  (*payload.mutable_metadata())[kMessageType] = message.GetDescriptor()->full_name();
  return payload;
}

// nlohmann/json writes them as null.
void check_finite(const nlohmann::json& value) {
  if (value.is_structured()) {
    for (const auto& part : value) check_finite(part);
  } else if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    throw PayloadError("payload: expected numbers that JSON can hold, found " +
                       std::to_string(value.get<double>()) +
                       "; use std::optional, or a number that stands for none");
  }
}

// Whether a cast to some whole type makes `read` of `source`.
bool is_cut_off(const nlohmann::json& source, const nlohmann::json& read) {
  if (read.is_number_float()) {
    return source.is_number() && !std::isfinite(read.get<double>()) &&
           std::isfinite(source.get<double>());
  }
  if (!read.is_number_integer() || source == read) return false;
  if (source.is_boolean()) return read == static_cast<int>(source.get<bool>());
  if (source.is_number_float()) {
    const auto number = source.get<double>();
    if (!(std::fabs(number) < 0x1p31)) return true;  // a cast gives anything
    const auto whole = static_cast<std::int64_t>(number);
    return number != std::trunc(number) ? read == whole : is_cut_off(whole, read);
  }
  if (!source.is_number()) return false;
  const auto difference = source.get<std::uint64_t>() - read.get<std::uint64_t>();  // modulo 2^64
  return difference % 256 == 0;
}

[[noreturn]] void fail(const char* expected, const Payload& payload) {
  std::string found(encoding_of(payload));
  throw PayloadError(std::string("payload: expected ") + expected + ", found " +
                     (found.empty() ? "no encoding" : found));
}

}  // namespace

Payload null_payload() {
  return of("binary/null", "");
}
Payload bytes_payload(std::string data) {
  return of("binary/plain", std::move(data));
}
Payload json_payload(std::string text) {
  return of("json/plain", std::move(text));
}

Payload json_payload_of(const nlohmann::json& value) {
  check_finite(value);
  try {
    return json_payload(value.dump());
  } catch (const nlohmann::json::exception& e) {
    throw PayloadError(std::string("payload: the value cannot be written as JSON: ") + e.what());
  }
}

bool holds_numbers(const nlohmann::json& source) {
  return source.is_structured() ? std::any_of(source.begin(), source.end(), holds_numbers)
                                : source.is_number() || source.is_boolean();
}

void expect_not_cut_off(const nlohmann::json& source, const nlohmann::json& read) {
  if (source.is_object() && read.is_object()) {
    for (const auto& [name, part] : read.items()) {
      const auto from = source.find(name);
      if (from == source.end()) continue;
      try {
        expect_not_cut_off(*from, part);
      } catch (const PayloadError& e) {
        throw PayloadError("\"" + name + "\": " + e.what());
      }
    }
  } else if (source.is_array() && read.is_array()) {
    const std::size_t count = std::min(source.size(), read.size());
    for (std::size_t i = 0; i < count; ++i) expect_not_cut_off(source[i], read[i]);
  } else if (is_cut_off(source, read)) {
    throw PayloadError("payload: expected a number that its type holds, found " + source.dump() +
                       ", which it would hold as " + read.dump());
  }
}

Payload proto_payload(const google::protobuf::Message& message) {
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text);
  if (!status.ok()) {
    throw PayloadError("payload: " + message.GetTypeName() +
                       " cannot be written as JSON: " + std::string(status.message()));
  }
  return of_message("json/protobuf", message, std::move(text));
}

Payload proto_binary_payload(const google::protobuf::Message& message) {
  return of_message("binary/protobuf", message, message.SerializeAsString());
}

std::string_view encoding_of(const Payload& payload) {
  const auto found = payload.metadata().find(kEncoding);
  return found == payload.metadata().end() ? std::string_view{} : found->second;
}

bool is_null(const Payload& payload) {
  const std::string_view encoding = encoding_of(payload);
  if (encoding != "json/plain") return encoding == "binary/null";
  const std::string_view data = payload.data();  // "null", and perhaps space around it
  const auto begin = data.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return false;
  return data.substr(begin, data.find_last_not_of(" \t\r\n") + 1 - begin) == "null";
}

const std::string& bytes_of(const Payload& payload) {
  if (encoding_of(payload) != "binary/plain") fail("binary/plain", payload);
  return payload.data();
}

nlohmann::json json_of(const Payload& payload) {
  if (is_null(payload)) return nullptr;
  const std::string_view encoding = encoding_of(payload);
  if (encoding != "json/plain" && encoding != "json/protobuf") fail("json/plain", payload);
  return nlohmann::json::parse(payload.data());
}

void read_proto(const Payload& payload, google::protobuf::Message& message) {
  const std::string_view encoding = encoding_of(payload);
  const auto type = payload.metadata().find(kMessageType);
  if (type != payload.metadata().end() && type->second != message.GetTypeName()) {
    throw PayloadError("payload: expected a " + message.GetTypeName() + ", found a " +
                       type->second);
  }
  if (encoding == "binary/protobuf") {
    if (message.ParseFromString(payload.data())) return;
    throw PayloadError("payload: not a " + message.GetTypeName());
  }
  if (encoding != "json/protobuf" && encoding != "json/plain") {
    fail("json/protobuf or binary/protobuf", payload);
  }
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status =
      google::protobuf::util::JsonStringToMessage(payload.data(), &message, options);
  if (!status.ok()) {
    throw PayloadError("payload: not a " + message.GetTypeName() + ": " +
                       std::string(status.message()));
  }
}

}  // namespace temporal::data
