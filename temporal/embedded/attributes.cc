#include "temporal/embedded/attributes.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "temporal/embedded/limits.h"
#include "temporal/embedded/text_values.h"

namespace temporal::embedded {

namespace {

using nlohmann::json;
using enum AttributeType;

// What every server has: it sets the first ones itself, and lets workflows set the others.
const std::map<std::string, AttributeType>& system_types() {
  static const std::map<std::string, AttributeType> types{
      {"WorkflowId", Keyword},       {"RunId", Keyword},        {"WorkflowType", Keyword},
      {"ExecutionStatus", Keyword},  {"TaskQueue", Keyword},    {"StartTime", Datetime},
      {"ExecutionTime", Datetime},   {"CloseTime", Datetime},   {"ExecutionDuration", Int},
      {"HistoryLength", Int},        {"HistorySizeBytes", Int}, {"StateTransitionCount", Int},
      {"ParentWorkflowId", Keyword}, {"ParentRunId", Keyword},  {"RootWorkflowId", Keyword},
      {"RootRunId", Keyword}};
  return types;
}

const std::map<std::string, AttributeType>& predefined_types() {
  static const std::map<std::string, AttributeType> types{
      {"BatcherNamespace", Keyword},
      {"BatcherUser", Keyword},
      {"BinaryChecksums", KeywordList},
      {"BuildIds", KeywordList},
      {"TemporalChangeVersion", KeywordList},
      {"TemporalNamespaceDivision", Keyword},
      {"TemporalPauseInfo", KeywordList},
      {"TemporalSchedulePaused", Bool},
      {"TemporalScheduledById", Keyword},
      {"TemporalScheduledStartTime", Datetime},
      {"TemporalWorkerDeployment", Keyword},
      {"TemporalWorkerDeploymentVersion", Keyword},
      {"TemporalWorkflowVersioningBehavior", Keyword}};
  return types;
}

bool is_one(AttributeType type, const json& value) {
  switch (type) {
    case Bool:
      return value.is_boolean();
    case Int:
      return value.is_number_integer() &&
             !(value.is_number_unsigned() &&
               value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max());
    case Double:
      return value.is_number();
    case Datetime:
      return value.is_string() && read_time(value.get<std::string>());
    case Keyword:
    case KeywordList:
    case Text:
      return value.is_string();
  }
  return false;
}

// A list of one is as good as the one.
bool takes(AttributeType type, const json& value) {
  if (value.is_null()) return true;
  if (!value.is_array()) return type != KeywordList && is_one(type, value);
  return (type == KeywordList || value.size() <= 1) &&
         std::all_of(value.begin(), value.end(),
                     [&](const json& one) { return is_one(type, one); });
}

// As Go prints what it has read: "x", "5", "[a 5]".
std::string printed(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) {
    char text[32];
    const auto end =
        std::to_chars(text, text + sizeof text, value.get<double>(), std::chars_format::general);
    return {text, end.ptr};
  }
  if (!value.is_array()) return value.dump();
  std::string all;
  for (const json& one : value) all += (all.empty() ? "" : " ") + printed(one);
  return '[' + all + ']';
}

}  // namespace

std::optional<AttributeType> type_of(const Options& options, const std::string& name) {
  for (const auto* types : {&system_types(), &predefined_types(), &options.search_attributes()}) {
    if (const auto found = types->find(name); found != types->end()) return found->second;
  }
  return std::nullopt;
}

std::string name_of(AttributeType type) {
  switch (type) {
    case Bool:
      return "Bool";
    case Datetime:
      return "Datetime";
    case Double:
      return "Double";
    case Int:
      return "Int";
    case Keyword:
      return "Keyword";
    case KeywordList:
      return "KeywordList";
    case Text:
      return "Text";
  }
  return "Unspecified";
}

std::optional<AttributeProblem> problem_of(const Options& options, const std::string& space,
                                           const SearchAttributes& attributes) {
  using Kind = AttributeProblem::Kind;
  std::vector<std::string> names;
  for (const auto& [name, payload] : attributes.indexed_fields()) names.push_back(name);
  std::sort(names.begin(), names.end());  // of several problems always the same is told
  for (const std::string& name : names) {
    if (type_of(options, name)) continue;
    return AttributeProblem{
        Kind::Unknown,
        "Namespace " + space + " has no mapping defined for search attribute " + name};
  }
  for (const std::string& name : names) {
    if (system_types().contains(name)) {
      return AttributeProblem{Kind::Value, name + " attribute can't be set in SearchAttributes"};
    }
    const std::string& data = attributes.indexed_fields().at(name).data();
    const AttributeType type = *type_of(options, name);
    const json value = json::parse(data, nullptr, false);
    if (data.empty() || (!value.is_discarded() && takes(type, value))) continue;
    return AttributeProblem{Kind::Value, "invalid value for search attribute " + name +
                                             " of type " + name_of(type) + ": " +
                                             (value.is_discarded() ? data : printed(value))};
  }
  std::size_t all = 0;
  for (const std::string& name : names) {
    const std::size_t bytes = attributes.indexed_fields().at(name).data().size();
    if (bytes > kMostSearchAttributeBytes) {
      return AttributeProblem{Kind::Size, "search attribute " + name + " value size " +
                                              std::to_string(bytes) + " exceeds size limit " +
                                              std::to_string(kMostSearchAttributeBytes)};
    }
    all += name.size() + bytes;
  }
  if (all <= kMostSearchAttributesBytes) return std::nullopt;
  return AttributeProblem{Kind::Size, "total size of search attributes " + std::to_string(all) +
                                          " exceeds size limit " +
                                          std::to_string(kMostSearchAttributesBytes)};
}

void complete_types(const Options& options, SearchAttributes& attributes) {
  for (auto& [name, payload] : *attributes.mutable_indexed_fields()) {
    const auto type = type_of(options, name);
    if (!type || payload.metadata().contains("type")) continue;
    (*payload.mutable_metadata())["type"] = name_of(*type);
  }
}

}  // namespace temporal::embedded
