// What is committed is what is read, also by the next process.
#include "storage/ledger.h"

#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

using Mode = Ledger::Mode;

struct LedgerTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.db";
};

TEST_F(LedgerTest, MissingFileReadsAsEmpty) {
  const auto ledger = std::move(*Ledger::open(path, Mode::ReadOnly));
  EXPECT_TRUE(ledger->cells()->empty());
  EXPECT_TRUE(ledger->dead_letters()->empty());
  EXPECT_TRUE(ledger->partitions()->empty());
  EXPECT_FALSE(ledger->trace(hash_of("key"))->has_value());
  EXPECT_EQ(*ledger->attempts_used("rsi", kDay, hash_of("key")), 0);
  EXPECT_TRUE(bytes_of_folder(folder.path()).empty());
}

TEST_F(LedgerTest, CellsComeBackOrderedAndShared) {
  const std::vector<CellRecord> written = {
      cell_of("zeta", kDay, "a"), cell_of("alpha", kDay + 1, "a"), cell_of("alpha", kDay, "a")};
  {
    LeasedLedger ledger(path);
    for (const CellRecord& cell : written) EXPECT_OK(ledger.commit(cell));
  }
  const auto ledger = std::move(*Ledger::open(path, Mode::ReadOnly));
  const auto cells = *ledger->cells();
  ASSERT_EQ(cells.size(), 3u);
  expect_equal(cells[0], written[2]);
  expect_equal(cells[1], written[1]);
  expect_equal(cells[2], written[0]);
  EXPECT_EQ(cells[0].identity, cells[2].identity) << "equal identities are one object";
  EXPECT_FALSE(cells[0].published);
}

TEST_F(LedgerTest, NewStateReplacesTheOldAndIsUnpublished) {
  LeasedLedger ledger(path);
  EXPECT_OK(ledger.commit(cell_of("rsi", kDay, "a")));
  EXPECT_TRUE(ledger.mark(cell_of("rsi", kDay, "a")));
  EXPECT_TRUE(ledger->cells()->at(0).published);

  CellRecord skipped = cell_of("rsi", kDay, "a");
  skipped.provenance = hash_of("another");
  EXPECT_OK(ledger.commit(skipped));
  EXPECT_TRUE(ledger->cells()->at(0).published) << "same result, same place";
  EXPECT_EQ(ledger->cells()->at(0).provenance, skipped.provenance);

  CellRecord moved = skipped;
  moved.category = "risk";
  EXPECT_OK(ledger.commit(moved));
  EXPECT_FALSE(ledger->cells()->at(0).published);

  EXPECT_TRUE(ledger.mark(moved));
  CellRecord changed = cell_of("rsi", kDay, "b");
  changed.category = "risk";
  EXPECT_OK(ledger.commit(changed));
  ASSERT_EQ(ledger->cells()->size(), 1u);
  expect_equal(ledger->cells()->at(0), changed);
  EXPECT_FALSE(ledger->cells()->at(0).published);
}

TEST_F(LedgerTest, EqualResultInNewFilesMovesToThem) {
  LeasedLedger ledger(path);
  EXPECT_OK(ledger.commit(cell_of("rsi", kDay, "a")));
  CellRecord again = cell_of("rsi", kDay, "a");
  auto result = *again.result;
  result.shards = {blob_of("other bytes, same values")};
  again.result = std::make_shared<const ResultRecord>(result);
  EXPECT_OK(ledger.commit(again));
  EXPECT_EQ(ledger->cells()->at(0).result->shards, result.shards);
  EXPECT_EQ(*ledger->live_blobs(2), result.shards);
}

TEST_F(LedgerTest, TraceIsFoundByKeyAndForgotten) {
  LeasedLedger ledger(path);
  Ledger::Commit commit;
  commit.cell = cell_of("rsi", kDay, "a", 5);
  commit.trace = trace_of(*commit.cell);
  EXPECT_OK(ledger.commit(commit));
  const auto trace = *ledger->trace(commit.cell->key);
  ASSERT_TRUE(trace.has_value());
  EXPECT_EQ(trace->computation, 5);
  EXPECT_EQ(trace->result->shards, commit.cell->result->shards);
  EXPECT_EQ(trace->code_hash, hash_of("code"));

  commit.trace.reset();
  commit.forget_trace = true;
  EXPECT_OK(ledger.commit(commit));
  EXPECT_FALSE(ledger->trace(commit.cell->key)->has_value());
}

