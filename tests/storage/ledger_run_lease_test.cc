// A lease that a run keeps: any of its processes has it, and only silence takes it away.
#include <filesystem>

#include "storage/lease_watch.h"
#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

using Keeper = Ledger::Keeper;

struct LedgerRunLeaseTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.db";
  std::unique_ptr<Ledger> one = open(), other = open();
  Ledger::LeaseHolder holder;
  int64_t now_ms = 1'000;
  LeaseWatch watch{[this] { return now_ms; }};

  std::unique_ptr<Ledger> open() { return std::move(*Ledger::open(path, Ledger::Mode::ReadWrite)); }
  std::optional<Ledger::Lease> acquire(Ledger& ledger, const std::string& run,
                                       Keeper keeper = Keeper::Run, LeaseWatch* by = nullptr) {
    auto lease = ledger.acquire({run, keeper, by}, &holder);
    EXPECT_OK(lease);
    return lease.ok() ? *lease : std::nullopt;
  }
  int64_t begin(Ledger& ledger, const Ledger::Lease& lease) {
    Attempt attempt = attempt_of(cell_of("rsi", kDay, "a"), lease.run);
    EXPECT_OK(ledger.begin_attempts(lease, {&attempt, 1}, *ledger.sequence()));
    return attempt.id;
  }
};

TEST_F(LedgerRunLeaseTest, AnotherProcessOfTheRunHasTheSameLeaseAndLeavesItsAttempts) {
  const auto first = acquire(*one, "run-1");
  ASSERT_TRUE(first.has_value());
  const int64_t attempt = begin(*one, *first);
  edit_ledger(path, "UPDATE lease SET started = 1");  // whoever took it has ended
  const auto again = acquire(*other, "run-1");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->token, first->token);
  ASSERT_EQ(other->running()->size(), 1u);
  EXPECT_EQ(other->running()->at(0).id, attempt);
  EXPECT_OK(one->renew(*first));
  EXPECT_OK(other->renew(*again));
  EXPECT_EQ((*one->holder())->renewals, 2);
}

TEST_F(LedgerRunLeaseTest, TheProcessThatHasItForItselfIsGivenItAgain) {
  const auto first = acquire(*one, "run-1", Keeper::Process);
  ASSERT_TRUE(first.has_value());
  const auto again = acquire(*one, "run-1", Keeper::Process);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->token, first->token);
  EXPECT_FALSE(acquire(*one, "run-1", Keeper::Run).has_value()) << "kept in another way";
  EXPECT_EQ(holder.keeper, Keeper::Process);

  edit_ledger(path, "UPDATE lease SET pid = 1, started = 0");  // an equal name, another process
  const auto next = acquire(*one, "run-1", Keeper::Process);
  ASSERT_TRUE(next.has_value());
  EXPECT_GT(next->token, first->token);
}

TEST_F(LedgerRunLeaseTest, AnotherRunIsRefusedAlthoughTheProcessIsGone) {
  const auto lease = acquire(*one, "run-1");
  ASSERT_TRUE(lease.has_value());
  EXPECT_OK(one->renew(*lease));
  edit_ledger(path, "UPDATE lease SET started = 1");
  EXPECT_FALSE(acquire(*other, "run-2").has_value());
  EXPECT_EQ(holder.run, "run-1");
  EXPECT_EQ(holder.keeper, Keeper::Run);
  EXPECT_EQ(holder.token, lease->token);
  EXPECT_EQ(holder.renewals, 1);
  EXPECT_FALSE(holder.host.empty());
  ASSERT_TRUE(other->holder()->has_value());
  EXPECT_EQ((*other->holder())->run, "run-1");
  EXPECT_FALSE(acquire(*other, "run-2", Keeper::Process).has_value());
  EXPECT_FALSE(acquire(*other, "run-1", Keeper::Process).has_value()) << "one process of a run";
}

