// HistoryPage: which events of a run are to be read next; as a token, between two calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "temporal/embedded/run.h"

namespace temporal::embedded {

struct HistoryPage {
  std::string run_id;
  std::int64_t first = 1;
  std::int64_t next = 1;  // the end of what is read, exclusive
  bool running = true;
  bool of_task = false;  // the history of a workflow task: ends where the task was
  bool unsure = false;   // the last page was full: the next one may be empty
  std::string suffix;    // events that come after, serialized: not in the history

  // Whether its bounds are those of a page of the run: a token is what a client gives back.
  bool is_of(const Run& run) const;
  std::string token() const;
  static std::optional<HistoryPage> from(const std::string& token);
  // Copies a page of up to `batches` batches to `out` and moves on. Gives the token of the page
  // after it; empty, where everything is read.
  std::string read(const Run& run, int batches, api::history::v1::History& out);
};

}  // namespace temporal::embedded
