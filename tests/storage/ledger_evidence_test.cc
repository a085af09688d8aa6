// A version of code is accepted on evidence. Evidence that does not hold takes with it what such
// versions have computed in the representative's place, and nothing else.
#include "core/plan/identity.h"
#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

// Version a of rsi's code is the representative; b and c are taken for it.
struct LedgerEvidenceTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.db";
  LeasedLedger ledger{path};
  const int64_t of_b = record(evidence_of("a", "b")), of_c = record(evidence_of("a", "c"));

  LedgerEvidenceTest() {
    const CodeRecord codes[] = {code_of("a", "a"), code_of("b", "a", of_b),
                                code_of("c", "a", of_c)};
    EXPECT_OK(ledger->record_codes(ledger.lease, codes));
  }
  int64_t record(const EvidenceRecord& evidence) {
    const auto id = ledger->record_evidence(ledger.lease, evidence);
    EXPECT_OK(id);
    return id.ok() ? *id : 0;
  }
  int64_t revoke(int64_t evidence) {
    const auto cells = ledger->revoke(ledger.lease, evidence);
    EXPECT_OK(cells);
    return cells.ok() ? *cells : -1;
  }
  EvidenceRecord evidence(int64_t id) {
    const auto all = *ledger->evidence();
    for (const EvidenceRecord& one : all) {
      if (one.id == id) return one;
    }
    ADD_FAILURE() << "no evidence " << id;
    return {};
  }
  static Trace trace_of(const CellRecord& cell, const std::string& code) {
    Trace trace = almanac::trace_of(cell);
    trace.code_hash = hash_of(code);
    return trace;
  }
  // A cell as a version of the code has computed it.
  CellRecord computed(int day, const std::string& code, const std::string& key = "key",
                      const std::string& calculation = "rsi",
                      const std::string& infrastructure = "infrastructure") {
    CellRecord cell = cell_of(calculation, kDay + day, key);
    Attempt attempt = attempt_of(cell);
    EXPECT_OK(ledger.begin({&attempt, 1}));
    cell.computation = attempt.id;
    Ledger::Commit commit;
    commit.attempt = attempt;
    commit.attempt.status = AttemptStatus::Success;
    commit.cell = cell;
    commit.trace = trace_of(cell, code);
    commit.trace->infrastructure = hash_of(infrastructure);
    EXPECT_OK(ledger.commit(std::move(commit)));
    EXPECT_TRUE(ledger.mark(cell));
    return cell;
  }
  CellRecord cell(int day, const std::string& calculation = "rsi") {
    const Ledger::CellName name{calculation, kDay + day};
    const auto cells = *ledger->cells_of({&name, 1});
    EXPECT_EQ(cells.size(), 1u);
    return cells.empty() ? CellRecord() : cells[0];
  }
  std::vector<Date> owed(std::vector<std::string> paid) {
    std::vector<Hash> codes;
    for (const std::string& code : paid) codes.push_back(hash_of(code));
    std::vector<Date> dates;
    const auto cells = *ledger->owed("rsi", codes);
    for (const auto& name : cells) {
      EXPECT_EQ(name.calculation, "rsi");
      dates.push_back(name.date);
    }
    return dates;
  }
};

TEST_F(LedgerEvidenceTest, ComesBackAsItWasWrittenOldestFirst) {
  std::vector<EvidenceRecord> expected = {evidence_of("a", "b"), evidence_of("a", "c"),
                                          certificate_of("a")};
  const int64_t ids[] = {of_b, of_c, record(expected[2])};
  for (size_t i = 0; i < expected.size(); ++i) expected[i].id = ids[i];
  const auto reader = std::move(*Ledger::open(path, Ledger::Mode::ReadOnly));
  EXPECT_EQ(*reader->evidence(), expected);
}

TEST_F(LedgerEvidenceTest, WhatIsAboutSomethingElseReplacesNothing) {
  EvidenceRecord other = evidence_of("a", "b");
  other.kind = EvidenceRecord::Kind::Certificate;
  record(other);
  other = evidence_of("a", "b");
  other.calculation = "sma";
  record(other);
  other = evidence_of("a", "b");
  other.infrastructure = hash_of("another");
  record(other);
  record(evidence_of("a", "d"));
  record(evidence_of("d", "b"));
  EXPECT_EQ(ledger->evidence()->size(), 7u);
}

