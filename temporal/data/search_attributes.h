// SearchAttributes: typed, indexed values by which workflows are found. Each is a JSON payload
// whose metadata names its type.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "temporal/base/executor.h"
#include "temporal/data/payload.h"

namespace temporal {

// Also an update of what is set: unset() takes a value away.
class SearchAttributes {
 public:
  SearchAttributes() = default;
  explicit SearchAttributes(const api::common::v1::SearchAttributes& proto);

  SearchAttributes& keyword(const std::string& name, std::string_view value);
  SearchAttributes& keywords(const std::string& name, const std::vector<std::string>& values);
  SearchAttributes& text(const std::string& name, std::string_view value);
  SearchAttributes& integer(const std::string& name, std::int64_t value);
  SearchAttributes& number(const std::string& name, double value);
  SearchAttributes& boolean(const std::string& name, bool value);
  SearchAttributes& datetime(const std::string& name, TimePoint value);
  SearchAttributes& unset(const std::string& name);

  bool empty() const { return fields_.empty(); }
  bool contains(const std::string& name) const;
  template <class T>
  T get(const std::string& name) const {  // throws PayloadError
    const auto found = fields_.find(name);
    if (found == fields_.end()) throw PayloadError("search attribute " + name + " is not set");
    return decode<T>(found->second);
  }
  TimePoint datetime(const std::string& name) const;  // throws PayloadError
  // Takes over what the update sets, and takes away what it unsets.
  void apply(const SearchAttributes& update);
  api::common::v1::SearchAttributes proto() const;

 private:
  SearchAttributes& set(const std::string& name, const char* type, const nlohmann::json& value);
  std::map<std::string, Payload> fields_;
};

}  // namespace temporal
