// The journal, and what it refuses: decisions and attempts that somebody else has overtaken.
#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

using Keeper = Ledger::Keeper;

struct LedgerJournalTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.db";
  LeasedLedger ledger{path, "run-1", Keeper::Run};
  LeasedLedger other{path, "run-1", Keeper::Run};  // another process of the run
  const CellRecord cell = cell_of("rsi", kDay, "a");
  const Ledger::CellName name{"rsi", kDay};

  Ledger::Commit end_of(const Attempt& attempt, const CellRecord& result) {
    Ledger::Commit commit;
    commit.attempt = attempt;
    commit.attempt.status = AttemptStatus::Success;
    commit.attempt.duration_ms = 9;
    commit.cell = result;
    commit.cell->computation = attempt.id;
    commit.trace = trace_of(*commit.cell);
    commit.dead_letter = letter_of(cell_of("rsi", kDay, "z"));
    return commit;
  }
  Ledger::Commit hit_of(const CellRecord& result, int64_t decided_at) {
    Ledger::Commit commit;
    commit.act = Act::Reused;
    commit.state = "reuse";
    commit.reason = "trace";
    commit.decided_at = decided_at;
    commit.cell = result;
    return commit;
  }
  std::vector<size_t> overtaken(LeasedLedger& by, const Ledger::Commit& commit) {
    auto found = by->commit(by.lease, {&commit, 1});
    EXPECT_OK(found);
    return found.ok() ? *found : std::vector<size_t>{};
  }
  Attempt begun(LeasedLedger& by, int64_t decided_at) {
    Attempt attempt = attempt_of(cell);
    EXPECT_OK(by->begin_attempts(by.lease, {&attempt, 1}, decided_at));
    return attempt;
  }
};

TEST_F(LedgerJournalTest, ALinePerDeedInOrder) {
  Ledger::Commit withdrawn;
  withdrawn.act = Act::Withdrawn;
  withdrawn.state = "impossible";
  withdrawn.attempt.calculation = "rsi";
  withdrawn.attempt.date = kDay;
  const Attempt attempt = begun(ledger, 0);
  EXPECT_TRUE(overtaken(ledger, end_of(attempt, cell)).empty());
  EXPECT_TRUE(ledger.mark(cell));
  EXPECT_TRUE(ledger.mark(cell)) << "again, which changes nothing";
  EXPECT_OK(ledger->mark_withdrawn(ledger.lease, {&name, 1}));
  EXPECT_OK(ledger->mark_withdrawn(ledger.lease, {&name, 1}));
  EXPECT_OK(ledger.commit(withdrawn));
  EXPECT_OK(ledger->drop(ledger.lease, {name}));
  EXPECT_OK(ledger->requeue(ledger.lease, {name}));
  EXPECT_FALSE(ledger->drop(ledger.lease, {name}).ok());
  EXPECT_OK(ledger->record_breaker(ledger.lease, {"sma", 5, true, "run-1"}));
  EXPECT_OK(ledger.commit(hit_of(cell, 0)));

  const struct {
    std::string calculation;
    Date date;
    Act act;
    std::string state, reason;
  } lines[] = {{"rsi", kDay, Act::Attempted, "runnable", "new"},
               {"rsi", kDay, Act::Published, "", ""},
               {"rsi", kDay, Act::Published, "", ""},
               {"rsi", kDay, Act::Withdrawn, "impossible", ""},
               {"rsi", kDay, Act::Dropped, "", ""},
               {"rsi", kDay, Act::Requeued, "", ""},
               {"sma", Date(), Act::Breaker, "", ""},
               {"rsi", kDay, Act::Reused, "reuse", "trace"}};
  const auto deeds = *other->deeds_of("run-1");
  ASSERT_EQ(deeds.size(), std::size(lines));
  for (size_t i = 0; i < deeds.size(); ++i) {
    EXPECT_EQ(deeds[i].sequence, static_cast<int64_t>(i) + 1);
    EXPECT_EQ(deeds[i].calculation, lines[i].calculation) << i;
    EXPECT_EQ(deeds[i].date, lines[i].date) << i;
    EXPECT_EQ(deeds[i].act, lines[i].act) << i;
    EXPECT_EQ(deeds[i].state, lines[i].state) << i;
    EXPECT_EQ(deeds[i].reason, lines[i].reason) << i;
  }
  EXPECT_EQ(*other->sequence(), static_cast<int64_t>(deeds.size()));
  EXPECT_TRUE(ledger->deeds_of("run-2")->empty());
}

