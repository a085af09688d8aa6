// History: the events of a run that have arrived and are not worked through, cut at the workflow
// tasks that were not lost.
//
// A cut holds what one task of the workflow's code sees: the completion of the task before, the
// events of its commands, what happened since, and the start of this one. Starts that are followed
// by a failure or a timeout of the task, or by the run's end, are no cut. Behind the cut one looks
// ahead to what this task's code went on to command: local activities, patches and updates must be
// known before the code runs again.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "temporal/api/history/v1/message.pb.h"

namespace temporal::replay {

using Event = api::history::v1::HistoryEvent;
using HistoryProto = api::history::v1::History;

// An event that this version of the library does not know, and need not.
bool may_ignore(const Event& event);

class History {
 public:
  struct Cut {
    std::vector<const Event*> events;  // ends with a WorkflowTaskStarted
    std::vector<const Event*> ahead;   // the events of the commands of the task that started
    bool last = false;                 // the task that started has not ended
  };

  // Adds a page; the events must follow those before without a gap. `more`: further pages come.
  // Gives what is wrong, if they do not.
  std::optional<std::string> add(std::shared_ptr<const HistoryProto> page, bool more);
  // The next cut, if all that it and its look ahead need has arrived.
  std::optional<Cut> next();
  // What is behind the last cut, once no pages come any more.
  std::vector<const Event*> rest();
  // Lets go of what next() and rest() have given.
  void release();
  // The service forgets the last cut's task, in which nothing was done, and will send all events
  // behind this one again. Those before the task's own, which were worked through with it, are
  // passed over.
  void rewind(std::int64_t event_id);

  std::int64_t next_event_id() const { return next_id_; }
  bool more() const { return more_; }

 private:
  std::deque<const Event*> events_;  // not yet given
  std::deque<std::shared_ptr<const HistoryProto>> pages_;
  std::int64_t next_id_ = 1;
  std::int64_t done_ = 0;  // up to this event, all was given before a rewind
  bool more_ = false;
};

}  // namespace temporal::replay
