#include "core/plan/decide.h"

#include <algorithm>
#include <iterator>

#include "core/base/check.h"

namespace almanac {

namespace {

constexpr std::string_view kStateNames[] = {"runnable",         "reRun",     "skipped",
                                            "stable",           "failed",    "blocked",
                                            "failedDependency", "impossible"};
static_assert(std::size(kStateNames) == kStates);

constexpr std::string_view kReasonNames[] = {"new",
                                             "code_changed",
                                             "behaviour_changed",
                                             "layer",
                                             "dependency_result",
                                             "history",
                                             "infrastructure",
                                             "epoch",
                                             "schema",
                                             "parameters",
                                             "source_changed",
                                             "window",
                                             "no_data",
                                             "upstream",
                                             "not_available",
                                             "dependency_failed",
                                             "evidence_revoked",
                                             "validation_failed",
                                             "attempts_used_up",
                                             "permanent_error",
                                             "breaker_open",
                                             "dropped",
                                             "forced",
                                             "cancelled",
                                             "lease_lost",
                                             "hit",
                                             "result_missing",
                                             "moved",
                                             "equivalent",
                                             "same_result",
                                             "unchanged"};
static_assert(std::size(kReasonNames) == kReasons);

constexpr Reason kReasonOfPart[] = {
    Reason::CodeChanged,    Reason::Layer,  Reason::Parameters,    Reason::Schema,
    Reason::Infrastructure, Reason::Epoch,  Reason::SourceChanged, Reason::DependencyResult,
    Reason::Window,         Reason::History};
static_assert(std::size(kReasonOfPart) == kParts);

Reason reason_of(const Parts& changed) {
  for (size_t i = 0; i < kParts; ++i) {
    if (changed.has(static_cast<Part>(i))) return kReasonOfPart[i];
  }
  return Reason::DependencyResult;
}

Reason reason_of(Facts::Letter letter) {
  switch (letter) {
    case Facts::Letter::Validation:
      return Reason::ValidationFailed;
    case Facts::Letter::Permanent:
      return Reason::PermanentError;
    default:
      return Reason::AttemptsUsedUp;
  }
}

}  // namespace

std::string_view name_of(State state) {
  return kStateNames[static_cast<size_t>(state)];
}
std::string_view name_of(Reason reason) {
  return kReasonNames[static_cast<size_t>(reason)];
}

std::optional<State> state_named(std::string_view name) {
  const auto* found = std::find(std::begin(kStateNames), std::end(kStateNames), name);
  if (found == std::end(kStateNames)) return std::nullopt;
  return static_cast<State>(found - kStateNames);
}
std::optional<Reason> reason_named(std::string_view name) {
  const auto* found = std::find(std::begin(kReasonNames), std::end(kReasonNames), name);
  if (found == std::end(kReasonNames)) return std::nullopt;
  return static_cast<Reason>(found - kReasonNames);
}

Part part_of(std::string_view name) {
  const std::string_view kind = name.substr(0, name.find(':'));
  if (kind == "code") return Part::Code;
  if (kind == "layer") return Part::Layer;
  if (kind == "parameters") return Part::Parameters;
  if (kind == "schema" || kind == "columns") return Part::Schema;
  if (kind == "infrastructure") return Part::Infrastructure;
  if (kind == "epoch") return Part::Epoch;
  if (kind == "dataset" || kind == "calendar") return Part::Source;
  if (kind == "dependency") return Part::Dependency;
  if (kind == "window") return Part::Window;
  CHECK(kind == "history", "a key part has a known kind");
  return Part::History;
}

Verdict decide(const Facts& f) {
  using Inputs = Facts::Inputs;
  using Stored = Facts::Stored;

  if (f.inputs == Inputs::NoData) return {State::Impossible, Reason::NoData};
  if (f.inputs == Inputs::Upstream) return {State::Impossible, Reason::Upstream};
  if (!f.predicted && f.letter == Facts::Letter::Dropped) {
    return {State::Impossible, Reason::Dropped};
  }
  if (f.inputs == Inputs::DependencyFailed) {
    return {State::FailedDependency, Reason::DependencyFailed};
  }
  if (f.inputs == Inputs::HistoryBlocked) return {State::Blocked, Reason::History};
  if (f.inputs != Inputs::Ready) return {State::Blocked, Reason::NotAvailable};

  const bool up_to_date = f.recorded && !f.predicted && f.same_key;
  if (up_to_date && !f.forced && f.stored == Stored::Published) {
    if (f.same_provenance) {
      return {State::Stable, f.same_category ? Reason::Unchanged : Reason::Moved};
    }
    return {State::Skipped, f.same_code ? Reason::SameResult : Reason::Equivalent};
  }
  const bool bytes_at_hand = up_to_date ? f.stored != Stored::Lost : f.trace;
  if (!f.predicted && !f.forced && bytes_at_hand) return {State::ReRun, Reason::Hit};
  if (f.archived) return {State::Blocked, Reason::NotAvailable};
  if (!f.predicted && !f.forced && f.letter != Facts::Letter::None) {
    return {State::Failed, reason_of(f.letter)};
  }
  if (f.breaker_open) return {State::Blocked, Reason::BreakerOpen};
  if (!f.recorded) return {State::Runnable, Reason::New};
  if (up_to_date) {
    return {State::ReRun, f.stored == Stored::Lost ? Reason::ResultMissing : Reason::Forced};
  }
  if (f.revoked) return {State::ReRun, Reason::EvidenceRevoked};
  const bool is_code = f.changed.has(Part::Code) || f.changed.has(Part::Layer);
  return {State::ReRun, f.differs && is_code ? Reason::BehaviourChanged : reason_of(f.changed)};
}

}  // namespace almanac