// Else nobody finds what was accepted on the finding of before.
TEST_F(LedgerEvidenceTest, ALaterFindingTakesThePlaceAndTheId) {
  computed(0, "b");
  EvidenceRecord later = evidence_of("a", "b");
  later.made_ms = 2000;
  later.id = record(later);
  EXPECT_EQ(later.id, of_b);
  const auto found = *ledger->evidence();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], later);
  EXPECT_EQ(found[1].id, of_c);
  EXPECT_EQ(ledger->codes()->at(1).evidence, later.id);
  EXPECT_EQ(ledger->codes()->at(2).evidence, of_c);
  EXPECT_EQ(revoke(later.id), 1);
}

// Cells stand on it, and nobody would find them.
TEST_F(LedgerEvidenceTest, WhileCellsStandOnItNothingLessTakesItsPlace) {
  EvidenceRecord unsure = evidence_of("a", "b");
  unsure.verdict = "inconclusive";
  EXPECT_EQ(record(unsure), of_b);
  EvidenceRecord other_parameters = evidence_of("a", "b");
  other_parameters.others = hash_of("others");
  EXPECT_EQ(record(other_parameters), of_b);
  EXPECT_EQ(evidence(of_b).verdict, kCosmetic);
  EXPECT_EQ(evidence(of_b).others, evidence_of("a", "b").others);
  // Nothing stands on that of d.
  const int64_t of_d = record(evidence_of("a", "d"));
  unsure.now = other_parameters.now = hash_of("d");
  record(other_parameters);
  EXPECT_EQ(evidence(of_d).others, other_parameters.others);
  record(unsure);
  EXPECT_EQ(evidence(of_d).verdict, "inconclusive");
}

// Somebody else has other data.
TEST_F(LedgerEvidenceTest, WhatIsSeenToDifferLaterDidNotHold) {
  computed(0, "b");
  EvidenceRecord logic = evidence_of("a", "b");
  logic.verdict = "logic";
  EXPECT_EQ(record(logic), of_b);
  EXPECT_TRUE(evidence(of_b).revoked);
  EXPECT_TRUE(ledger->codes()->at(1).revoked);
  EXPECT_TRUE(cell(0).key.zero());
}

TEST_F(LedgerEvidenceTest, WhatWasSeenToDifferIsNotCalledTheSame) {
  EvidenceRecord logic = evidence_of("a", "d");
  logic.verdict = "logic";
  const int64_t of_d = record(logic);
  EXPECT_EQ(record(evidence_of("a", "d")), of_d);
  EXPECT_EQ(evidence(of_d).verdict, "logic");
  EvidenceRecord other_parameters = evidence_of("a", "d");
  other_parameters.others = hash_of("others");
  record(other_parameters);
  EXPECT_EQ(evidence(of_d).verdict, kCosmetic);
}

// A comparison takes minutes, in which the certificate may fall; a file may come from before that.
TEST_F(LedgerEvidenceTest, OnACertificateThatDidNotHoldNothingStands) {
  revoke(record(certificate_of("a")));
  EXPECT_TRUE(evidence(record(evidence_of("a", "d"))).revoked);
  EXPECT_FALSE(evidence(record(evidence_of("d", "e"))).revoked);
  EvidenceRecord elsewhere = evidence_of("a", "d");
  elsewhere.infrastructure = hash_of("another");
  EXPECT_FALSE(evidence(record(elsewhere)).revoked);
  EvidenceRecord logic = evidence_of("a", "f");
  logic.verdict = "logic";
  EXPECT_FALSE(evidence(record(logic)).revoked);
}

// It lets nothing count, so that nothing falls with it.
TEST_F(LedgerEvidenceTest, AVerdictThatLetsNothingCountTakesNothingAlong) {
  const int64_t of_a = record(certificate_of("a"));
  EvidenceRecord unsure = evidence_of("a", "d");
  unsure.verdict = "inconclusive";
  EXPECT_EQ(revoke(record(unsure)), 0);
  for (const int64_t id : {of_a, of_b, of_c}) EXPECT_FALSE(evidence(id).revoked) << id;
}

TEST_F(LedgerEvidenceTest, WhatWasRevokedStaysRevoked) {
  revoke(of_b);
  EvidenceRecord again = evidence_of("a", "b");
  again.made_ms = 2000;
  EXPECT_EQ(record(again), of_b);
  EXPECT_EQ(evidence(of_b).made_ms, 1000);
  EXPECT_TRUE(evidence(of_b).revoked);
  EXPECT_TRUE(ledger->codes()->at(1).revoked);
}

