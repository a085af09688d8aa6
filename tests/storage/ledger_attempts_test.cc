// Attempts are counted per key, dead letters are exactly one per cell and key.
#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

struct LedgerAttemptsTest : testing::Test {
  TemporaryFolder folder;
  LeasedLedger ledger{folder / "ledger.db"};
  const CellRecord cell = cell_of("rsi", kDay, "a");

  // Begins and ends an attempt; gives its id.
  int64_t attempt(const CellRecord& of, AttemptStatus status, bool counted,
                  std::optional<DeadLetter> letter = std::nullopt) {
    Attempt attempt = attempt_of(of);
    attempt.worker = "12@host";
    attempt.slice = "rsi/3";
    attempt.high_mem = true;
    EXPECT_OK(ledger.begin({&attempt, 1}));
    Ledger::Commit commit;
    commit.attempt = attempt;
    commit.attempt.status = status;
    commit.attempt.counted = counted;
    commit.attempt.error = "boom";
    commit.attempt.stage = "process";
    commit.attempt.duration_ms = 12;
    commit.attempt.statistics = "{}";
    commit.dead_letter = std::move(letter);
    EXPECT_OK(ledger.commit(commit));
    return attempt.id;
  }

  int used() { return *ledger->attempts_used("rsi", kDay, cell.key); }
};

TEST_F(LedgerAttemptsTest, IdsGrowAndRunningIsVisibleToOthers) {
  std::vector<Attempt> attempts = {attempt_of(cell), attempt_of(cell_of("sma", kDay, "a"))};
  EXPECT_OK(ledger.begin(attempts));
  EXPECT_GT(attempts[0].id, 0);
  EXPECT_GT(attempts[1].id, attempts[0].id);
  const auto reader = std::move(*Ledger::open(folder / "ledger.db", Ledger::Mode::ReadOnly));
  const auto found = *reader->attempts_of_run("run-1");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].status, AttemptStatus::Running);
  EXPECT_EQ(found[1].calculation, "sma");
}

TEST_F(LedgerAttemptsTest, AreFoundByCalculationAndDates) {
  std::vector<Attempt> attempts;
  for (const int day : {2, 0, 1}) attempts.push_back(attempt_of(cell_of("rsi", kDay + day, "a")));
  attempts.push_back(attempt_of(cell_of("sma", kDay, "a")));
  EXPECT_OK(ledger.begin(attempts));
  const auto found = *ledger->attempts_between("rsi", kDay, kDay + 1);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].date, kDay);
  EXPECT_EQ(found[1].date, kDay + 1);
  EXPECT_TRUE(ledger->attempts_between("rsi", kDay + 3, kDay + 9)->empty());
  EXPECT_TRUE(ledger->attempts_between("unknown", kDay, kDay)->empty());
}

TEST_F(LedgerAttemptsTest, AllFieldsAreKept) {
  const int64_t id = attempt(cell, AttemptStatus::Crash, true);
  const auto found = *ledger->attempts("rsi", kDay);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].id, id);
  EXPECT_EQ(found[0].run, "run-1");
  EXPECT_EQ(found[0].pass, 1);
  EXPECT_EQ(found[0].key, cell.key);
  EXPECT_EQ(found[0].state, "runnable");
  EXPECT_EQ(found[0].reason, "new");
  EXPECT_EQ(found[0].status, AttemptStatus::Crash);
  EXPECT_EQ(found[0].error, "boom");
  EXPECT_EQ(found[0].stage, "process");
  EXPECT_EQ(found[0].started_ms, 1000);
  EXPECT_EQ(found[0].duration_ms, 12);
  EXPECT_EQ(found[0].statistics, "{}");
  EXPECT_EQ(found[0].worker, "12@host");
  EXPECT_EQ(found[0].slice, "rsi/3");
  EXPECT_TRUE(found[0].high_mem);
}

TEST_F(LedgerAttemptsTest, OnlyCountedAttemptsOfTheKeyAreUsedUp) {
  attempt(cell, AttemptStatus::Crash, true);
  attempt(cell, AttemptStatus::Failure, true);
  attempt(cell, AttemptStatus::Failure, false);
  attempt(cell_of("rsi", kDay, "b"), AttemptStatus::Failure, true);
  attempt(cell_of("rsi", kDay + 1, "a"), AttemptStatus::Failure, true);
  EXPECT_EQ(used(), 2);
}

TEST_F(LedgerAttemptsTest, RequeueStartsAnewAndTakesTheLetter) {
  attempt(cell, AttemptStatus::Crash, true);
  attempt(cell, AttemptStatus::Crash, true, letter_of(cell));
  ASSERT_EQ(ledger->dead_letters()->size(), 1u);
  EXPECT_OK(ledger->requeue(ledger.lease, {{"rsi", kDay}}));
  EXPECT_TRUE(ledger->dead_letters()->empty());
  EXPECT_EQ(used(), 0);
  attempt(cell, AttemptStatus::Crash, true);
  EXPECT_EQ(used(), 1);
  EXPECT_OK(ledger->requeue(ledger.lease, {{"rsi", kDay}}));
  EXPECT_EQ(used(), 0);
  EXPECT_EQ(ledger->attempts("rsi", kDay)->size(), 3u) << "the history stays";
}

