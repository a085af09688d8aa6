#include "temporal/replay/other_sdks.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <type_traits>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/data/payload.h"
#include "temporal/replay/commands.h"
#include "temporal/replay/local_activity.h"
#include "temporal/replay/marker.h"
#include "temporal/replay/patch.h"

namespace temporal::replay {
namespace {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)
using nlohmann::json;

constexpr std::int64_t kBillion = 1'000'000'000;

void pass_over(Event& event) {
  event.set_event_type(EVENT_TYPE_UNSPECIFIED);
  event.set_worker_may_ignore(true);
}

// A detail that is JSON of any kind; null where there is none.
json detail(const MarkerAttributes& marker, const std::string& name) {
  const auto* payload = marker_payload(marker, name);
  if (!payload) return nullptr;
  json value = json::parse(payload->data(), nullptr, /*allow_exceptions=*/false);
  return value.is_discarded() ? json(nullptr) : value;
}

// The field, if it is a `T`.
template <class T>
T field(const json& object, const char* name, T otherwise) {
  if (!object.is_object() || !object.contains(name)) return otherwise;
  const json& value = object[name];
  if constexpr (std::is_same_v<T, std::string>) {
    return value.is_string() ? value.get<T>() : otherwise;
  } else {
    return value.is_number_integer() ? value.get<T>() : otherwise;
  }
}

json split(std::int64_t nanoseconds) {
  return {{"seconds", nanoseconds / kBillion}, {"nanos", nanoseconds % kBillion}};
}

json time_of(const std::string& text) {
  google::protobuf::Timestamp time;
  if (!google::protobuf::util::TimeUtil::FromString(text, &time)) return nullptr;
  return {{"seconds", time.seconds()}, {"nanos", time.nanos()}};
}

void set_detail(MarkerAttributes& marker, const std::string& name, const json& data) {
  auto& payloads = (*marker.mutable_details())[name];
  payloads.Clear();
  *payloads.add_payloads() = encode(data);
}

// Go says "change-id", Java "changeId".
void version_as_ours(Event& event) {
  auto& marker = *event.mutable_marker_recorded_event_attributes();
  json id = detail(marker, "change-id");
  if (!id.is_string()) id = detail(marker, "changeId");
  const json version = detail(marker, "version");
  if (!id.is_string() || !version.is_number_integer()) return;
  if (version < 0) {
    pass_over(event);
    return;
  }
  marker.set_marker_name(kPatchMarker);
  set_detail(marker, "patch-data", {{"id", id}, {"deprecated", false}});
}

// Go keeps all about it in "data", Java in details of their own.
void local_activity_as_ours(Event& event) {
  auto& marker = *event.mutable_marker_recorded_event_attributes();
  json ours = {{"seq", 0}, {"attempt", 1}, {"complete_time", nullptr}, {"backoff", nullptr}};
  if (const json data = detail(marker, "data"); data.is_object()) {
    ours["activity_id"] = field<std::string>(data, "ActivityID", "");
    ours["activity_type"] = field<std::string>(data, "ActivityType", "");
    ours["attempt"] = std::max(1, field<int>(data, "Attempt", 1));
    ours["complete_time"] = time_of(field<std::string>(data, "ReplayTime", ""));
    const auto pause = field<std::int64_t>(data, "Backoff", 0);
    if (pause > 0) ours["backoff"] = split(pause);
  } else {
    const json id = detail(marker, "activityId"), type = detail(marker, "type");
    if (!id.is_string() || !type.is_string()) return;
    ours["activity_id"] = id;
    ours["activity_type"] = type;
    ours["attempt"] = std::max(1, field<int>(detail(marker, "meta"), "atpt", 1));
    const json milliseconds = detail(marker, "time");
    if (milliseconds.is_number_integer()) {
      ours["complete_time"] = split(milliseconds.get<std::int64_t>() * 1'000'000);
    }
  }
  marker.set_marker_name(kLocalActivityMarker);
  set_detail(marker, "data", ours);
  // Ours has no activity around the cause.
  if (marker.failure().has_activity_failure_info() && marker.failure().has_cause()) {
    const api::failure::v1::Failure cause = marker.failure().cause();
    *marker.mutable_failure() = cause;
  }
}

bool counts_from_zero(const Event& event) {
  if (event.has_activity_task_scheduled_event_attributes()) {
    return event.activity_task_scheduled_event_attributes().activity_id() == "0";
  }
  if (event.has_timer_started_event_attributes()) {
    return event.timer_started_event_attributes().timer_id() == "0";
  }
  const auto& marker = event.marker_recorded_event_attributes();
  return marker.marker_name() == kLocalActivityMarker &&
         field<std::int64_t>(detail(marker, "data"), "seq", 1) == 0;
}

void count_from_one(Event& event) {
  auto& marker = *event.mutable_marker_recorded_event_attributes();
  json data = detail(marker, "data");
  const auto seq = field<std::int64_t>(data, "seq", -1);
  if (seq < 0 || seq == std::numeric_limits<std::int64_t>::max()) return;
  data["seq"] = seq + 1;
  set_detail(marker, "data", data);
}

// What the event cancels, if it is a cancellation.
std::int64_t canceled_by(const Event& event) {
  if (event.event_type() == EVENT_TYPE_TIMER_CANCELED) {
    return event.timer_canceled_event_attributes().started_event_id();
  }
  return event.event_type() == EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED
             ? event.activity_task_cancel_requested_event_attributes().scheduled_event_id()
             : 0;
}

// What the event is about, where that is a timer or an activity.
std::int64_t about(const Event& event) {
  switch (event.event_type()) {
    case EVENT_TYPE_TIMER_STARTED:
    case EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
      return event.event_id();
    case EVENT_TYPE_TIMER_FIRED:
      return event.timer_fired_event_attributes().started_event_id();
    case EVENT_TYPE_ACTIVITY_TASK_STARTED:
      return event.activity_task_started_event_attributes().scheduled_event_id();
    case EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
      return event.activity_task_completed_event_attributes().scheduled_event_id();
    case EVENT_TYPE_ACTIVITY_TASK_FAILED:
      return event.activity_task_failed_event_attributes().scheduled_event_id();
    case EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
      return event.activity_task_timed_out_event_attributes().scheduled_event_id();
    case EVENT_TYPE_ACTIVITY_TASK_CANCELED:
      return event.activity_task_canceled_event_attributes().scheduled_event_id();
    default:
      return canceled_by(event);
  }
}

void drop_canceled_at_once(HistoryProto& history) {
  std::set<std::int64_t> asked, dropped;  // by the task whose commands are read; by all of them
  for (const Event& event : history.events()) {
    if (!is_command_event(event.event_type()) && !may_ignore(event)) asked.clear();
    if (const auto id = canceled_by(event); id != 0) {
      if (asked.contains(id)) dropped.insert(id);
    } else if (is_command_event(event.event_type()) && about(event) != 0) {
      asked.insert(event.event_id());
    }
  }
  if (dropped.empty()) return;
  for (Event& event : *history.mutable_events()) {
    if (dropped.contains(about(event))) pass_over(event);
  }
}

}  // namespace

std::shared_ptr<const HistoryProto> in_our_words(const HistoryProto& history) {
  auto ours = std::make_shared<HistoryProto>(history);
  const bool from_zero = std::ranges::any_of(ours->events(), counts_from_zero);
  for (Event& event : *ours->mutable_events()) {
    if (event.event_type() != EVENT_TYPE_MARKER_RECORDED) continue;
    const std::string& name = event.marker_recorded_event_attributes().marker_name();
    if (name == "Version") {
      version_as_ours(event);
    } else if (name == "LocalActivity") {
      local_activity_as_ours(event);
    } else if (name == kLocalActivityMarker && from_zero) {
      count_from_one(event);
    } else if (name == "SideEffect" || name == "MutableSideEffect") {
      pass_over(event);
    }
  }
  drop_canceled_at_once(*ours);
  return ours;
}

}  // namespace temporal::replay