TEST_F(LedgerEvidenceTest, WhatIsRecordedIsNotRevoked) {
  EvidenceRecord read = evidence(of_b);
  read.revoked = true;
  EXPECT_FALSE(evidence(record(read)).revoked);
}

TEST_F(LedgerEvidenceTest, OnlyWhatWasAcceptedOnItIsNotUpToDate) {
  const CellRecord of_representative = computed(0, "a"), taken = computed(1, "b");
  const CellRecord older = computed(2, "b", "older"), newer = computed(2, "a");
  const CellRecord elsewhere = computed(3, "b", "key", "rsi", "another");
  const CellRecord of_another = computed(4, "b", "key", "sma");
  computed(5, "c");  // on evidence about the same representative
  EXPECT_EQ(revoke(of_b), 2);

  CellRecord expected = taken;
  expected.key = Hash();
  expect_equal(cell(1), expected);
  EXPECT_TRUE(cell(1).published) << "the result stays readable";
  for (const CellRecord& kept : {of_representative, newer, elsewhere}) {
    expect_equal(cell(kept.date - kDay), kept);
    EXPECT_TRUE(ledger->trace(kept.key)->has_value()) << kept.date.str();
  }
  expect_equal(cell(4, "sma"), of_another);
  EXPECT_TRUE(ledger->trace(of_another.key)->has_value());
  for (const CellRecord& gone : {taken, older}) {
    EXPECT_FALSE(ledger->trace(gone.key)->has_value()) << gone.date.str();
  }
  EXPECT_TRUE(ledger->audit()->empty());
}

// A forced run came out otherwise: the trace is gone, and the result may be of either version.
TEST_F(LedgerEvidenceTest, ACellOfWhichNobodyKnowsWhoComputedItIsNotUpToDate) {
  const CellRecord accepted = computed(0, "a");
  Ledger::Commit forced;
  forced.attempt = attempt_of(accepted);
  EXPECT_OK(ledger.begin({&forced.attempt, 1}));
  forced.attempt.status = AttemptStatus::Success;
  forced.cell = accepted;
  forced.cell->computation = forced.attempt.id;
  forced.cell->result = result_of("of b");
  forced.forget_trace = true;
  EXPECT_OK(ledger.commit(forced));
  const int64_t before = *ledger->sequence();
  EXPECT_EQ(revoke(of_b), 1);
  EXPECT_TRUE(cell(0).key.zero());
  EXPECT_EQ(ledger->touched_after(before)->names.size(), 1u);
}

TEST_F(LedgerEvidenceTest, ACellOfAnotherKeyThatStandsOnSuchAComputationIsNotUpToDate) {
  const CellRecord taken = computed(0, "b", "older");
  CellRecord now = cell_of("rsi", kDay, "key", taken.computation);
  Ledger::Commit commit;
  commit.act = Act::Reused;
  commit.cell = now;
  commit.trace = trace_of(now, "a");
  EXPECT_OK(ledger.commit(std::move(commit)));
  EXPECT_EQ(revoke(of_b), 1);
  EXPECT_TRUE(cell(0).key.zero());
}

TEST_F(LedgerEvidenceTest, VersionsAndCertificatesThatStandOnItAreRevoked) {
  EvidenceRecord elsewhere = certificate_of("a"), of_another = certificate_of("a");
  elsewhere.infrastructure = hash_of("another");
  of_another.calculation = "sma";
  const int64_t of_a = record(certificate_of("a"));
  const std::vector<int64_t> kept = {record(certificate_of("b")), record(elsewhere),
                                     record(of_another), record(evidence_of("0", "a"))};
  revoke(of_b);
  EXPECT_TRUE(evidence(of_b).revoked);
  EXPECT_TRUE(evidence(of_a).revoked);
  EXPECT_TRUE(evidence(of_c).revoked) << "the same certificate let it count";
  for (const int64_t id : kept) EXPECT_FALSE(evidence(id).revoked) << id;
  const auto codes = *ledger->codes();
  EXPECT_FALSE(codes[0].revoked);
  EXPECT_TRUE(codes[1].revoked);
  EXPECT_TRUE(codes[2].revoked);
}

