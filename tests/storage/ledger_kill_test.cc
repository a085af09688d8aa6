// kill -9 in the middle of commits: every acknowledged commit is there, none is there by half.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

constexpr int kCellsPerCommit = 20;

// A batch is the state of `kCellsPerCommit` cells, all of one version.
std::vector<Ledger::Commit> batch_of(int version) {
  std::vector<Ledger::Commit> commits(kCellsPerCommit);
  for (int i = 0; i < kCellsPerCommit; ++i) {
    commits[i].cell = cell_of("rsi", kDay + i, std::to_string(version), version);
    commits[i].trace = trace_of(*commits[i].cell);
  }
  return commits;
}

// Commits versions one after the other and acknowledges each by a byte, until it is killed.
[[noreturn]] void commit_for_ever(const std::string& path, int first, int acknowledge) {
  LeasedLedger ledger(path);
  for (int version = first;; ++version) {
    std::vector<Ledger::Commit> batch = batch_of(version);
    for (Ledger::Commit& commit : batch) commit.decided_at = *ledger->sequence();
    const auto overtaken = ledger->commit(ledger.lease, batch);
    if (!overtaken.ok() || !overtaken->empty()) _exit(1);
    if (write(acknowledge, ".", 1) != 1) _exit(2);
  }
}

TEST(LedgerKillTest, AcknowledgedCommitsSurviveAndNoneIsHalf) {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.db";
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int acknowledged = 0;
  for (int round = 0; round < 15; ++round) {
    int acknowledgements[2];
    ASSERT_EQ(pipe(acknowledgements), 0);
    const pid_t child = fork();
    if (child == 0) commit_for_ever(path, acknowledged + 1, acknowledgements[1]);
    close(acknowledgements[1]);
    // Kill after a few commits, at any point of the next.
    char byte;
    for (int count = 1 + static_cast<int>(random() % 4); count > 0; --count) {
      ASSERT_EQ(read(acknowledgements[0], &byte, 1), 1) << "the child ended by itself";
      ++acknowledged;
    }
    usleep(random() % 5000);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    while (read(acknowledgements[0], &byte, 1) == 1) ++acknowledged;
    close(acknowledgements[0]);

    const bool reader = round % 2 == 0;  // a reader finds the log of the killed one as it is
    const auto ledger =
        std::move(*Ledger::open(path, reader ? Ledger::Mode::ReadOnly : Ledger::Mode::ReadWrite));
    const auto cells = ledger->cells();
    ASSERT_TRUE(cells.ok()) << cells.error().message;
    ASSERT_EQ(cells->size(), static_cast<size_t>(kCellsPerCommit));
    const int64_t version = cells->front().computation;
    EXPECT_GE(version, acknowledged);
    EXPECT_LE(version, acknowledged + 1);
    for (const CellRecord& cell : *cells) {
      expect_equal(cell, cell_of("rsi", cell.date, std::to_string(version), version));
      EXPECT_TRUE(ledger->trace(cell.key)->has_value());
    }
    acknowledged = static_cast<int>(version);
  }
}

}  // namespace
}  // namespace almanac