TEST_F(LedgerRunLeaseTest, SilenceForLongEnoughTakesItAwayAndNotSooner) {
  const auto lease = acquire(*one, "run-1");
  ASSERT_TRUE(lease.has_value());
  const int64_t attempt = begin(*one, *lease);
  EXPECT_FALSE(acquire(*other, "run-2", Keeper::Run, &watch).has_value()) << "seen just now";
  now_ms += LeaseWatch::kExpiryMs - 1;
  EXPECT_FALSE(acquire(*other, "run-2", Keeper::Run, &watch).has_value());
  EXPECT_OK(one->renew(*lease));
  now_ms += 1;
  EXPECT_FALSE(acquire(*other, "run-2", Keeper::Run, &watch).has_value()) << "it was renewed";
  now_ms += LeaseWatch::kExpiryMs - 1;
  EXPECT_FALSE(acquire(*other, "run-2", Keeper::Run, &watch).has_value());
  EXPECT_EQ(one->running()->size(), 1u);
  now_ms += 1;
  const auto taken = acquire(*other, "run-2", Keeper::Run, &watch);
  ASSERT_TRUE(taken.has_value());
  EXPECT_GT(taken->token, lease->token);

  ASSERT_EQ(other->attempts_of_run("run-1")->size(), 1u);
  EXPECT_EQ(other->attempts_of_run("run-1")->at(0).status, AttemptStatus::Lost);
  EXPECT_EQ((*other->holder())->run, "run-2");
  EXPECT_EQ((*other->holder())->renewals, 0);
  const auto late = one->renew(*lease);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind, Error::Kind::LeaseLost);
  Ledger::Commit commit;
  commit.attempt = attempt_of(cell_of("rsi", kDay, "a"));
  commit.attempt.id = attempt;
  commit.attempt.status = AttemptStatus::Success;
  EXPECT_FALSE(one->commit(*lease, {&commit, 1}).ok());
}

TEST_F(LedgerRunLeaseTest, ANewSweepLosesWhatTheOneBeforeHadBegunAndAnOldOneComesTooLate) {
  const auto first = *one->acquire({"run-1", Keeper::Run}, &holder);
  begin(*one, *first);
  ASSERT_TRUE(one->acquire({"run-1", Keeper::Run}, &holder)->has_value());
  EXPECT_EQ(one->running()->size(), 1u) << "asked again, nothing changes";
  const auto second = *other->acquire({"run-1", Keeper::Run, nullptr, 1}, &holder);
  EXPECT_EQ(second->token, first->token);
  EXPECT_TRUE(one->running()->empty());
  const int64_t attempt = begin(*other, *second);
  const auto late = one->acquire({"run-1", Keeper::Run, nullptr, 0}, &holder);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind, Error::Kind::LeaseLost);
  ASSERT_EQ(one->running()->size(), 1u);
  EXPECT_EQ(one->running()->at(0).id, attempt);
}

// A process that was halted while it planned wakes up in the next sweep.
TEST_F(LedgerRunLeaseTest, APlanOfAnEarlierSweepEndsNoAttempts) {
  (void)one->acquire({"run-1", Keeper::Run}, &holder);
  const auto second = *other->acquire({"run-1", Keeper::Run, nullptr, 1}, &holder);
  begin(*other, *second);
  const auto running = *one->running();
  const auto late = one->lose(*second, 0, running);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind, Error::Kind::LeaseLost);
  EXPECT_EQ(one->running()->size(), 1u);
  EXPECT_OK(other->lose(*second, 1, running));
  EXPECT_TRUE(one->running()->empty());
}

