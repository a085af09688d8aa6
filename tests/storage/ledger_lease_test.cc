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
      (void)ledger->begin_attempts(ledger.lease, {&attempt, 1});
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
  const auto lease = second->acquire("second", &holder);
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
      const auto lease = (*ledger)->acquire("run", &holder);
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

TEST_F(LedgerLeaseTest, StaleTokenIsRefusedByEveryWrite) {
  const Ledger::Lease stale{killed_holder(), "killed"};
  LeasedLedger ledger(path, "next");
  EXPECT_OK(ledger.commit(cell_of("rsi", kDay, "a")));
  const Ledger::CellName name{"rsi", kDay};
  Attempt attempt = attempt_of(cell_of("rsi", kDay, "b"));
  Ledger::Commit commit;
  commit.cell = cell_of("rsi", kDay, "b");
  const DatasetAvailability dataset{"prices", "ticker", false, {}};
  const std::vector<Result<void>> refused = {
      ledger->begin_attempts(stale, {&attempt, 1}),
      ledger->commit(stale, {&commit, 1}),
      ledger->mark_published(stale, {&name, 1}),
      ledger->record_partitions(stale, {dataset}),
      ledger->record_breaker(stale, {"rsi", 1, false, ""}),
      ledger->requeue(stale, name),
      ledger->drop(stale, name),
      ledger->record_run(stale, {"killed", "run", "", 0, 0}),
      ledger->release(stale),
      ledger->prune_traces(stale, 1).ok() ? Result<void>()
                                          : Result<void>(ledger->prune_traces(stale, 1).error()),
  };
  for (const auto& result : refused) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, Error::Kind::Temporary);
    EXPECT_NE(result.error().message.find("lease lost"), std::string::npos);
  }
  EXPECT_EQ(attempt.id, 0);
  ASSERT_EQ(ledger->cells()->size(), 1u);
  expect_equal(ledger->cells()->at(0), cell_of("rsi", kDay, "a"));
  EXPECT_FALSE(ledger->cells()->at(0).published);
  EXPECT_TRUE(ledger->runs(9)->empty());
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
    const auto first = *ledger->acquire("first", &holder);
    ASSERT_TRUE(first.has_value());
    edit_ledger(path, (std::string("UPDATE lease SET ") + owner.change).c_str());
    const auto lease = ledger->acquire("second", &holder);
    ASSERT_TRUE(lease.ok());
    EXPECT_EQ(lease->has_value(), owner.dead) << owner.what;
    EXPECT_EQ(holder.run, owner.dead ? "" : "first");
    EXPECT_OK(ledger->release(lease->has_value() ? **lease : *first));
  }
}

}  // namespace
}  // namespace almanac
