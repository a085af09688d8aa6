// A calculation gets another name: all that is recorded of it follows, and nothing of others.
#include "storage/ledger.h"
#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

struct LedgerRenamingTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.db";

  static CellRecord renamed(CellRecord cell) {
    cell.calculation = "strength";
    cell.key = hash_of(cell.key.hex() + " by its new name");
    return cell;
  }
  static Ledger::Renaming renaming_of(const CellRecord& cell) {
    const CellRecord now = renamed(cell);
    return {"rsi",
            "strength",
            {now},
            {{{"rsi", cell.date}, cell.key, now.key}},
            {{"rsi", hash_of("code"), hash_of("new code")}}};
  }
  // A computed cell with its attempt and trace, and one that failed.
  CellRecord record(LeasedLedger& ledger, const std::string& calculation) {
    CellRecord cell = cell_of(calculation, kDay, "a");
    Attempt attempt = attempt_of(cell);
    EXPECT_OK(ledger.begin({&attempt, 1}));
    cell.computation = attempt.id;
    attempt.status = AttemptStatus::Success;
    Ledger::Commit commit;
    commit.attempt = attempt;
    commit.cell = cell;
    commit.trace = trace_of(cell);
    EXPECT_OK(ledger.commit(std::move(commit)));
    EXPECT_TRUE(ledger.mark(cell));
    cell.published = true;
    const CellRecord failed = cell_of(calculation, kDay + 1, "a");
    Attempt lost = attempt_of(failed);
    EXPECT_OK(ledger.begin({&lost, 1}));
    Ledger::Commit letter;
    letter.attempt = lost;
    letter.attempt.status = AttemptStatus::Failure;
    letter.attempt.counted = true;
    letter.dead_letter = letter_of(failed);
    EXPECT_OK(ledger.commit(std::move(letter)));
    return cell;
  }
};

TEST_F(LedgerRenamingTest, AllFollowsAndTheSealsHold) {
  LeasedLedger ledger(path);
  const CellRecord cell = record(ledger, "rsi"), other = record(ledger, "beta");
  EXPECT_OK(ledger->record_breaker(ledger.lease, {"rsi", 3, true, "run-1"}));
  EXPECT_OK(ledger->record_repeat(ledger.lease, {"rsi", hash_of("code"), 2, 0, kDay, ""}));
  EXPECT_OK(ledger->rename(ledger.lease, renaming_of(cell)));

  const CellRecord now = renamed(cell);
  const auto cells = *ledger->cells();  // their seals are checked
  ASSERT_EQ(cells.size(), 2u);
  expect_equal(cells[0], other);
  expect_equal(cells[1], now);
  EXPECT_TRUE(cells[1].published);
  EXPECT_FALSE(ledger->trace(cell.key)->has_value());
  ASSERT_TRUE(ledger->trace(now.key)->has_value());
  EXPECT_EQ((*ledger->trace(now.key))->code_hash, hash_of("new code"));
  EXPECT_EQ((*ledger->trace(now.key))->computation, cell.computation);
  EXPECT_TRUE(ledger->trace(other.key)->has_value());

  EXPECT_TRUE(ledger->attempts("rsi", kDay)->empty());
  const auto attempts = *ledger->attempts("strength", kDay);
  ASSERT_EQ(attempts.size(), 1u);
  EXPECT_EQ(attempts[0].key, now.key);
  EXPECT_EQ(attempts[0].id, cell.computation);
  EXPECT_EQ(*ledger->attempts_used("strength", kDay + 1, cell_of("rsi", kDay + 1, "a").key), 1);
  const auto letters = *ledger->dead_letters();
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(letters[1].calculation, "strength");
  EXPECT_EQ(ledger->breakers()->at(0).calculation, "strength");
  EXPECT_EQ(ledger->repeats()->at(0).calculation, "strength");
  EXPECT_EQ(ledger->repeats()->at(0).code, hash_of("new code"));
  EXPECT_TRUE(ledger->audit()->empty());
  EXPECT_FALSE(*ledger->knows("rsi"));
  EXPECT_TRUE(*ledger->knows("strength"));
}

TEST_F(LedgerRenamingTest, ATraceOfAnOlderKeyStaysWithItsCell) {
  LeasedLedger ledger(path);
  const CellRecord older = record(ledger, "rsi");
  CellRecord cell = cell_of("rsi", kDay, "b", older.computation + 1);
  EXPECT_OK(ledger.commit(cell));
  EXPECT_OK(ledger->rename(ledger.lease, renaming_of(cell)));
  EXPECT_TRUE(ledger->trace(older.key)->has_value());
  EXPECT_EQ(*ledger->old_traces(0), 1);
}

TEST_F(LedgerRenamingTest, EvidenceFollowsTheCodeThatIsTranslated) {
  LeasedLedger ledger(path);
  const CellRecord cell = record(ledger, "rsi");
  // Code of a calculation that reads it, which changes too, has the same name here.
  EvidenceRecord reader = evidence_of("older", "reader");
  reader.calculation = "beta";
  EvidenceRecord other = evidence_of("code", "reader");
  other.calculation = "sma";
  const int64_t id = *ledger->record_evidence(ledger.lease, evidence_of("older", "code"));
  for (const auto& one : {certificate_of("code"), reader, other}) {
    EXPECT_OK(ledger->record_evidence(ledger.lease, one));
  }
  const CodeRecord codes[] = {code_of("older", "older"), code_of("code", "older", id)};
  EXPECT_OK(ledger->record_codes(ledger.lease, codes));
  const auto before = *ledger->evidence();
  Ledger::Renaming renaming = renaming_of(cell);
  renaming.codes.push_back({"beta", hash_of("reader"), hash_of("new reader"), {}});
  EXPECT_OK(ledger->rename(ledger.lease, renaming));

  auto expected = before;
  expected[0].calculation = expected[1].calculation = "strength";
  expected[0].now = expected[1].now = expected[1].before = hash_of("new code");
  expected[2].now = hash_of("new reader");
  EXPECT_EQ(*ledger->evidence(), expected);
  EXPECT_EQ(*ledger->revoke(ledger.lease, id), 1) << "the cell that the new version computed";
}

TEST_F(LedgerRenamingTest, IsRefusedAsAWhole) {
  LeasedLedger ledger(path);
  const CellRecord cell = record(ledger, "rsi");
  const auto is_as_before = [&] {
    ASSERT_EQ(ledger->cells()->size(), 1u);
    expect_equal(ledger->cells()->at(0), cell);
    EXPECT_EQ(ledger->attempts("rsi", kDay)->at(0).key, cell.key);
  };
  Ledger::Renaming incomplete = renaming_of(cell);
  incomplete.cells.clear();
  EXPECT_FALSE(ledger->rename(ledger.lease, incomplete).ok());
  is_as_before();
  record(ledger, "strength");
  EXPECT_FALSE(ledger->rename(ledger.lease, renaming_of(cell)).ok()) << "the name is taken";
  Ledger::Lease older = ledger.lease;
  --older.token;
  EXPECT_EQ(ledger->rename(older, renaming_of(cell)).error().kind, Error::Kind::LeaseLost);
}

}  // namespace
}  // namespace almanac