TEST_F(LedgerEvidenceTest, ACertificateTakesWhatItLetCountAlong) {
  computed(0, "b");
  EXPECT_EQ(revoke(record(certificate_of("a"))), 1);
  EXPECT_TRUE(evidence(of_b).revoked);
  EXPECT_TRUE(evidence(of_c).revoked);
}

// Somebody decided under the representative's code, and comes too late.
TEST_F(LedgerEvidenceTest, WhatIsCommittedOnItAfterwardsIsOvertaken) {
  revoke(of_b);
  const CellRecord late = cell_of("rsi", kDay, "key");
  Ledger::Commit commit;
  commit.attempt = attempt_of(late);
  EXPECT_OK(ledger.begin({&commit.attempt, 1}));
  commit.attempt.status = AttemptStatus::Success;
  commit.cell = late;
  commit.trace = trace_of(late, "b");
  commit.trace->infrastructure = hash_of("infrastructure");
  EXPECT_EQ(*ledger->commit(ledger.lease, {&commit, 1}), std::vector<size_t>{0});
  commit.attempt = attempt_of(late);
  EXPECT_OK(ledger.begin({&commit.attempt, 1}));
  commit.attempt.status = AttemptStatus::Success;
  commit.trace->code_hash = code_of(*late.identity);  // under its own
  EXPECT_TRUE(ledger->commit(ledger.lease, {&commit, 1})->empty());
}

TEST_F(LedgerEvidenceTest, WhatContradictsItRevokesInTheSameCommit) {
  computed(0, "a");
  const CellRecord other = cell_of("rsi", kDay, "key");
  Ledger::Commit commit;
  commit.attempt = attempt_of(other);
  EXPECT_OK(ledger.begin({&commit.attempt, 1}));
  commit.attempt.status = AttemptStatus::Success;
  commit.cell = other;
  commit.forget_trace = true;
  commit.contradicts = {of_b};
  EXPECT_OK(ledger.commit(commit));
  EXPECT_TRUE(evidence(of_b).revoked);
  EXPECT_TRUE(cell(0).key.zero());
}

// The first of them revokes it; then the code has keys of its own, and the second comes too late.
TEST_F(LedgerEvidenceTest, TwoCellsThatContradictItLeaveNothingUnderTheKeysOfTheOther) {
  const CellRecord first = computed(0, "a", "first"), second = computed(1, "a", "second");
  std::vector<Ledger::Commit> commits(2);
  for (size_t i = 0; i < 2; ++i) {
    CellRecord other = i == 0 ? first : second;
    commits[i].attempt = attempt_of(other);
    EXPECT_OK(ledger.begin({&commits[i].attempt, 1}));
    commits[i].attempt.status = AttemptStatus::Success;
    other.computation = commits[i].attempt.id;
    other.result = result_of("of b");
    commits[i].cell = other;
    commits[i].trace = trace_of(other, "b");
    commits[i].trace->infrastructure = hash_of("infrastructure");
    commits[i].forget_trace = true;
    commits[i].contradicts = {of_b};
  }
  EXPECT_EQ(*ledger->commit(ledger.lease, commits), std::vector<size_t>{1});
  EXPECT_TRUE(cell(0).key.zero());
  expect_equal(cell(1), second);
  EXPECT_FALSE(ledger->trace(first.key)->has_value());
  EXPECT_EQ(ledger->trace(second.key)->value().code_hash, hash_of("a"));
}

TEST_F(LedgerEvidenceTest, VerifiedIsWhatWasComputedAgainByTheOther) {
  const Hash b[] = {hash_of("b")};
  const CellRecord paid = computed(0, "a", "paid");
  computed(1, "a", "owed");
  computed(2, "b", "new");
  EXPECT_EQ(*ledger->verified("rsi", b), 0u);
  Ledger::Commit commit;
  commit.attempt = attempt_of(paid);
  EXPECT_OK(ledger.begin({&commit.attempt, 1}));
  commit.attempt.status = AttemptStatus::Success;
  commit.cell = paid;
  commit.trace = trace_of(paid, "b");
  commit.trace->infrastructure = hash_of("infrastructure");
  EXPECT_OK(ledger.commit(std::move(commit)));
  EXPECT_EQ(*ledger->verified("rsi", b), 1u);
  EXPECT_EQ(*ledger->verified("sma", b), 0u);
}