TEST_F(LedgerJournalTest, ADecisionOnWhatHasChangedDoesNotBegin) {
  const int64_t decided_at = *other->sequence();
  EXPECT_OK(ledger.commit(cell));
  Attempt attempts[] = {attempt_of(cell), attempt_of(cell_of("rsi", kDay + 1, "a"))};
  EXPECT_OK(other->begin_attempts(other.lease, attempts, decided_at));
  EXPECT_EQ(attempts[0].id, 0);
  EXPECT_NE(attempts[1].id, 0) << "its cell was not touched";
  ASSERT_EQ(other->running()->size(), 1u);
  EXPECT_NE(begun(other, *other->sequence()).id, 0) << "decided anew";
}

TEST_F(LedgerJournalTest, WhatOnlyTheViewOrABreakerDidDoesNotRefuseABegin) {
  EXPECT_OK(ledger.commit(cell));
  const int64_t decided_at = *other->sequence();
  EXPECT_TRUE(ledger.mark(cell));
  EXPECT_OK(ledger->record_breaker(ledger.lease, {"rsi", 1, false, ""}));
  EXPECT_GT(*other->sequence(), decided_at);
  EXPECT_NE(begun(other, decided_at).id, 0);
}

TEST_F(LedgerJournalTest, AnOvertakenAttemptLeavesNothing) {
  const Attempt slow = begun(ledger, 0);
  const Attempt fast = begun(other, 0);  // the first process was given up
  EXPECT_NE(fast.id, slow.id);
  for (int when = 0; when < 2; ++when) {  // while the other runs, and when it has ended
    Ledger::Commit late = end_of(slow, cell_of("rsi", kDay, "late"));
    EXPECT_EQ(overtaken(ledger, late), std::vector<size_t>{0});
    EXPECT_EQ(ledger->cells()->size(), static_cast<size_t>(when));
    EXPECT_FALSE(ledger->trace(late.cell->key)->has_value());
    EXPECT_TRUE(ledger->dead_letters()->empty());
    EXPECT_EQ(*ledger->sequence(), when);
    const auto attempts = *ledger->attempts("rsi", kDay);
    ASSERT_EQ(attempts.size(), 2u);
    EXPECT_EQ(attempts[0].status, AttemptStatus::Lost);
    EXPECT_FALSE(attempts[0].counted);
    EXPECT_NE(attempts[0].error, "") << "its process is alive: it was not interrupted";
    EXPECT_EQ(attempts[0].duration_ms, 0);
    Ledger::Commit winner = end_of(fast, cell);
    winner.dead_letter.reset();
    EXPECT_EQ(overtaken(other, winner).size(), static_cast<size_t>(when)) << "it ends once";
  }
  expect_equal(ledger->cells()->at(0), end_of(fast, cell).cell.value());
}

TEST_F(LedgerJournalTest, AHitThatWasDecidedTooEarlyIsNotTakenButTheRestOfItsBatchIs) {
  const int64_t decided_at = *ledger->sequence();
  EXPECT_OK(other.commit(cell));
  const std::vector<Ledger::Commit> batch = {hit_of(cell_of("alpha", kDay, "b"), decided_at),
                                             hit_of(cell_of("rsi", kDay, "b"), decided_at),
                                             hit_of(cell_of("sma", kDay, "b"), decided_at)};
  EXPECT_EQ(*ledger->commit(ledger.lease, batch), std::vector<size_t>{1});
  const auto cells = *ledger->cells();
  ASSERT_EQ(cells.size(), 3u);
  expect_equal(cells[1], cell);
}