TEST_F(LedgerTest, PruningKeepsTheNewestGenerationsAndWhatCellsStandOn) {
  LeasedLedger ledger(path);
  for (const int computation : {1, 2, 3, 4}) {
    Ledger::Commit commit;
    commit.cell = cell_of("rsi", kDay, std::to_string(computation), computation);
    commit.trace = trace_of(*commit.cell);
    EXPECT_OK(ledger.commit(commit));
  }
  EXPECT_OK(ledger.commit(cell_of("rsi", kDay, "1", 1)));  // back to the oldest code: a hit
  EXPECT_EQ(ledger->live_blobs(9)->size(), 4u);
  EXPECT_EQ(ledger->live_blobs(2)->size(), 3u);  // as after what follows
  EXPECT_EQ(*ledger->old_traces(2), 1);
  EXPECT_EQ(*ledger->prune_traces(ledger.lease, 2), 1);
  EXPECT_TRUE(ledger->trace(cell_of("rsi", kDay, "1").key)->has_value()) << "its cell stands on it";
  EXPECT_FALSE(ledger->trace(cell_of("rsi", kDay, "2").key)->has_value());
  EXPECT_TRUE(ledger->trace(cell_of("rsi", kDay, "3").key)->has_value());
  EXPECT_TRUE(ledger->trace(cell_of("rsi", kDay, "4").key)->has_value());
  EXPECT_EQ(ledger->live_blobs(2)->size(), 3u);
}

TEST_F(LedgerTest, PartitionsKeepWhatWasLastRecorded) {
  LeasedLedger ledger(path);
  const auto schema = std::make_shared<const PartitionSchema>(
      PartitionSchema{{"ticker", "close"}, {"string", "double"}});
  DatasetAvailability prices{"prices", "ticker", false, {}};
  for (int day = 0; day < 3; ++day) {
    prices.partitions.push_back(
        {kDay + day, Presence::Present, 10, schema, {hash_of("t"), hash_of("c")}, ""});
  }
  EXPECT_OK(ledger->record_partitions(ledger.lease, {prices}));
  DatasetAvailability changed{"prices", "ticker", false, {}};
  changed.partitions.push_back({kDay + 1, Presence::Unreadable, 0, nullptr, {}, "no Parquet file"});
  EXPECT_OK(ledger->record_partitions(ledger.lease, {changed}));

  const auto found = *ledger->partitions();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].entity, "ticker");
  ASSERT_EQ(found[0].partitions.size(), 3u);
  EXPECT_EQ(found[0].partitions[0].columns, prices.partitions[0].columns);
  EXPECT_EQ(found[0].partitions[0].schema->types, schema->types);
  EXPECT_EQ(found[0].partitions[0].schema, found[0].partitions[2].schema);
  EXPECT_EQ(found[0].partitions[1].presence, Presence::Unreadable);
  EXPECT_EQ(found[0].partitions[1].problem, "no Parquet file");
  EXPECT_EQ(found[0].partitions[1].schema, nullptr);
}

TEST_F(LedgerTest, RunsAreRecordedOnceAndBreakersUpdatedInPlace) {
  LeasedLedger ledger(path);
  EXPECT_OK(ledger->end_run({"run-7", "run", "{}", 1, 9}));
  EXPECT_OK(ledger->end_run({"run-8", "run", "", 2, 0}));
  EXPECT_OK(ledger->end_run({"run-7", "run", "", 1, 10}));  // a call whose answer was lost
  const auto runs = *ledger->runs(10);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].run, "run-8");
  EXPECT_EQ(runs[1].totals, "{}");
  EXPECT_EQ(runs[1].finished_ms, 9);
  EXPECT_EQ(ledger->runs(1)->size(), 1u);

  EXPECT_OK(ledger->record_breaker(ledger.lease, {"rsi", 4, false, ""}));
  EXPECT_OK(ledger->record_breaker(ledger.lease, {"rsi", 5, true, "run-1"}));
  ASSERT_EQ(ledger->breakers()->size(), 1u);
  EXPECT_TRUE(ledger->breakers()->at(0).open);
  EXPECT_EQ(ledger->breakers()->at(0).opened_by_run, "run-1");
}

}  // namespace
}  // namespace almanac
