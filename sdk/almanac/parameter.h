// Parameters: values that the project file may override. What a calculation declares cannot depend
// on them: a parameter has its value when `process` runs, and reading it earlier throws.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>

#include "almanac/abi.h"
#include "almanac/declaration.h"
#include "almanac/error.h"
#include "almanac/type.h"

namespace almanac {

namespace detail {

// A parameter that is a member of a calculation, for the code that gives it its value.
struct ParameterSlot {
  const char* name = nullptr;
  bool ready = false;

  // Takes the whole text, or returns false.
  virtual bool parse(std::string_view text) = 0;

 protected:
  ~ParameterSlot() = default;
};

inline bool parse_value(std::string_view text, std::string& value) {
  value = text;
  return true;
}
inline bool parse_value(std::string_view text, bool& value) {
  value = text == "true";
  return value || text == "false";
}
template <class Number>
bool parse_value(std::string_view text, Number& value) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && rest == end && value - value == 0;  // finite
}

inline std::string text_of(const std::string& value) {
  return value;
}
inline std::string text_of(bool value) {
  return value ? "true" : "false";
}
inline std::string text_of(int64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld", static_cast<long long>(value));
  return text;
}
inline std::string text_of(double value) {
  char text[64];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

template <class T>
using ParameterType = std::conditional_t<
    std::is_same_v<T, bool>, bool,
    std::conditional_t<std::is_integral_v<T>, int64_t,
                       std::conditional_t<std::is_floating_point_v<T>, double, std::string>>>;

}  // namespace detail

// T: bool, int64_t, double or std::string. Converts to its value.
template <class T>
class Parameter final : detail::ParameterSlot {
  static_assert(std::is_same_v<T, detail::ParameterType<T>>,
                "a parameter is bool, int64_t, double or std::string");

 public:
  Parameter(Declaration* declaration, detail::Array<detail::ParameterSlot*>* slots,
            std::string_view parameter_name, T default_value)
      : value_(std::move(default_value)) {
    name = declaration->keep(parameter_name);
    declaration->parameters.push_back(
        {name, static_cast<uint8_t>(type()), declaration->keep(detail::text_of(value_))});
    slots->push_back(this);
  }
  Parameter(const Parameter&) = delete;
  Parameter& operator=(const Parameter&) = delete;

  operator const T&() const { return value(); }
  const T& value() const {
    if (!ready) [[unlikely]] {
      detail::fail<PermanentError>(
          "parameter '%s' is read while the calculation is constructed: read it in process", name);
    }
    return value_;
  }

 private:
  static constexpr Type type() {
    if constexpr (std::is_same_v<T, std::string>)
      return Type::String;
    else
      return TypeOf<T>::value;
  }

  bool parse(std::string_view text) override { return detail::parse_value(text, value_); }

  T value_;
};

// A parameter while it is declared; becomes the Parameter that names its type.
template <class Default>
class ParameterName {
 public:
  ParameterName(Declaration* declaration, detail::Array<detail::ParameterSlot*>* slots,
                std::string_view name, const Default& default_value)
      : declaration_(declaration), slots_(slots), name_(name), default_(default_value) {}

  template <class T>
  operator Parameter<T>() const {
    using Given = detail::ParameterType<Default>;
    constexpr bool fits =
        std::is_same_v<Given, T> || (std::is_same_v<Given, int64_t> && std::is_same_v<T, double>);
    static_assert(fits, "the default of a parameter has its type: bool, int64_t, double or string");
    if constexpr (fits)
      return {declaration_, slots_, name_, static_cast<T>(default_)};
    else
      return {declaration_, slots_, name_, T()};
  }

 private:
  Declaration* declaration_;
  detail::Array<detail::ParameterSlot*>* slots_;
  std::string_view name_;
  Default default_;
};

}  // namespace almanac
