// Fault: something that goes wrong at a point of a schedule. Points are the calls of ledger, store,
// view, root data, calculations and engine, numbered in the order in which they happen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace almanac::simulator {

// What happens at a point.
enum class Place : uint8_t {
  Read,       // of the ledger, before it
  Write,      // of the ledger, before the transaction
  Wrote,      // and after it
  Store,      // before the store changes
  Kept,       // and after it
  View,       // before the view changes
  Viewed,     // and after it
  Data,       // root data are looked at
  Execute,    // a calculation begins
  Executed,   // and has ended
  Poll,       // a task has come from the engine
  Call,       // a worker answers a task, before the engine hears it
  Called,     // and after that
  Heartbeat,  // of a step
  Ask,        // a person starts, steers or cancels a run, before the engine hears it
};
inline constexpr size_t kPlaces = 15;
std::string_view name_of(Place place);

struct Fault {
  enum class Kind : uint8_t {
    Crash,   // the process ends
    Halt,    // it stands still for `seconds`, and goes on
    Full,    // ledger, store or view have no space left, or cannot be read
    Done,    // it is done, and reported as failed
    Lost,    // the engine is not reached; a task that it gives is lost on its way
    Late,    // it arrives after `seconds`, also when who sent it is gone
    Twice,   // it arrives twice, the second time after `seconds`
    Change,  // root data change, or go
    Rot,     // a blob of the store is lost
    Drain,   // the process is asked to end when it is through with what it does
  };
  static constexpr size_t kKinds = 10;
  Kind kind{};
  int64_t at = 0;  // number of the point; it happens at the first from there where it can
  int64_t seconds = 0;
  bool operator==(const Fault&) const = default;
};

bool can_happen(Fault::Kind kind, Place place);

// "crash@12,halt@40:1800", as it stands in what repeats a schedule.
std::string text_of(const std::vector<Fault>& faults);
Result<std::vector<Fault>> parse_faults(const std::string& text);

}  // namespace almanac::simulator
