// Times and durations as they are written in queries, attributes and schedules.
#pragma once

#include <optional>
#include <string>

#include "temporal/base/executor.h"

namespace temporal::embedded {

// "2026-01-02T03:04:05.6Z", or with an offset, "+02:00": nanoseconds since 1970.
std::optional<double> read_time(const std::string& text);
// As Go writes them: "1h30m", "1.5s", "-20ms".
std::optional<Duration> read_duration(const std::string& text);
// All of the text is a number.
std::optional<double> read_number(const std::string& text);

}  // namespace temporal::embedded
