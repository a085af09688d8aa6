// decide(): the one rule that plan, run, report and explain share. A total, pure function of what
// is known about one cell; the first condition of the list in system.md that holds decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace almanac {

enum class State : uint8_t {
  Runnable,
  ReRun,
  Skipped,
  Stable,
  Failed,
  Blocked,
  FailedDependency,
  Impossible,
};
inline constexpr size_t kStates = 8;

enum class Reason : uint8_t {
  New,
  CodeChanged,
  BehaviourChanged,
  Layer,
  DependencyResult,
  History,
  Infrastructure,
  Epoch,
  Schema,
  Parameters,
  SourceChanged,
  Window,
  NoData,
  Upstream,
  NotAvailable,
  DependencyFailed,
  EvidenceRevoked,
  ValidationFailed,
  AttemptsUsedUp,
  PermanentError,
  BreakerOpen,
  Dropped,
  Forced,
  Cancelled,
  LeaseLost,
  Hit,
  ResultMissing,
  Moved,
  Equivalent,
  SameResult,
  Unchanged,
};
inline constexpr size_t kReasons = 31;

std::string_view name_of(State state);    // "reRun", as in JSON
std::string_view name_of(Reason reason);  // "source_changed"
std::optional<State> state_named(std::string_view name);
std::optional<Reason> reason_named(std::string_view name);

// What kind of thing a part of a key is. The order is that in which reasons are named.
enum class Part : uint8_t {
  Code,
  Layer,
  Parameters,
  Schema,
  Infrastructure,
  Epoch,
  Source,
  Dependency,
  Window,
  History,
};
inline constexpr size_t kParts = 10;

// A set of parts.
class Parts {
 public:
  void add(Part part) { bits_ |= 1u << static_cast<unsigned>(part); }
  bool has(Part part) const { return bits_ >> static_cast<unsigned>(part) & 1; }
  bool empty() const { return bits_ == 0; }

 private:
  uint16_t bits_ = 0;
};

// The part that a named key part belongs to: "code", "layer:...", "dataset:...", "window:...", ...
Part part_of(std::string_view name);

struct Facts {
  // The worst thing about the inputs.
  enum class Inputs : uint8_t {
    Ready,
    NoData,            // a required dataset will never exist for the date
    Upstream,          // a dependency is impossible
    DependencyFailed,  // a dependency is failed or failedDependency
    NotAvailable,      // a required input is not there yet, or cannot be read
    DependencyBlocked,
    HistoryBlocked,  // the day before is not up to date and will not be
  };
  enum class Stored : uint8_t {
    Published,    // bytes in the store, and in the view as recorded
    Unpublished,  // bytes in the store only
    Lost,
  };
  enum class Letter : uint8_t { None, Validation, Permanent, UsedUp, Dropped };

  Inputs inputs = Inputs::Ready;
  bool predicted = false;  // an input will be computed first: the key is not known yet
  bool archived = false;   // the key stands on data that can no longer be read
  bool recorded = false;   // there is a result of some earlier key
  bool same_key = false, same_provenance = false, same_category = true;
  bool same_code = true;  // own part of the provenance
  bool revoked = false;   // evidence that the code is that of the recorded key did not hold
  bool differs = false;   // a comparison has shown that it puts out otherwise than that
  Parts changed;          // parts of the key that differ from the recorded one
  Stored stored = Stored::Published;  // of the recorded result
  bool trace = false;                 // another key's record has this very key, and its bytes
  Letter letter = Letter::None;       // dead letter of this very key
  bool breaker_open = false;
  bool forced = false;
};

struct Verdict {
  State state;
  Reason reason;
  bool operator==(const Verdict&) const = default;
};

Verdict decide(const Facts& facts);

}  // namespace almanac
