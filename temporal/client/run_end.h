// RunEnd: how a run of a workflow ended, from its last event.
#pragma once

#include <string>

#include "temporal/api/history/v1/message.pb.h"
#include "temporal/data/failure.h"

namespace temporal::client {

struct RunEnd {
  Outcome<Payloads> outcome{Payloads()};
  std::string next_run;  // the run that follows it (continued as new, retry, cron); or empty
};

RunEnd end_of(const api::history::v1::HistoryEvent& event);

}  // namespace temporal::client
