// A file of version 1 comes to this version with all that it holds.
#include "storage/ledger_schema.h"
#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

std::string version_1() {
  std::ifstream file(ALMANAC_SOURCE_DIR "/tests/storage/ledger_version_1.sql");
  return {std::istreambuf_iterator<char>(file), {}};
}

struct LedgerMigrationTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.db", newer = folder / "newer.db";
  const CellRecord cell = cell_of("rsi", kDay, "a");

  // What version 1 would have written: the rows are those of this version without its columns.
  void make() {
    {
      LeasedLedger ledger(newer, "old-run");
      Attempt attempts[] = {attempt_of(cell, "old-run"), attempt_of(cell, "old-run")};
      EXPECT_OK(ledger.begin({attempts, 1}));
      Ledger::Commit commit;
      commit.attempt = attempts[0];
      commit.attempt.status = AttemptStatus::Success;
      commit.attempt.statistics = "{}";
      commit.cell = cell;
      commit.trace = trace_of(cell);
      commit.dead_letter = letter_of(cell_of("rsi", kDay, "b"));
      EXPECT_OK(ledger.commit(commit));
      EXPECT_TRUE(ledger.mark(cell));
      EXPECT_OK(ledger.begin({attempts + 1, 1}));
    }
    const std::string copy =
        "ATTACH '" + newer + "' AS newer;" + version_1() +
        "INSERT INTO names SELECT * FROM newer.names;"
        "INSERT INTO lists SELECT * FROM newer.lists;"
        "INSERT INTO results SELECT * FROM newer.results;"
        "INSERT INTO cells SELECT * FROM newer.cells;"
        "INSERT INTO traces SELECT * FROM newer.traces;"
        "INSERT INTO dead_letters SELECT * FROM newer.dead_letters;"
        "INSERT INTO attempts SELECT id, run, calculation, date, pass, key, state, reason, status,"
        " counted, error, stage, started_ms, duration_ms, statistics FROM newer.attempts;"
        // A process of this boot that is gone holds it.
        "DELETE FROM lease; INSERT INTO lease SELECT id, 7, 1, 'old-run', host, boot, pids, pid, 1"
        " FROM newer.lease";
    edit_ledger(path, copy.c_str());
  }
};

TEST_F(LedgerMigrationTest, AReaderRefusesTheOldFileAndLeavesItAsItIs) {
  make();
  const auto before = bytes_of_folder(folder.path());
  const auto ledger = Ledger::open(path, Ledger::Mode::ReadOnly);
  ASSERT_FALSE(ledger.ok());
  EXPECT_EQ(ledger.error().kind, Error::Kind::Usage);
  EXPECT_NE(ledger.error().message.find("version 1"), std::string::npos) << ledger.error().message;
  EXPECT_EQ(bytes_of_folder(folder.path()), before);
}

TEST_F(LedgerMigrationTest, CellsAttemptsLettersAndLeaseAreKept) {
  make();
  const auto opened = Ledger::open(path, Ledger::Mode::ReadWrite);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  Ledger& ledger = **opened;
  ASSERT_EQ(ledger.cells()->size(), 1u);
  expect_equal(ledger.cells()->at(0), cell);
  EXPECT_TRUE(ledger.cells()->at(0).published);
  EXPECT_TRUE(ledger.trace(cell.key)->has_value());
  EXPECT_EQ(ledger.dead_letters()->size(), 1u);
  const auto attempts = *ledger.attempts_of_run("old-run");
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(attempts[0].status, AttemptStatus::Success);
  EXPECT_EQ(attempts[0].statistics, "{}");
  EXPECT_EQ(attempts[0].worker, "");
  EXPECT_EQ(attempts[0].slice, "");
  EXPECT_FALSE(attempts[0].high_mem);
  EXPECT_EQ(attempts[1].status, AttemptStatus::Running);
  EXPECT_EQ(*ledger.sequence(), 0);
  EXPECT_TRUE(ledger.touched_after(0)->names.empty());
  EXPECT_FALSE(ledger.holder()->has_value()) << "its process is gone";

  LeasedLedger next(path, "new-run");
  EXPECT_EQ(next.lease.token, 8);
  EXPECT_EQ(next->attempts_of_run("old-run")->at(1).status, AttemptStatus::Lost);
  EXPECT_OK(next.commit(cell_of("rsi", kDay, "b")));
  EXPECT_EQ(*next->sequence(), 1);
}

TEST_F(LedgerMigrationTest, TheOldLeaseOfALivingProcessHolds) {
  make();
  edit_ledger(path, "UPDATE lease SET boot = 'b', host = 'elsewhere'");  // cannot be seen from here
  const auto ledger = std::move(*Ledger::open(path, Ledger::Mode::ReadWrite));
  Ledger::LeaseHolder holder;
  EXPECT_FALSE(ledger->acquire({"new-run"}, &holder)->has_value());
  EXPECT_EQ(holder.run, "old-run");
  EXPECT_EQ(holder.token, 7);
  EXPECT_EQ(holder.keeper, Ledger::Keeper::Process);
}

TEST_F(LedgerMigrationTest, AFileOfVersion6KeepsItsCodesAndHasPlaceForEvidence) {
  {
    LeasedLedger ledger(path);
    const CodeRecord code = code_of("a", "a");
    EXPECT_OK(ledger->record_codes(ledger.lease, {&code, 1}));
    EXPECT_OK(ledger.commit(cell));
  }
  edit_ledger(path, "DROP TABLE evidence; PRAGMA user_version = 6");
  EXPECT_FALSE(Ledger::open(path, Ledger::Mode::ReadOnly).ok());
  LeasedLedger ledger(path);
  EXPECT_EQ(*ledger->codes(), std::vector{code_of("a", "a")});
  expect_equal(ledger->cells()->at(0), cell);
  EXPECT_TRUE(ledger->evidence()->empty());
  EXPECT_OK(ledger->record_evidence(ledger.lease, evidence_of("a", "b")));
  EXPECT_EQ(ledger->evidence()->size(), 1u);
}

// The end of either way is one schema.
TEST_F(LedgerMigrationTest, TheFileIsThatOfANewLedger) {
  make();
  ASSERT_TRUE(Ledger::open(path, Ledger::Mode::ReadWrite).ok());
  std::vector<std::string> schemas;
  for (const std::string& file : {path, newer}) {
    auto database = std::move(*sqlite::Database::open(file, file, SQLITE_OPEN_READWRITE));
    EXPECT_EQ(*ledger_version(*database), kLedgerVersion);
    std::string& schema = schemas.emplace_back();
    sqlite::Query query(*database, "SELECT type || name || sql FROM sqlite_schema ORDER BY 1");
    while (*query.next()) schema += std::string(query.text(0)) + '\n';
  }
  EXPECT_EQ(schemas[0], schemas[1]);
}

}  // namespace
}  // namespace almanac
