// One run at a time: a dead holder is replaced at once, and whoever lost the lease cannot write.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

struct LedgerLeaseTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.db";

  // A child that takes the lease, begins an attempt and is killed; gives its token.
  int64_t killed_holder() {
    int ready[2];
    EXPECT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
      LeasedLedger ledger(path, "killed");
      Attempt attempt = attempt_of(cell_of("rsi", kDay, "a"), "killed");
      (void)ledger.begin({&attempt, 1});
      (void)!write(ready[1], &ledger.lease.token, sizeof ledger.lease.token);
      pause();
    }
    int64_t token = 0;
    EXPECT_EQ(read(ready[0], &token, sizeof token), static_cast<ssize_t>(sizeof token));
    EXPECT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    close(ready[0]);
    close(ready[1]);
    return token;
  }
};

TEST_F(LedgerLeaseTest, LivingHolderKeepsItAndIsNamed) {
  LeasedLedger first(path, "first");
  const auto second = std::move(*Ledger::open(path, Ledger::Mode::ReadWrite));
  Ledger::LeaseHolder holder;
  const auto lease = second->acquire({"second"}, &holder);
  ASSERT_TRUE(lease.ok());
  EXPECT_FALSE(lease->has_value());
  EXPECT_EQ(holder.run, "first");
  EXPECT_EQ(holder.pid, getpid());
  EXPECT_FALSE(holder.host.empty());
  EXPECT_OK(first.commit(cell_of("rsi", kDay, "a")));
}

TEST_F(LedgerLeaseTest, OfManyWhoStartAtOnceOnANewFileOneGetsIt) {
  constexpr int kProcesses = 6;
  int start[2], done[2];
  ASSERT_EQ(pipe(start), 0);
  ASSERT_EQ(pipe(done), 0);
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    close(start[1]);
    char verdict = 'e';
    (void)!read(start[0], &verdict, 1);  // ends when the parent closes it
    verdict = 'e';
    Ledger::LeaseHolder holder;
    auto ledger = Ledger::open(path, Ledger::Mode::ReadWrite);
    if (ledger.ok()) {
      const auto lease = (*ledger)->acquire({"run"}, &holder);
      if (lease.ok()) verdict = lease->has_value() ? 'y' : 'n';
    }
    (void)!write(done[1], &verdict, 1);
    pause();
  }
  close(start[0]);
  close(start[1]);
  std::string verdicts(kProcesses, ' ');
  for (char& verdict : verdicts) ASSERT_EQ(read(done[0], &verdict, 1), 1);
  for (const pid_t child : children) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  close(done[0]);
  close(done[1]);
  EXPECT_EQ(std::ranges::count(verdicts, 'y'), 1) << verdicts;
  EXPECT_EQ(std::ranges::count(verdicts, 'e'), 0) << verdicts;
}

TEST_F(LedgerLeaseTest, ReleasedLeaseIsTakenWithALargerTokenAndNoLongerWrites) {
  LeasedLedger first(path, "first");
  EXPECT_OK(first->release(first.lease));
  EXPECT_FALSE(first.commit(cell_of("rsi", kDay, "a")).ok());
  LeasedLedger second(path, "second");
  EXPECT_GT(second.lease.token, first.lease.token);
}

TEST_F(LedgerLeaseTest, KilledHolderIsReplacedAtOnceAndItsAttemptsCostNothing) {
  const int64_t token = killed_holder();
  LeasedLedger ledger(path, "next");
  EXPECT_GT(ledger.lease.token, token);
  const auto attempts = *ledger->attempts_of_run("killed");
  ASSERT_EQ(attempts.size(), 1u);
  EXPECT_EQ(attempts[0].status, AttemptStatus::Lost);
  EXPECT_EQ(*ledger->attempts_used("rsi", kDay, attempts[0].key), 0);
}

