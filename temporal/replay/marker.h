// Reading what markers carry.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "temporal/api/history/v1/message.pb.h"

namespace temporal::replay {

using MarkerAttributes = api::history::v1::MarkerRecordedEventAttributes;

// The first payload of a detail; null where there is none.
inline const api::common::v1::Payload* marker_payload(const MarkerAttributes& marker,
                                                      const std::string& detail) {
  const auto found = marker.details().find(detail);
  if (found == marker.details().end() || found->second.payloads().empty()) return nullptr;
  return &found->second.payloads(0);
}

inline std::optional<nlohmann::json> marker_json(const MarkerAttributes& marker,
                                                 const std::string& detail) {
  const auto* payload = marker_payload(marker, detail);
  if (!payload) return std::nullopt;
  auto json = nlohmann::json::parse(payload->data(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

}  // namespace temporal::replay
