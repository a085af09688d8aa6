// Durations and times between std::chrono and protobuf's well-known types.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <chrono>
#include <cstdint>

#include "temporal/base/executor.h"

namespace temporal {

inline google::protobuf::Duration to_proto(Duration duration) {
  google::protobuf::Duration proto;
  const auto count = duration.count();
  proto.set_seconds(count / 1'000'000'000);
  proto.set_nanos(static_cast<std::int32_t>(count % 1'000'000'000));
  return proto;
}

// What is too long for a Duration (292 years) is the longest, or the most negative, there is.
inline Duration duration_of(std::int64_t seconds, std::int64_t nanos) {
  std::int64_t count = 0;
  if (__builtin_mul_overflow(seconds, std::int64_t{1'000'000'000}, &count) ||
      __builtin_add_overflow(count, nanos, &count)) {
    return seconds < 0 ? Duration::min() : Duration::max();
  }
  return Duration(count);
}

inline Duration from_proto(const google::protobuf::Duration& proto) {
  return duration_of(proto.seconds(), proto.nanos());
}

// The nanoseconds of a timestamp count forward, before 1970, too.
inline google::protobuf::Timestamp to_proto(TimePoint time) {
  google::protobuf::Timestamp proto;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  proto.set_seconds(seconds.time_since_epoch().count());
  proto.set_nanos(static_cast<std::int32_t>((time - seconds).count()));
  return proto;
}

inline TimePoint from_proto(const google::protobuf::Timestamp& proto) {
  return TimePoint(duration_of(proto.seconds(), proto.nanos()));
}

}  // namespace temporal
