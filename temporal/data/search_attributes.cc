#include "temporal/data/search_attributes.h"

#include <google/protobuf/util/time_util.h>

#include "temporal/data/duration.h"

namespace temporal {

SearchAttributes::SearchAttributes(const api::common::v1::SearchAttributes& proto) {
  for (const auto& [name, payload] : proto.indexed_fields()) fields_[name] = payload;
}

SearchAttributes& SearchAttributes::set(const std::string& name, const char* type,
                                        const nlohmann::json& value) {
  Payload payload = encode(value);
  (*payload.mutable_metadata())["type"] = type;
  fields_[name] = std::move(payload);
  return *this;
}

SearchAttributes& SearchAttributes::keyword(const std::string& name, std::string_view value) {
  return set(name, "Keyword", value);
}
SearchAttributes& SearchAttributes::keywords(const std::string& name,
                                             const std::vector<std::string>& values) {
  return set(name, "KeywordList", values);
}
SearchAttributes& SearchAttributes::text(const std::string& name, std::string_view value) {
  return set(name, "Text", value);
}
SearchAttributes& SearchAttributes::integer(const std::string& name, std::int64_t value) {
  return set(name, "Int", value);
}
SearchAttributes& SearchAttributes::number(const std::string& name, double value) {
  return set(name, "Double", value);
}
SearchAttributes& SearchAttributes::boolean(const std::string& name, bool value) {
  return set(name, "Bool", value);
}
SearchAttributes& SearchAttributes::datetime(const std::string& name, TimePoint value) {
  return set(name, "Datetime", google::protobuf::util::TimeUtil::ToString(to_proto(value)));
}

TimePoint SearchAttributes::datetime(const std::string& name) const {
  const auto text = get<std::string>(name);
  google::protobuf::Timestamp time;
  if (!google::protobuf::util::TimeUtil::FromString(text, &time)) {
    throw PayloadError("search attribute " + name + ": expected a time, found " + text);
  }
  return from_proto(time);
}

SearchAttributes& SearchAttributes::unset(const std::string& name) {
  fields_[name] = data::null_payload();
  return *this;
}

bool SearchAttributes::contains(const std::string& name) const {
  const auto found = fields_.find(name);
  return found != fields_.end() && !data::is_null(found->second);
}

void SearchAttributes::apply(const SearchAttributes& update) {
  for (const auto& [name, payload] : update.fields_) {
    if (data::is_null(payload)) {
      fields_.erase(name);
    } else {
      fields_[name] = payload;
    }
  }
}

api::common::v1::SearchAttributes SearchAttributes::proto() const {
  api::common::v1::SearchAttributes proto;
  for (const auto& [name, payload] : fields_) (*proto.mutable_indexed_fields())[name] = payload;
  return proto;
}

}  // namespace temporal
