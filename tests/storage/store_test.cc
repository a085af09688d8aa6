// Bytes in the store are those of their name, or an error says that they are not.
#include "storage/store.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/sha256.h"
#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

struct StoreTest : testing::Test {
  TemporaryFolder folder;
  const std::unique_ptr<Store> store = std::move(*Store::open(folder / "store", true));

  StagedFile stage(const std::string& bytes) {
    const std::string path = store->stage("test.parquet");
    std::ofstream(path) << bytes;
    return {path, {digest_file(path)->sha256, bytes.size()}};
  }
  Blob keep(const std::string& bytes) {
    const StagedFile file = stage(bytes);
    EXPECT_OK(store->keep({file}));
    return file.blob;
  }
  void overwrite(const Blob& blob, const std::string& bytes) {
    std::filesystem::remove(store->path(blob));
    std::ofstream(store->path(blob)) << bytes;
  }
};

TEST_F(StoreTest, KeptFilesAreFoundByTheirHash) {
  const StagedFile one = stage("one"), two = stage("two");
  EXPECT_FALSE(store->has(one.blob));
  EXPECT_OK(store->keep({one, two}));
  EXPECT_TRUE(store->has(one.blob));
  EXPECT_OK(store->verify(two.blob));
  EXPECT_FALSE(std::filesystem::exists(one.path)) << "the staged name is gone";
  EXPECT_EQ(store->path(one.blob), folder / "store/blobs/76/" + one.blob.sha256 + ".parquet");
  EXPECT_FALSE(store->has({one.blob.sha256, 4})) << "another size is another file";
}

