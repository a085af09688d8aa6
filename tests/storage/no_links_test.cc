// File systems without hard links, and folders of the store on several of them.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "storage/files.h"
#include "storage/published.h"
#include "storage/sha256.h"
#include "tests/storage/ledger_fixture.h"

namespace {
std::atomic<int> link_error = 0;
}

// In place of that of the C library.
extern "C" int link(const char* from, const char* to) noexcept {
  if (link_error != 0) {
    errno = link_error;
    return -1;
  }
  return static_cast<int>(syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}

namespace almanac {
namespace {

struct NoLinksTest : testing::Test {
  TemporaryFolder folder;
  std::unique_ptr<Store> store = std::move(*Store::open(folder / "store", true));

  ~NoLinksTest() override { link_error = 0; }

  StagedFile stage(const std::string& bytes) {
    const std::string path = store->stage("test.parquet");
    std::ofstream(path) << bytes;
    return {path, {digest_file(path)->sha256, bytes.size()}};
  }

  // Keeps a blob that is new, one that is sound already and one that is damaged.
  void expect_kept() {
    const StagedFile first = stage("bytes");
    const Blob blob = first.blob;
    EXPECT_OK(store->keep({first}));
    EXPECT_OK(store->verify(blob));
    struct stat kept, again;
    ASSERT_EQ(stat_of(blob, &kept), 0);
    EXPECT_EQ(kept.st_mode & 0222, 0u);
    EXPECT_OK(store->keep({stage("bytes")}));
    ASSERT_EQ(stat_of(blob, &again), 0);
    EXPECT_EQ(kept.st_ino, again.st_ino) << "sound bytes stay";
    std::filesystem::remove(store->path(blob));
    std::ofstream(store->path(blob)) << "bytez";
    std::ofstream(store->path(blob) + ".new") << "half";  // left by a killed process
    EXPECT_OK(store->keep({stage("bytes")}));
    EXPECT_OK(store->verify(blob));
    EXPECT_TRUE(std::filesystem::is_empty(folder / "store/staging"));
  }

  int stat_of(const Blob& blob, struct stat* status) {
    return stat(store->path(blob).c_str(), status);
  }
};

TEST_F(NoLinksTest, BlobsAreRenamedAndTheViewIsCopied) {
  for (const int error : {EPERM, EOPNOTSUPP, ENOSYS}) {
    link_error = error;
    expect_kept();
    std::filesystem::remove_all(folder / "store/blobs/27");
  }
  ResultRecord result = *result_of("a");
  const StagedFile file = stage("bytes");
  result.shards = {file.blob};
  EXPECT_OK(store->keep({file}));
  FilePublished published(folder / "results", store.get());
  EXPECT_OK(published.publish("signals", "rsi", kDay, result));
  EXPECT_TRUE((*published.folder("signals", "rsi"))->holds(kDay, result));
}

TEST_F(NoLinksTest, AnotherErrorIsReported) {
  link_error = EACCES;
  EXPECT_EQ(store->keep({stage("bytes")}).error().kind, Error::Kind::Usage);
}

TEST_F(NoLinksTest, BlobsOnAnotherFileSystemThanStagingAreCopied) {
  const std::string blobs = folder / "store/blobs";
  if (mount("tmpfs", blobs.c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "mounting another file system needs privileges";
  }
  store = std::move(*Store::open(folder / "store", true));
  expect_kept();
  store.reset();
  umount(blobs.c_str());
}

TEST(FileErrorTest, AnInputOutputErrorMayPassAndNamesTheFile) {
  const Error error = file_error("read", "some/file", EIO);
  EXPECT_EQ(error.kind, Error::Kind::Temporary);
  EXPECT_NE(error.message.find("some/file"), std::string::npos);
}

}  // namespace
}  // namespace almanac
