#include "temporal/replay/local_activity.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/history/v1/message.pb.h"
#include "temporal/data/duration.h"
#include "temporal/replay/marker.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

// The machine's states need no table: asked --end--> marker commanded --marker recorded--> closed,
// and --end with a backoff--> marker commanded, asked again.

namespace {

nlohmann::json to_json(TimePoint time) {
  const auto count = time.time_since_epoch().count();
  return {{"seconds", count / 1'000'000'000}, {"nanos", count % 1'000'000'000}};
}

TimePoint time_of(const nlohmann::json& json) {
  return TimePoint(
      duration_of(json.at("seconds").get<std::int64_t>(), json.at("nanos").get<std::int64_t>()));
}

// A canceled failure has no activity around it: the machine adds that when it settles.
Failure wrapped(const LocalActivityTask& task, const Failure& cause) {
  Failure::Proto proto;
  proto.set_message(cause.is_canceled() ? "local activity canceled" : "local activity failed");
  auto& info = *proto.mutable_activity_failure_info();
  info.mutable_activity_type()->set_name(task.type);
  info.set_activity_id(task.id);
  *proto.mutable_cause() = cause.proto();
  return Failure(std::move(proto));
}

}  // namespace

std::optional<LocalActivityEnd> local_activity_end(const Event& event) {
  const auto& marker = event.marker_recorded_event_attributes();
  const auto data = marker_json(marker, "data");
  if (!data) return std::nullopt;
  LocalActivityEnd end;
  try {
    end.seq = data->at("seq").get<std::int64_t>();
    if (end.seq == 0) {
      end.id = data->at("activity_id").get<std::string>();
      end.type = data->at("activity_type").get<std::string>();
    }
    end.attempt = data->at("attempt").get<int>();
    if (data->contains("complete_time") && !(*data)["complete_time"].is_null()) {
      end.completed = time_of((*data)["complete_time"]);
    }
    if (data->contains("backoff") && !(*data)["backoff"].is_null()) {
      end.backoff = time_of((*data)["backoff"]).time_since_epoch();
    }
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
  if (marker.has_failure()) {
    end.outcome = Failure(marker.failure());
  } else if (const auto found = marker.details().find("result"); found != marker.details().end()) {
    end.outcome = found->second;
  }
  return end;
}

LocalActivityMachine::LocalActivityMachine(Commands& commands, LocalActivityTask task,
                                           const wf::Scope& scope, std::source_location where)
    : commands_(commands), task_(std::move(task)), scope_(scope) {
  this->where = where;
  if (!join(scope)) {
    canceled_ = true;
    settle(wrapped(task_, Failure::canceled()));
  }
}

std::string LocalActivityMachine::name() const {
  return "local activity " + task_.id + " (" + task_.type + ")";
}

void LocalActivityMachine::record(const LocalActivityEnd& end) {
  std::unique_ptr<CommandProto> command;
  if (commands_.recording) {
    command = std::make_unique<CommandProto>();
    command->set_command_type(COMMAND_TYPE_RECORD_MARKER);
    auto& attributes = *command->mutable_record_marker_command_attributes();
    attributes.set_marker_name(kLocalActivityMarker);
    nlohmann::json data = {{"seq", task_.seq},
                           {"attempt", end.attempt},
                           {"activity_id", task_.id},
                           {"activity_type", task_.type},
                           {"complete_time", to_json(end.completed)},
                           {"backoff", nullptr},
                           {"original_schedule_time", to_json(task_.scheduled)}};
    if (end.backoff) data["backoff"] = to_json(TimePoint(*end.backoff));
    auto& details = *attributes.mutable_details();
    *details["data"].add_payloads() = encode(data);
    if (end.outcome.ok()) {
      details["result"] = end.outcome.value();
    } else {
      *attributes.mutable_failure() = end.outcome.failure().proto();
    }
  }
  commands_.send(*this, EVENT_TYPE_MARKER_RECORDED, std::move(command));
}

bool LocalActivityMachine::may_end_with(const LocalActivityEnd& end) const {
  if (done() || end.type != task_.type) return false;
  const bool numbered = end.id.find_first_not_of("0123456789") == std::string::npos;
  return !numbered || end.id == std::to_string(task_.number);
}

void LocalActivityMachine::end(const LocalActivityEnd& end) {
  if (done()) return;
  record(end);
  if (end.backoff) return;
  if (end.outcome.ok()) {
    settle(end.outcome);
  } else {
    settle(wrapped(task_, end.outcome.failure()));
  }
}

void LocalActivityMachine::again(std::int64_t seq, int attempt) {
  pause = {};
  task_.seq = seq;
  task_.attempt = attempt;
}

void LocalActivityMachine::cancel() {
  const wf::Ref<Future> keep(this);
  if (done()) return;
  canceled_ = true;
  if (pause) {
    pause->cancel();
    settle(wrapped(task_, Failure::canceled()));
    return;
  }
  if (task_.options.on_cancel == wf::OnCancel::Wait) return;
  LocalActivityEnd end;
  end.seq = task_.seq;
  end.attempt = task_.attempt;
  end.outcome = Failure::canceled();
  end.completed = wf::Context::current().now();
  this->end(end);
}

std::string LocalActivityMachine::recorded(const Event& event) {
  const auto& marker = event.marker_recorded_event_attributes();
  std::string differs = difference("marker", marker.marker_name(), kLocalActivityMarker);
  if (!differs.empty()) return differs;
  const auto data = marker_json(marker, "data");
  const auto has_text = [&](const char* field) {
    return data->contains(field) && (*data)[field].is_string();
  };
  if (!data || !has_text("activity_type") || !has_text("activity_id")) {
    return "has a marker without the activity's type and id";
  }
  differs = difference("type", (*data)["activity_type"].get<std::string>(), task_.type);
  if (differs.empty() && !commands_.ignore_auto_ids) {
    differs = difference("id", (*data)["activity_id"].get<std::string>(), task_.id);
  }
  return differs;
}

}  // namespace temporal::replay
