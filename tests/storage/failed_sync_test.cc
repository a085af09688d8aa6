// A sync that fails stops the process, and what is reported as durable was synced.
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "storage/fingerprint_cache.h"
#include "storage/sha256.h"
#include "storage/store.h"
#include "tests/storage/ledger_fixture.h"

namespace {
std::atomic<int> syncs = 0;
std::atomic<bool> fail = false;

int counted(int file, long call) {
  ++syncs;
  if (fail) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(call, file));
}
}  // namespace

// In place of those of the C library, also for SQLite.
extern "C" int fsync(int file) {
  return counted(file, SYS_fsync);
}
extern "C" int fdatasync(int file) {
  return counted(file, SYS_fdatasync);
}

namespace almanac {
namespace {

struct FailedSyncTest : testing::Test {
  TemporaryFolder folder;
};

TEST_F(FailedSyncTest, LedgerStopsAtAFailedSync) {
  LeasedLedger ledger(folder / "ledger.db");
  const CellRecord cell = cell_of("rsi", kDay, "a");
  EXPECT_DEATH(
      {
        fail = true;
        (void)ledger.commit(cell);
      },
      "sync of .*ledger.db");
}

TEST_F(FailedSyncTest, StoreStopsAtAFailedSync) {
  const auto store = std::move(*Store::open(folder / "store", true));
  const std::string path = store->stage("x");
  std::ofstream(path) << "bytes";
  const StagedFile file{path, {digest_file(path)->sha256, 5}};
  EXPECT_DEATH(
      {
        fail = true;
        (void)store->keep({file});
      },
      "sync of .*staging");
}

TEST_F(FailedSyncTest, CacheOfFingerprintsIsNotSynced) {
  const int before = syncs;
  const FileStat stat{1, 1, 1, 1};
  Fingerprint fingerprint;
  fingerprint.schema = std::make_shared<PartitionSchema>();
  FingerprintCache cache(folder / "cache/fingerprints.db");
  cache.put({"data.csv", "", "UTC"}, stat, INT64_MAX, std::make_shared<Fingerprint>(fingerprint));
  cache.save();
  EXPECT_EQ(syncs, before);
  EXPECT_NE(FingerprintCache(folder / "cache/fingerprints.db").find({"data.csv", "", "UTC"}, stat),
            nullptr);
}

TEST_F(FailedSyncTest, EachCommitIsSynced) {
  LeasedLedger ledger(folder / "ledger.db");
  for (int i = 0; i < 3; ++i) {
    const int before = syncs;
    EXPECT_OK(ledger.commit(cell_of("rsi", kDay + i, "a")));
    EXPECT_GT(syncs, before);
  }
}

TEST_F(FailedSyncTest, FileItsFolderAndNewParentsAreSynced) {
  const auto store = std::move(*Store::open(folder / "store", true));
  const std::string path = store->stage("x");
  std::ofstream(path) << "bytes";
  const int before = syncs;
  EXPECT_OK(store->keep({{path, {digest_file(path)->sha256, 5}}}));
  EXPECT_EQ(syncs - before, 3) << "the file, blobs/ for the new folder, the folder";
}

}  // namespace
}  // namespace almanac
