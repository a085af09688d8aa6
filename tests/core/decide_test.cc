// The decision is total, and the first condition of the list that holds decides.
#include "core/plan/decide.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace almanac {
namespace {

using Inputs = Facts::Inputs;
using Letter = Facts::Letter;
using Stored = Facts::Stored;

// Every combination of facts that can occur.
void for_all(const std::function<void(const Facts&)>& check) {
  for (int inputs = 0; inputs <= static_cast<int>(Inputs::HistoryBlocked); ++inputs) {
    for (int letter = 0; letter <= static_cast<int>(Letter::Dropped); ++letter) {
      for (int stored = 0; stored <= static_cast<int>(Stored::Lost); ++stored) {
        for (int bits = 0; bits < 1 << 10; ++bits) {
          Facts f;
          f.inputs = static_cast<Inputs>(inputs);
          f.letter = static_cast<Letter>(letter);
          f.stored = static_cast<Stored>(stored);
          f.predicted = bits & 1;
          f.archived = bits & 2;
          f.recorded = bits & 4;
          f.same_key = f.recorded && !f.predicted && bits & 8;
          f.same_provenance = f.recorded && bits & 16;
          f.same_category = bits & 32;
          f.trace = !f.predicted && !f.same_key && bits & 64;
          f.breaker_open = bits & 128;
          f.forced = bits & 256;
          f.revoked = bits & 512;
          if (f.recorded && !f.same_key) f.changed.add(Part::Dependency);
          check(f);
        }
      }
    }
  }
}

// The list of system.md, as conditions in its order.
State first_that_holds(const Facts& f) {
  const bool ready = f.inputs == Inputs::Ready;
  const bool known = ready && !f.predicted;
  const bool current = known && f.recorded && f.same_key;
  const bool intact = current && f.stored == Stored::Published && !f.forced;
  const bool hit = known && !f.forced && (current ? f.stored != Stored::Lost : f.trace);
  struct Row {
    bool holds;
    State state;
  };
  const std::vector<Row> rows = {
      {f.inputs == Inputs::NoData, State::Impossible},
      {f.inputs == Inputs::Upstream, State::Impossible},
      {!f.predicted && f.letter == Letter::Dropped, State::Impossible},
      {f.inputs == Inputs::DependencyFailed, State::FailedDependency},
      {!ready, State::Blocked},
      {intact && f.same_provenance, State::Stable},
      {intact, State::Skipped},
      {hit, State::ReRun},
      {f.archived, State::Blocked},
      {known && !f.forced && f.letter != Letter::None, State::Failed},
      {f.breaker_open, State::Blocked},
      {f.recorded, State::ReRun},
      {true, State::Runnable},
  };
  for (const Row& row : rows) {
    if (row.holds) return row.state;
  }
  return State::Runnable;
}

TEST(Decide, IsTheFirstConditionThatHolds) {
  size_t seen[kStates] = {};
  for_all([&](const Facts& f) {
    const Verdict verdict = decide(f);
    EXPECT_EQ(verdict.state, first_that_holds(f));
    ++seen[static_cast<size_t>(verdict.state)];
  });
  for (size_t state = 0; state < kStates; ++state) {
    EXPECT_GT(seen[state], 0u) << name_of(static_cast<State>(state)) << " never occurs";
  }
}

TEST(Decide, NeverCallsAChangedCellUpToDate) {
  for_all([](const Facts& f) {
    const State state = decide(f).state;
    if (state == State::Stable || state == State::Skipped) {
      EXPECT_TRUE(f.recorded && f.same_key && f.inputs == Inputs::Ready && !f.predicted);
      EXPECT_EQ(f.stored, Stored::Published);
    }
  });
}

TEST(Decide, NamesTheMostImportantChangedPart) {
  Facts f;
  f.recorded = true;
  f.changed.add(Part::Window);
  f.changed.add(Part::Layer);
  f.changed.add(Part::Source);
  EXPECT_EQ(decide(f), (Verdict{State::ReRun, Reason::Layer}));
}

TEST(Decide, ALostResultIsComputedAgainAndAnUnpublishedOneIsNot) {
  Facts f;
  f.recorded = f.same_key = f.same_provenance = true;
  f.stored = Stored::Unpublished;
  EXPECT_EQ(decide(f), (Verdict{State::ReRun, Reason::Hit}));
  f.stored = Stored::Lost;
  EXPECT_EQ(decide(f), (Verdict{State::ReRun, Reason::ResultMissing}));
}

TEST(Decide, OldCodeCostsNothingWhenItsTraceIsThere) {
  Facts f;
  f.recorded = true;
  f.changed.add(Part::Code);
  f.trace = true;
  EXPECT_EQ(decide(f), (Verdict{State::ReRun, Reason::Hit}));
}

TEST(Decide, AMovedCategoryIsStable) {
  Facts f;
  f.recorded = f.same_key = f.same_provenance = true;
  f.same_category = false;
  EXPECT_EQ(decide(f), (Verdict{State::Stable, Reason::Moved}));
}

TEST(Decide, EvidenceThatDidNotHoldIsTheReason) {
  Facts f;
  f.recorded = true;
  f.changed.add(Part::Code);
  EXPECT_EQ(decide(f), (Verdict{State::ReRun, Reason::CodeChanged}));
  f.revoked = true;
  EXPECT_EQ(decide(f), (Verdict{State::ReRun, Reason::EvidenceRevoked}));
}

TEST(Decide, ADifferenceThatWasSeenIsTheReason) {
  Facts f;
  f.recorded = f.differs = true;
  f.changed.add(Part::Layer);
  EXPECT_EQ(decide(f), (Verdict{State::ReRun, Reason::BehaviourChanged}));
  f.changed = {};
  f.changed.add(Part::Source);
  EXPECT_EQ(decide(f), (Verdict{State::ReRun, Reason::SourceChanged}));
}

TEST(Decide, CodeThatWasAcceptedIsEquivalent) {
  Facts f;
  f.recorded = f.same_key = true;
  EXPECT_EQ(decide(f), (Verdict{State::Skipped, Reason::SameResult}));
  f.same_code = false;
  EXPECT_EQ(decide(f), (Verdict{State::Skipped, Reason::Equivalent}));
}

TEST(Decide, NamesOfStatesAndReasonsAreThoseOfTheInterface) {
  EXPECT_EQ(name_of(State::ReRun), "reRun");
  EXPECT_EQ(name_of(State::FailedDependency), "failedDependency");
  EXPECT_EQ(name_of(Reason::SourceChanged), "source_changed");
  EXPECT_EQ(name_of(Reason::BreakerOpen), "breaker_open");
  EXPECT_EQ(name_of(Reason::Unchanged), "unchanged");
}

}  // namespace
}  // namespace almanac