TEST_F(LedgerEvidenceTest, WhoFollowsTheJournalLearnsIt) {
  computed(0, "a");
  computed(1, "b");
  const CellRecord hit = computed(2, "b", "older");
  computed(2, "a");
  const int64_t decided_at = *ledger->sequence();
  EXPECT_EQ(revoke(of_b), 1);
  const auto touched = *ledger->touched_after(decided_at);
  EXPECT_EQ(touched.names, (std::vector<Ledger::CellName>{{"rsi", kDay + 1}, {"rsi", kDay + 2}}));
  ASSERT_EQ(touched.cells.size(), 2u);
  EXPECT_TRUE(touched.cells[0].key.zero());
  const auto deeds = *ledger->deeds_of("run-1", decided_at);
  ASSERT_EQ(deeds.size(), 2u);
  for (const Deed& deed : deeds) EXPECT_EQ(deed.act, Act::Revoked);
  // Somebody found the trace before it went.
  Ledger::Commit reuse;
  reuse.act = Act::Reused;
  reuse.decided_at = decided_at;
  reuse.cell = hit;
  EXPECT_EQ(*ledger->commit(ledger.lease, {&reuse, 1}), std::vector<size_t>{0});
}

// Since then the version computes under keys of its own.
TEST_F(LedgerEvidenceTest, TheSecondTimeNothingChanges) {
  computed(0, "b");
  EXPECT_EQ(revoke(of_b), 1);
  CellRecord own = cell_of("rsi", kDay, "own key");
  Ledger::Commit commit;
  commit.attempt = attempt_of(own);
  EXPECT_OK(ledger.begin({&commit.attempt, 1}));
  own.computation = commit.attempt.id;
  commit.attempt.status = AttemptStatus::Success;
  commit.cell = own;
  EXPECT_OK(ledger.commit(std::move(commit)));
  EXPECT_TRUE(ledger.mark(own));
  const int64_t sequence = *ledger->sequence();
  EXPECT_EQ(revoke(of_b), 0);
  expect_equal(cell(0), own);
  EXPECT_EQ(*ledger->sequence(), sequence);
}

TEST_F(LedgerEvidenceTest, CellsThatAreTakenAlreadyAreNotCountedAgain) {
  computed(0, "b");
  computed(1, "c");
  EXPECT_EQ(revoke(of_b), 2);
  EXPECT_EQ(revoke(of_c), 0);
}

TEST_F(LedgerEvidenceTest, WhatIsUnknownIsNotRevoked) {
  EXPECT_EQ(ledger->revoke(ledger.lease, of_c + 1).error().kind, Error::Kind::Usage);
}

// Whose it is cannot be known then; to keep its cell would be a guess.
TEST_F(LedgerEvidenceTest, ADamagedTraceIsFoundAndNothingIsDone) {
  computed(0, "b");
  computed(1, "b");
  edit_ledger(path,
              "UPDATE traces SET code_hash = randomblob(16) WHERE date = "
              "(SELECT max(date) FROM traces)");
  const auto done = ledger->revoke(ledger.lease, of_b);
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find("damaged"), std::string::npos) << done.error().message;
  EXPECT_FALSE(evidence(of_b).revoked);
  EXPECT_FALSE(cell(0).key.zero());
}

TEST_F(LedgerEvidenceTest, DamagedEvidenceIsNeitherReplacedNorRevoked) {
  revoke(of_b);
  edit_ledger(path, "UPDATE evidence SET revoked = 0");
  EXPECT_FALSE(ledger->record_evidence(ledger.lease, evidence_of("a", "b")).ok());
  EXPECT_FALSE(ledger->revoke(ledger.lease, of_b).ok());
}

TEST_F(LedgerEvidenceTest, CellsAreOwedInTheOrderOfTheirComputation) {
  computed(2, "a");
  computed(0, "b");
  computed(1, "a");
  computed(3, "c");
  computed(4, "a", "key", "sma");
  computed(5, "a", "older");
  computed(5, "b");
  EXPECT_EQ(owed({"b"}), (std::vector<Date>{kDay + 2, kDay + 1, kDay + 3}));
  EXPECT_EQ(owed({"b", "c"}), (std::vector<Date>{kDay + 2, kDay + 1}));
  EXPECT_EQ(owed({"a", "b", "c"}), std::vector<Date>());
  revoke(of_c);
  EXPECT_EQ(owed({"b"}), (std::vector<Date>{kDay + 2, kDay + 1})) << "it is computed anyway";
}

}  // namespace
}  // namespace almanac
