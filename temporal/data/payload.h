// Payloads: values as they travel and are kept, and back. By the type:
//   nullptr_t, empty optional      binary/null
//   Bytes                          binary/plain
//   protobuf messages              json/protobuf (binary/protobuf is read, too)
//   Payload                        as it is
//   all others                     json/plain, by nlohmann/json
//
// A whole number that the reader's type cannot hold is an error, alone and as a part of a type that
// can be written, too. An optional is empty for null in JSON, too.
#pragma once

#include <google/protobuf/message.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "temporal/api/common/v1/message.pb.h"
#include "temporal/base/type_name.h"

namespace temporal {

using Payload = api::common::v1::Payload;
using Payloads = api::common::v1::Payloads;

// Bytes that are sent as they are.
struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
};

// A payload is not what the code that reads it expects. The message says both.
struct PayloadError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace data {

Payload null_payload();
Payload bytes_payload(std::string data);
Payload json_payload(std::string text);
// Throws PayloadError for numbers that JSON cannot hold (NaN, infinity) and text that is not UTF-8.
Payload json_payload_of(const nlohmann::json& value);
Payload proto_payload(const google::protobuf::Message& message);
Payload proto_binary_payload(const google::protobuf::Message& message);

std::string_view encoding_of(const Payload& payload);
bool is_null(const Payload& payload);
const std::string& bytes_of(const Payload& payload);                          // throws PayloadError
nlohmann::json json_of(const Payload& payload);                               // throws PayloadError
void read_proto(const Payload& payload, google::protobuf::Message& message);  // throws

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_whole = std::is_integral_v<T> && !std::is_same_v<T, bool>;

// nlohmann/json cuts off what does not fit. Other languages write 3 as 3.0.
template <class T>
T whole_of(const nlohmann::json& json) {
  using Limits = std::numeric_limits<T>;
  bool fits = true;
  if (json.is_number_float()) {
    const auto number = json.get<double>();
    fits = number == std::trunc(number) && number >= static_cast<double>(Limits::min()) &&
           number < std::ldexp(1.0, Limits::digits);
  } else if (json.is_number_unsigned()) {
    fits = json.get<std::uint64_t>() <= static_cast<std::uint64_t>(Limits::max());
  } else if (json.is_number_integer()) {  // below zero
    fits =
        std::is_signed_v<T> && json.get<std::int64_t>() >= static_cast<std::int64_t>(Limits::min());
  }
  if (!fits) {
    throw PayloadError("payload: expected a whole number from " + std::to_string(Limits::min()) +
                       " to " + std::to_string(Limits::max()) + ", found " + json.dump());
  }
  return json.get<T>();
}

// nlohmann/json cuts numbers off inside of structures, too, without a word. `read` is what the
// value that was made of `source` is written as: throws PayloadError where a number of it is one of
// the source's cut off to fewer bits, to its whole part, or to infinity. Other differences are the
// business of the type.
bool holds_numbers(const nlohmann::json& source);
void expect_not_cut_off(const nlohmann::json& source, const nlohmann::json& read);

template <class T>
inline constexpr bool may_cut_off =
    (std::is_class_v<T> || std::is_enum_v<T> || std::is_same_v<T, float>) &&
    !std::is_same_v<T, std::string> && !std::is_same_v<T, nlohmann::json> &&
    std::is_constructible_v<nlohmann::json, const T&>;

template <class T>
T json_value(const nlohmann::json& json) {
  if constexpr (is_whole<T>) {
    return whole_of<T>(json);
  } else {
    T value = json.get<T>();
    if constexpr (may_cut_off<T>) {
      if (holds_numbers(json)) expect_not_cut_off(json, nlohmann::json(value));
    }
    return value;
  }
}

}  // namespace data

// Throws PayloadError where JSON cannot hold the value (NaN, infinity, text that is not UTF-8).
template <class T>
Payload encode(const T& value) {
  if constexpr (std::is_same_v<T, Payload>) {
    return value;
  } else if constexpr (std::is_same_v<T, std::nullptr_t>) {
    return data::null_payload();
  } else if constexpr (data::is_optional<T>) {
    return value ? encode(*value) : data::null_payload();
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return data::bytes_payload(value.data);
  } else if constexpr (std::is_base_of_v<google::protobuf::Message, T>) {
    return data::proto_payload(value);
  } else {
    try {
      return data::json_payload_of(value);
    } catch (const PayloadError&) {
      throw;
    } catch (const std::exception& e) {
      throw PayloadError("payload: a " + name_of_type(typeid(T)) +
                         " cannot be written as JSON: " + e.what());
    }
  }
}

// Throws PayloadError.
template <class T>
T decode(const Payload& payload) {
  if constexpr (std::is_same_v<T, Payload>) {
    return payload;
  } else if constexpr (std::is_same_v<T, std::nullptr_t>) {
    return nullptr;
  } else if constexpr (data::is_optional<T>) {
    if (data::is_null(payload)) return std::nullopt;
    return decode<typename T::value_type>(payload);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return Bytes{data::bytes_of(payload)};
  } else if constexpr (std::is_base_of_v<google::protobuf::Message, T>) {
    T message;
    data::read_proto(payload, message);
    return message;
  } else {
    try {
      return data::json_value<T>(data::json_of(payload));
    } catch (const PayloadError&) {
      throw;
    } catch (const std::exception& e) {  // of nlohmann/json, or of the type's own from_json
      throw PayloadError("payload: expected JSON of the shape of a " + name_of_type(typeid(T)) +
                         ", found another: " + e.what());
    }
  }
}

template <class... Args>
Payloads encode_all(const Args&... args) {
  Payloads all;
  (void)all;
  ((*all.add_payloads() = encode(args)), ...);
  return all;
}

// The payloads as arguments of a function. A missing one is an empty optional where the parameter
// is optional, and a PayloadError otherwise; more than there are parameters are ignored.
template <class Arg>
Arg decode_argument(const Payloads& all, int index, int expected) {
  if (index < all.payloads_size()) {
    try {
      return decode<Arg>(all.payloads(index));
    } catch (const PayloadError& e) {
      throw PayloadError("argument " + std::to_string(index + 1) + ": " + e.what());
    }
  }
  if constexpr (data::is_optional<Arg>) return std::nullopt;
  throw PayloadError("arguments: expected " + std::to_string(expected) + ", found " +
                     std::to_string(all.payloads_size()));
}
template <class Tuple>
Tuple decode_all(const Payloads& all) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return Tuple{decode_argument<std::tuple_element_t<I, Tuple>>(all, I, sizeof...(I))...};
  }(std::make_index_sequence<std::tuple_size_v<Tuple>>());
}

// What a function gives back; nothing is null.
template <class T>
T decode_result(const Payloads& all) {
  if constexpr (!std::is_void_v<T>) {
    if (all.payloads_size() > 0) return decode<T>(all.payloads(0));
    return decode<T>(data::null_payload());
  }
}

}  // namespace temporal