// Everything that a run writes, with a lease that it has lost.
std::vector<Result<void>> all_writes(Ledger& ledger, const Ledger::Lease& lease) {
  std::vector<Result<void>> done;
  auto add = [&](const auto& result) {
    done.push_back(result.ok() ? Result<void>() : Result<void>(result.error()));
  };
  const CellRecord cell = cell_of("rsi", kDay, "b");
  const Ledger::CellName name{"rsi", kDay};
  const Ledger::Publication publication = publication_of(cell);
  Attempt attempt = attempt_of(cell);
  Ledger::Commit commit;
  commit.cell = cell;
  commit.decided_at = *ledger.sequence();
  add(ledger.renew(lease));
  add(ledger.begin_attempts(lease, {&attempt, 1}, commit.decided_at));
  EXPECT_EQ(attempt.id, 0);
  add(ledger.commit(lease, {&commit, 1}));
  add(ledger.mark_published(lease, {&publication, 1}));
  add(ledger.mark_published(lease, {}));  // as a fence before the view is changed
  add(ledger.mark_withdrawn(lease, {&name, 1}));
  add(ledger.record_partitions(lease, {{"prices", "ticker", false, {}}}));
  add(ledger.record_breaker(lease, {"rsi", 1, false, ""}));
  add(ledger.requeue(lease, {name}));
  add(ledger.drop(lease, {name}));
  add(ledger.record_evidence(lease, {}));
  add(ledger.revoke(lease, 1));
  add(ledger.prune_traces(lease, 1));
  add(ledger.release(lease));
  return done;
}

TEST_F(LedgerLeaseTest, StaleTokenIsRefusedByEveryWrite) {
  const Ledger::Lease stale{killed_holder(), "killed"};
  LeasedLedger ledger(path, "next");
  EXPECT_OK(ledger.commit(cell_of("rsi", kDay, "a")));
  const int64_t sequence = *ledger->sequence();
  for (const auto& result : all_writes(*ledger.ledger, stale)) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, Error::Kind::LeaseLost);
    EXPECT_NE(result.error().message.find("lease lost"), std::string::npos);
  }
  ASSERT_EQ(ledger->cells()->size(), 1u);
  expect_equal(ledger->cells()->at(0), cell_of("rsi", kDay, "a"));
  EXPECT_FALSE(ledger->cells()->at(0).published);
  EXPECT_TRUE(ledger->runs(9)->empty());
  EXPECT_TRUE(ledger->running()->empty());
  EXPECT_EQ(*ledger->sequence(), sequence);
  EXPECT_EQ((*ledger->holder())->renewals, 0);
}

// What another owner than this process would have recorded, and whether it gives the lease up.
TEST_F(LedgerLeaseTest, HolderIsJudgedByBootNamespaceAndProcess) {
  const struct {
    const char *change, *what;
    bool dead;
  } owners[] = {
      {"host = 'renamed'", "this process, whose container has another name now", false},
      {"host = 'renamed', started = 1", "a process of this boot that is gone", true},
      {"started = 1", "a reused process id", true},
      {"pids = 'pid:[1]', started = 1", "a process that cannot be seen from here", false},
      {"boot = 'earlier'", "a process before the machine was started anew", true},
      {"boot = 'b', host = 'elsewhere'", "a process of another machine", false},
  };
  for (const auto& owner : owners) {
    const auto ledger = std::move(*Ledger::open(path, Ledger::Mode::ReadWrite));
    Ledger::LeaseHolder holder;
    const auto first = *ledger->acquire({"first"}, &holder);
    ASSERT_TRUE(first.has_value());
    edit_ledger(path, (std::string("UPDATE lease SET ") + owner.change).c_str());
    const auto lease = ledger->acquire({"second"}, &holder);
    ASSERT_TRUE(lease.ok());
    EXPECT_EQ(lease->has_value(), owner.dead) << owner.what;
    EXPECT_EQ(holder.run, owner.dead ? "" : "first");
    EXPECT_OK(ledger->release(lease->has_value() ? **lease : *first));
  }
}

}  // namespace
}  // namespace almanac
