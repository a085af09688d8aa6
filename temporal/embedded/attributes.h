// Search attributes: which there are, of which types, with what values. And how they and the memo
// change.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "temporal/api/common/v1/message.pb.h"
#include "temporal/embedded/options.h"

namespace temporal::embedded {

using SearchAttributes = api::common::v1::SearchAttributes;

// Nothing: there is no such attribute.
std::optional<AttributeType> type_of(const Options& options, const std::string& name);
std::string name_of(AttributeType type);

// Why search attributes may not be set.
struct AttributeProblem {
  enum class Kind { Unknown, Value, Size };
  Kind kind;
  std::string text;
};
std::optional<AttributeProblem> problem_of(const Options& options, const std::string& space,
                                           const SearchAttributes& attributes);
// Each value says its type; where it does not, that of its attribute is filled in.
void complete_types(const Options& options, SearchAttributes& attributes);

// What is set is changed: a value that says nothing takes the field away.
template <class Fields>
void merge(std::map<std::string, api::common::v1::Payload>& into, const Fields& fields) {
  for (const auto& [name, payload] : fields) {
    if (payload.data().empty() || payload.data() == "[]") {
      into.erase(name);
    } else {
      into[name] = payload;
    }
  }
}

}  // namespace temporal::embedded
