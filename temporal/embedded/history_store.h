// HistoryStore: the events of a run. An event that comes while a workflow task is started waits in
// the buffer, where the server would let it wait, and gets its id when the buffer is flushed.
// Not thread safe: the engine's lock guards it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "temporal/api/history/v1/message.pb.h"

namespace temporal::embedded {

using HistoryEvent = api::history::v1::HistoryEvent;
using EventPtr = std::shared_ptr<HistoryEvent>;
using EventType = api::enums::v1::EventType;

inline constexpr std::int64_t kBufferedEventId = -123;

class HistoryStore {
 public:
  // Where a history was, to go back to.
  struct Mark {
    std::size_t events;
    std::size_t batches;
    std::vector<EventPtr> buffer;
    std::int64_t bytes;
    bool finished;
  };

  std::int64_t next_id() const { return static_cast<std::int64_t>(events_.size()) + 1; }
  bool finished() const { return finished_; }
  // Of what has been committed.
  std::int64_t bytes() const { return bytes_; }
  const HistoryEvent& at(std::int64_t id) const { return *events_[id - 1]; }
  const EventPtr& ptr(std::int64_t id) const { return events_[id - 1]; }

  // Takes the event over. It is in the history, with an id, or in the buffer.
  HistoryEvent& add(EventPtr event);
  bool has_buffer() const { return !buffer_.empty(); }
  std::size_t buffered() const { return buffer_.size(); }
  std::size_t buffered_bytes() const;
  // Moves the buffer into the history: what closes activities and children comes last. Gives the
  // ids of the started events by the ids of what they started. A finished history drops the buffer.
  std::map<std::int64_t, std::int64_t> flush();
  void end_batch();
  // Also counts the bytes of what was added since.
  void commit();

  // A history with the events [1, next) of this one, committed.
  HistoryStore first(std::int64_t next) const;

  // Takes a buffered TimerFired out; empty if there is none.
  EventPtr take_timer_fired(const std::string& timer);
  bool buffers_end_of(std::int64_t scheduled_id) const;

  Mark mark() const { return {events_.size(), batches_.size(), buffer_, bytes_, finished_}; }
  void back_to(const Mark& mark);

  // The end of the page that starts at `first`, is not beyond `next`, and holds up to `batches`
  // batches; and whether it holds that many.
  std::pair<std::int64_t, bool> page_end(std::int64_t first, std::int64_t next, int batches) const;
  // Histories may be cut only where a change began.
  bool starts_batch(std::int64_t id) const;
  // Copies [first, next) to `out`.
  void copy(std::int64_t first, std::int64_t next, api::history::v1::History& out) const;

 private:
  std::vector<EventPtr> events_;
  std::vector<std::int64_t> batches_;  // first ids
  std::vector<EventPtr> buffer_;
  std::size_t counted_ = 0;
  std::int64_t bytes_ = 0;
  bool batch_open_ = false;
  bool finished_ = false;
};

}  // namespace temporal::embedded