TEST_F(LedgerAttemptsTest, OneLetterPerCellAndKey) {
  attempt(cell, AttemptStatus::Crash, true, letter_of(cell));
  attempt(cell, AttemptStatus::Crash, true, letter_of(cell));
  EXPECT_EQ(ledger->dead_letters()->size(), 1u);
  attempt(cell, AttemptStatus::Crash, true, letter_of(cell_of("rsi", kDay, "b")));
  EXPECT_EQ(ledger->dead_letters()->size(), 2u);

  Ledger::Commit commit;
  commit.cell = cell_of("rsi", kDay, "b");
  commit.clears_dead_letters = {cell.key};
  EXPECT_OK(ledger.commit(commit));
  ASSERT_EQ(ledger->dead_letters()->size(), 1u);
  EXPECT_EQ(ledger->dead_letters()->at(0).key, commit.cell->key);
  EXPECT_EQ(ledger->dead_letters()->at(0).code, "MAX_RETRIES_EXCEEDED");
  EXPECT_EQ(ledger->dead_letters()->at(0).stage, "process");
  EXPECT_EQ(ledger->dead_letters()->at(0).attempts, 3);
  EXPECT_TRUE(ledger->dead_letters()->at(0).permanent);
  EXPECT_FALSE(ledger->dead_letters()->at(0).dropped);
}

TEST_F(LedgerAttemptsTest, DropMarksTheLetterAndNeedsOne) {
  const auto none = ledger->drop(ledger.lease, {{"rsi", kDay}});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, Error::Kind::Usage);
  attempt(cell, AttemptStatus::Crash, true, letter_of(cell));
  EXPECT_OK(ledger->drop(ledger.lease, {{"rsi", kDay}}));
  EXPECT_TRUE(ledger->dead_letters()->at(0).dropped);
}

TEST_F(LedgerAttemptsTest, AFailingCommitLeavesNothingOfItsBatch) {
  Ledger::Commit commits[2];
  commits[0].cell = cell_of("brand_new", kDay, "a");
  commits[1].attempt = attempt_of(cell);
  commits[1].attempt.id = 999;  // never begun
  EXPECT_FALSE(ledger->commit(ledger.lease, commits).ok());
  EXPECT_TRUE(ledger->cells()->empty());
  EXPECT_OK(ledger->commit(ledger.lease, {commits, 1}));  // interned names were rolled back, too
  EXPECT_EQ(ledger->cells()->at(0).calculation, "brand_new");
}

TEST_F(LedgerAttemptsTest, RunningNamesThoseThatHaveNotEnded) {
  attempt(cell, AttemptStatus::Success, false);
  Attempt open = attempt_of(cell_of("sma", kDay, "a"));
  EXPECT_OK(ledger.begin({&open, 1}));
  const auto running = *ledger->running();
  ASSERT_EQ(running.size(), 1u);
  EXPECT_EQ(running[0].id, open.id);
}

TEST_F(LedgerAttemptsTest, UsagesAreThoseOfSuccessesAtTheLatestDates) {
  EXPECT_TRUE(ledger->usages()->empty());
  auto ran = [&](const std::string& calculation, int day, AttemptStatus status, int64_t ms) {
    Attempt attempt = attempt_of(cell_of(calculation, kDay + day, "a"));
    attempt.input_rows = static_cast<uint64_t>(10 * ms);
    EXPECT_OK(ledger.begin({&attempt, 1}));
    Ledger::Commit commit;
    commit.attempt = attempt;
    commit.attempt.status = status;
    commit.attempt.duration_ms = ms;
    commit.attempt.peak_bytes = static_cast<uint64_t>(1000 * ms);
    EXPECT_OK(ledger.commit(commit));
  };
  ran("rsi", -1, AttemptStatus::Success, 1'000'000);  // too long ago
  ran("rsi", 0, AttemptStatus::Success, 10);
  for (int day = 1; day <= 30; ++day) ran("rsi", day, AttemptStatus::Success, 10);
  ran("rsi", 31, AttemptStatus::Success, 41);
  ran("rsi", 31, AttemptStatus::Crash, 1'000'000);
  ran("broken", 0, AttemptStatus::Failure, 5);
  ran("sma", 0, AttemptStatus::Success, 3);
  const auto usages = *ledger->usages();
  EXPECT_EQ(usages.size(), 2u);
  ASSERT_EQ(usages.at("rsi").size(), 32u);
  EXPECT_EQ(usages.at("rsi")[0].duration_ms, 41);
  EXPECT_EQ(usages.at("rsi")[0].rows, 410u);
  EXPECT_EQ(usages.at("rsi")[0].peak_bytes, 41'000u);
  EXPECT_EQ(usages.at("sma").size(), 1u);
  EXPECT_EQ((*ledger->attempts("sma", kDay))[0].input_rows, 30u);
}

TEST_F(LedgerAttemptsTest, RepeatsAddUpByCode) {
  const Hash old = hash_bytes("old", 3), now = hash_bytes("now", 3);
  EXPECT_TRUE(ledger->repeats()->empty());
  EXPECT_OK(ledger->record_repeat(ledger.lease, {"rsi", old, 1, 1, kDay, "in value"}));
  EXPECT_OK(ledger->record_repeat(ledger.lease, {"rsi", old, 2, 0, kDay + 1, ""}));
  EXPECT_OK(ledger->record_repeat(ledger.lease, {"rsi", now, 4, 0, kDay + 2, ""}));
  const auto all = *ledger->repeats();
  ASSERT_EQ(all.size(), 2u);
  const Repeats& of_old = all[all[0].code == old ? 0 : 1];
  const Repeats& of_now = all[all[0].code == old ? 1 : 0];
  EXPECT_EQ(of_old.cells, 3);
  EXPECT_EQ(of_old.differing, 1);
  EXPECT_EQ(of_old.date, kDay);
  EXPECT_EQ(of_old.difference, "in value");
  EXPECT_EQ(of_now.code, now);
  EXPECT_EQ(of_now.cells, 4);
  EXPECT_EQ(of_now.differing, 0);
}

}  // namespace
}  // namespace almanac
