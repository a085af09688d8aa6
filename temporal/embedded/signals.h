// Signals, requests to cancel and terminations, wherever they come from.
#pragma once

#include <optional>
#include <string>

#include "temporal/embedded/engine.h"

namespace temporal::embedded {

struct Signal {
  std::string name;
  std::optional<Payloads> input;
  std::string identity;
  std::optional<api::common::v1::Header> header;
  std::string request_id;       // empty: it is not recognized when it comes again
  const Run* sender = nullptr;  // a workflow
  bool child_only = false;      // only of the sender
};
// What is wrong with what somebody sends; Ok if nothing is.
Status check_signal_name(const std::string& name);
Status check_signal_input(const Signal& signal);
// Whether or not the run takes it: the event. The caller commits.
void write_signal(Engine& engine, Run& run, const Signal& signal);
// The event, if the run takes it. The caller commits.
Status add_signal(Engine& engine, Run& run, const Signal& signal);
void commit_signal(Engine& engine, const RunPtr& run);

struct CancelRequest {
  std::string cause;
  std::string identity;
  std::string first_run_id;
  const Run* sender = nullptr;
  std::int64_t initiated_id = 0;
  bool child_only = false;
};
// Of a run that is open. `changed`: it was not requested before.
Status add_cancel_request(Engine& engine, Run& run, const CancelRequest& request, bool& changed);

}  // namespace temporal::embedded