TEST_F(LedgerJournalTest, AMarkDoesNotFallOnWhatSomebodyElseHasCommitted) {
  EXPECT_OK(ledger.commit(cell));
  EXPECT_OK(ledger.commit(cell_of("sma", kDay, "a")));
  CellRecord moved = cell;
  moved.category = "risk";
  EXPECT_OK(other.commit(moved));
  const Ledger::Publication marks[] = {publication_of(cell),
                                       publication_of(cell_of("sma", kDay, "a")),
                                       publication_of(cell_of("none", kDay, "a"))};
  EXPECT_EQ(*ledger->mark_published(ledger.lease, marks), (std::vector<size_t>{0, 2}));
  EXPECT_FALSE(ledger->cells()->at(0).published);
  EXPECT_TRUE(ledger->cells()->at(1).published);

  CellRecord changed = cell_of("rsi", kDay, "b");
  changed.category = "risk";
  EXPECT_OK(other.commit(changed));
  EXPECT_FALSE(ledger.mark(moved));
  EXPECT_FALSE(ledger->cells()->at(0).published);
  EXPECT_TRUE(other.mark(changed));
}

TEST_F(LedgerJournalTest, InterruptedTellsThoseOfARun) {
  (void)begun(ledger, 0);
  (void)begun(ledger, 0);
  EXPECT_OK(ledger->release(ledger.lease));
  LeasedLedger next(path, "run-2", Keeper::Run);
  Attempt attempt = attempt_of(cell, "run-2");
  EXPECT_OK(next.begin({&attempt, 1}));
  EXPECT_OK(next->release(next.lease));
  LeasedLedger again(path, "run-2", Keeper::Run);
  EXPECT_GT(again.lease.token, next.lease.token);
  ASSERT_EQ(again->interrupted("run-2")->size(), 1u);
  EXPECT_EQ(again->interrupted("run-2")->at(0).times, 3);
  EXPECT_EQ(again->interrupted("run-2")->at(0).of_run, 1);
  EXPECT_EQ(again->interrupted()->at(0).of_run, 0);
}

TEST_F(LedgerJournalTest, ItHoldsTheRunAndTheOneBeforeAndItsNumbersGrow) {
  EXPECT_OK(ledger.commit(cell));
  EXPECT_OK(ledger->release(ledger.lease));
  LeasedLedger second(path, "run-2", Keeper::Run);
  EXPECT_EQ(second->deeds_of("run-1")->size(), 1u);
  EXPECT_OK(second->release(second.lease));
  LeasedLedger third(path, "run-3", Keeper::Run);
  EXPECT_TRUE(third->deeds_of("run-1")->empty());
  EXPECT_EQ(*third->sequence(), 1) << "although its line is gone";
  EXPECT_OK(third.commit(cell_of("rsi", kDay, "b")));
  EXPECT_EQ(*third->sequence(), 2);
}

// A plan that is older than what the journal holds must not pass for current.
TEST_F(LedgerJournalTest, WhoComesAfterItsLinesAreGoneIsToldOfAllCells) {
  const int64_t decided_at = *ledger->sequence();
  EXPECT_OK(ledger.commit(cell));
  EXPECT_OK(ledger->requeue(ledger.lease, {{"sma", kDay}}));  // of which nothing else is recorded
  EXPECT_OK(ledger->release(ledger.lease));
  for (const char* run : {"run-2", "run-3"}) {
    LeasedLedger next(path, run, Keeper::Run);
    EXPECT_OK(next->release(next.lease));
  }
  LeasedLedger late(path, "run-4", Keeper::Run);
  EXPECT_EQ(begun(late, decided_at).id, 0);
  EXPECT_EQ(overtaken(late, hit_of(cell, decided_at)), std::vector<size_t>{0});
  const auto touched = *late->touched_after(decided_at);
  EXPECT_EQ(touched.names, (std::vector<Ledger::CellName>{name, {"sma", kDay}}));
  ASSERT_EQ(touched.cells.size(), 1u);
  expect_equal(touched.cells[0], cell);
  EXPECT_NE(begun(late, touched.sequence).id, 0);
}

TEST_F(LedgerJournalTest, ADamagedCellIsFoundByWhoFollowsToo) {
  EXPECT_OK(ledger.commit(cell));
  ASSERT_TRUE(other->touched_after(0).ok());
  for (const char* damage : {"UPDATE cells SET computation = computation + 1",
                             "PRAGMA foreign_keys = OFF; DELETE FROM results"}) {
    edit_ledger(path, damage);
    const auto touched = other->touched_after(0);
    ASSERT_FALSE(touched.ok());
    EXPECT_NE(touched.error().message.find("damaged"), std::string::npos);
    edit_ledger(path, "UPDATE cells SET computation = computation - 1");
  }
}

}  // namespace
}  // namespace almanac