TEST_F(StoreTest, Sha256IsThatOfTheStandard) {
  EXPECT_EQ(stage("abc").blob.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(StoreTest, BlobsCannotBeEditedInPlace) {
  struct stat status;
  const Blob blob = keep("bytes");
  ASSERT_EQ(stat(store->path(blob).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0222, 0u);
}

TEST_F(StoreTest, SameBytesTwiceAreOneBlob) {
  const Blob blob = keep("bytes");
  struct stat before, after;
  ASSERT_EQ(stat(store->path(blob).c_str(), &before), 0);
  const StagedFile again = stage("bytes");
  EXPECT_OK(store->keep({again, stage("bytes")}));
  ASSERT_EQ(stat(store->path(blob).c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_FALSE(std::filesystem::exists(again.path));
}

TEST_F(StoreTest, OtherContentUnderTheNameIsReplaced) {
  const Blob blob = keep("right");
  overwrite(blob, "wrong");
  ASSERT_TRUE(store->has(blob)) << "the size alone does not tell";
  keep("right");
  EXPECT_OK(store->verify(blob));
}

TEST_F(StoreTest, DamageIsDetected) {
  const Blob blob = keep("some bytes");
  for (const std::string damaged : {"some bytet", "some byte", "some bytes ", ""}) {
    overwrite(blob, damaged);
    const auto result = store->verify(blob);
    ASSERT_FALSE(result.ok()) << damaged;
    EXPECT_EQ(result.error().kind, Error::Kind::Data);
    EXPECT_NE(result.error().message.find(blob.sha256), std::string::npos);
  }
  std::filesystem::remove(store->path(blob));
  EXPECT_EQ(store->verify(blob).error().kind, Error::Kind::Data);
}

TEST_F(StoreTest, LinkInPlaceOfABlobIsNotFollowed) {
  const Blob blob = keep("some bytes");
  std::filesystem::rename(store->path(blob), folder / "elsewhere");
  std::filesystem::create_symlink(folder / "elsewhere", store->path(blob));
  EXPECT_FALSE(store->has(blob));
  EXPECT_FALSE(store->verify(blob).ok());
}

TEST_F(StoreTest, QuarantinedBlobIsNotServedAndCanBeKeptAgain) {
  const Blob blob = keep("bytes");
  EXPECT_OK(store->quarantine(blob));
  EXPECT_FALSE(store->has(blob));
  EXPECT_OK(store->quarantine(blob));
  EXPECT_EQ(keep("bytes"), blob);
  EXPECT_TRUE(store->has(blob));
}

TEST_F(StoreTest, WrongPromisesAboutAFileAreRefused) {
  StagedFile file = stage("bytes");
  file.blob.bytes = 6;
  EXPECT_EQ(store->keep({file}).error().kind, Error::Kind::Internal);
  file.blob = {"../../etc/passwd", 5};
  EXPECT_EQ(store->keep({file}).error().kind, Error::Kind::Internal);
  EXPECT_FALSE(store->has(file.blob));
  EXPECT_DEATH((void)store->path(file.blob), "64 lower-case hex digits");
  EXPECT_DEATH((void)store->stage("a/b"), "CHECK failed");
}

TEST_F(StoreTest, MissingStoreReadsAsEmpty) {
  const auto missing = std::move(*Store::open(folder / "missing", false));
  EXPECT_FALSE(missing->has(stage("bytes").blob));
  EXPECT_EQ(missing->collect({}, 0, false)->files, 0u);
  EXPECT_FALSE(std::filesystem::exists(folder / "missing"));
}

TEST_F(StoreTest, CollectionTakesWhatIsNeitherLiveNorYoung) {
  const Blob live = keep("live"), dead = keep("dead");
  const StagedFile stale = stage("stale");
  std::filesystem::create_directory(store->stage("publish"));
  EXPECT_EQ(store->collect({live}, 3600, false)->files, 0u) << "all are young";
  EXPECT_EQ(store->collect({live}, 0, true)->files, 2u);
  EXPECT_TRUE(store->has(dead)) << "a dry collection only counts";
  const auto garbage = *store->collect({live}, 0, false);
  EXPECT_EQ(garbage.files, 2u);
  EXPECT_EQ(garbage.bytes, dead.bytes + stale.blob.bytes);
  EXPECT_TRUE(store->has(live));
  EXPECT_FALSE(store->has(dead));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "store/staging"));
}

TEST_F(StoreTest, OldBlobThatIsKeptAgainIsYoung) {
  const Blob blob = keep("bytes");
  const timespec old[2] = {{1, 0}, {1, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, store->path(blob).c_str(), old, 0), 0);
  keep("bytes");  // a run will refer to it in its next commit
  EXPECT_EQ(store->collect({}, 3600, false)->files, 0u);
  EXPECT_TRUE(store->has(blob));
}

TEST(StoreFullTest, FullDiskIsTemporaryAndKeepsWhatIsThere) {
  TemporaryFolder folder;
  if (mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=64k,nr_inodes=12") != 0) {
    GTEST_SKIP() << "mounting a small file system needs privileges";
  }
  {
    const auto store = std::move(*Store::open(folder / "store", true));
    std::vector<Blob> kept;
    Result<void> result;
    for (int i = 0; result.ok() && i < 20; ++i) {
      const std::string path = store->stage("x");
      std::ofstream(path) << i;
      if (!std::filesystem::exists(path)) break;  // not even an inode for staging
      const StagedFile file{path, {digest_file(path)->sha256, std::to_string(i).size()}};
      result = store->keep({file});
      if (result.ok()) kept.push_back(file.blob);
    }
    if (!result.ok()) {
      EXPECT_EQ(result.error().kind, Error::Kind::Temporary) << result.error().message;
      EXPECT_NE(result.error().message.find("disk full"), std::string::npos);
    }
    EXPECT_FALSE(kept.empty());
    for (const Blob& blob : kept) EXPECT_OK(store->verify(blob));
  }
  umount(folder.path().c_str());
}

TEST(LedgerFullTest, FullDiskIsTemporaryAndWhatWasAcknowledgedStays) {
  TemporaryFolder folder;
  if (mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "mounting a small file system needs privileges";
  }
  {
    LeasedLedger ledger(folder / "ledger.db");
    size_t acknowledged = 0;
    Result<void> result;
    for (; result.ok() && acknowledged < 10000; ++acknowledged) {
      result = ledger.commit(cell_of("rsi", kDay + static_cast<int>(acknowledged), "a"));
    }
    ASSERT_FALSE(result.ok());
    --acknowledged;
    EXPECT_EQ(result.error().kind, Error::Kind::Temporary) << result.error().message;
    EXPECT_NE(result.error().message.find("disk full"), std::string::npos);
    EXPECT_EQ(ledger->cells()->size(), acknowledged);
    ASSERT_EQ(mount("tmpfs", folder.path().c_str(), "tmpfs", MS_REMOUNT, "size=8m"), 0);
    EXPECT_OK(ledger.commit(cell_of("rsi", kDay - 1, "a")));
    EXPECT_EQ(ledger->cells()->size(), acknowledged + 1);
  }
  umount(folder.path().c_str());
}

}  // namespace
}  // namespace almanac