TEST_F(LedgerRunLeaseTest, ARunThatHasEndedIsGivenNoLease) {
  const auto lease = acquire(*one, "run-1");
  begin(*one, *lease);
  EXPECT_OK(other->end_run({"run-1", "run", "{}", 1, 2}));
  EXPECT_TRUE(*one->has_ended("run-1"));
  EXPECT_FALSE(one->holder()->has_value());
  EXPECT_TRUE(one->running()->empty());
  const auto next = acquire(*one, "run-2");
  ASSERT_TRUE(next.has_value());
  EXPECT_OK(other->end_run({"run-1", "run", "{}", 1, 2}));
  EXPECT_TRUE(one->holder()->has_value()) << "that of another run is left alone";
  EXPECT_OK(one->end_run({"run-2", "run", "{}", 1, 2}));
  const auto late = one->acquire({"run-1", Keeper::Run}, &holder);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind, Error::Kind::LeaseLost);
  EXPECT_NE(late.error().message.find("run-1 has ended"), std::string::npos);
}

TEST_F(LedgerRunLeaseTest, OneWhoseRunIsKnownToBeOverIsFreedByItsToken) {
  const auto lease = acquire(*one, "run-1");
  begin(*one, *lease);
  EXPECT_OK(other->free(lease->token - 1));
  EXPECT_TRUE(one->holder()->has_value());
  EXPECT_OK(other->free(lease->token));
  EXPECT_FALSE(one->holder()->has_value());
  EXPECT_TRUE(one->running()->empty());
  EXPECT_FALSE(one->renew(*lease).ok());
  EXPECT_OK(other->free(lease->token));
  EXPECT_TRUE(*one->has_ended("run-1")) << "a late step of it gets none";
  EXPECT_TRUE(acquire(*other, "run-2").has_value());
}

TEST_F(LedgerRunLeaseTest, AnAttemptThatWasGivenUpButWhoseProcessWentOnIsNoInterruption) {
  const auto lease = acquire(*one, "run-1");
  Ledger::Commit commit;
  commit.attempt = attempt_of(cell_of("rsi", kDay, "a"));
  commit.attempt.id = begin(*one, *lease);
  commit.attempt.status = AttemptStatus::Success;
  const auto running = *other->running();
  EXPECT_OK(other->lose(*lease, 0, running));
  EXPECT_EQ(other->interrupted()->size(), 1u);
  EXPECT_EQ(one->commit(*lease, {&commit, 1})->size(), 1u);
  EXPECT_TRUE(other->interrupted()->empty());
  EXPECT_NE(other->attempts_of_run("run-1")->at(0).error, "");
}

TEST_F(LedgerRunLeaseTest, TheIdentityOfALedgerIsItsOwnAlsoBesideACopy) {
  const std::string identity = *one->identity();
  EXPECT_EQ(identity.size(), 16u);
  EXPECT_EQ(*other->identity(), identity);
  one.reset();
  other.reset();
  const std::string copy = folder / "copy.db", fresh = folder / "fresh.db";
  std::filesystem::copy_file(path, copy);
  const auto reader = std::move(*Ledger::open(copy, Ledger::Mode::ReadOnly));
  const auto writer = std::move(*Ledger::open(fresh, Ledger::Mode::ReadWrite));
  const auto missing = std::move(*Ledger::open(folder / "none.db", Ledger::Mode::ReadOnly));
  EXPECT_NE(*reader->identity(), identity);
  EXPECT_NE(*writer->identity(), identity);
  EXPECT_EQ(*missing->identity(), "");
  EXPECT_EQ(*open()->identity(), identity);
}

TEST_F(LedgerRunLeaseTest, HolderIsNobodyOnceReleasedOrDead) {
  EXPECT_FALSE(one->holder()->has_value());
  const auto reader = std::move(*Ledger::open(folder / "none.db", Ledger::Mode::ReadOnly));
  EXPECT_FALSE(reader->holder()->has_value());

  const auto run = acquire(*one, "run-1");
  EXPECT_OK(other->release(*run));
  EXPECT_FALSE(one->holder()->has_value());

  const auto process = acquire(*one, "run-2", Keeper::Process);
  ASSERT_TRUE(process.has_value());
  EXPECT_EQ((*other->holder())->run, "run-2");
  edit_ledger(path, "UPDATE lease SET started = 1");
  EXPECT_FALSE(other->holder()->has_value());
}

}  // namespace
}  // namespace almanac
