// What people read is one generation per cell, whole or not there.
#include "storage/published.h"

#include <sys/mount.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <set>
#include <thread>

#include "storage/files.h"
#include "storage/sha256.h"
#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

struct PublishedTest : testing::Test {
  TemporaryFolder folder;
  const std::unique_ptr<Store> store = std::move(*Store::open(folder / "store", true));
  FilePublished published{folder / "results", store.get()};
  const std::string date_folder = folder / "results/signals/rsi/date=2024-01-02";

  // A result of `shards` files in the store.
  ResultRecord result(const std::string& text, int shards = 1) {
    ResultRecord result = *result_of(text);
    result.shards.clear();
    for (int i = 0; i < shards; ++i) {
      const std::string path = store->stage("x"), bytes = text + std::to_string(i);
      std::ofstream(path) << bytes;
      result.shards.push_back({digest_file(path)->sha256, bytes.size()});
      EXPECT_OK(store->keep({{path, result.shards.back()}}));
    }
    return result;
  }

  bool holds(const ResultRecord& of, Date date = kDay) {
    return (*published.folder("signals", "rsi"))->holds(date, of);
  }

  void expect_view(const std::string& at, const ResultRecord& of, const std::string& text) {
    const auto files = bytes_of_folder(at);
    ASSERT_EQ(files.size(), of.shards.size());
    int index = 0;
    for (const auto& [name, bytes] : files)
      EXPECT_EQ(bytes, text + std::to_string(index++)) << name;
  }
};

TEST_F(PublishedTest, ShardsAreReadInOrderFromTheDocumentedPlace) {
  const ResultRecord first = result("a", 12);
  EXPECT_OK(published.publish("signals", "rsi", kDay, first));
  EXPECT_EQ(std::filesystem::exists(date_folder + "/" + first.hash.hex().substr(0, 16) +
                                    "-00011.parquet"),
            true);
  expect_view(date_folder, first, "a");
  EXPECT_TRUE(holds(first));
}

TEST_F(PublishedTest, NewGenerationReplacesTheOldWhole) {
  const ResultRecord first = result("a", 3), second = result("b", 1);
  EXPECT_OK(published.publish("signals", "rsi", kDay, first));
  EXPECT_OK(published.publish("signals", "rsi", kDay, first));
  EXPECT_OK(published.publish("signals", "rsi", kDay, second));
  expect_view(date_folder, second, "b");
  EXPECT_TRUE(holds(second));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "store/staging")) << "the old one is gone";
}

TEST_F(PublishedTest, FolderWithMoreOrLessIsNotReported) {
  const ResultRecord shards = result("a", 3);
  const std::string first = shards.hash.hex().substr(0, 16);
  const std::vector<std::function<void()>> changes = {
      [&] { std::ofstream(date_folder + "/notes.txt"); },
      [&] { std::filesystem::remove(date_folder + "/" + first + "-00001.parquet"); },
      [&] { std::ofstream(date_folder + "/0123456789abcdef-00003.parquet"); },
      [&] { std::filesystem::create_directory(date_folder + "/" + first + "-00003.parquet"); },
      [&] {
        std::filesystem::remove_all(date_folder);
        std::filesystem::create_directory(date_folder);
      },
      [&] {
        std::filesystem::rename(date_folder, folder / "elsewhere");
        std::filesystem::create_directory_symlink(folder / "elsewhere", date_folder);
      },
      [&] {
        std::filesystem::remove(date_folder);
        std::ofstream(date_folder) << "a file";
      },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    if (i < 6) {
      EXPECT_OK(published.publish("signals", "rsi", kDay, shards));
      EXPECT_TRUE(holds(shards));
    }
    changes[i]();
    EXPECT_FALSE(holds(shards)) << "change " << i;
  }
  EXPECT_OK(published.publish("signals", "rsi", kDay, shards));
  EXPECT_TRUE(holds(shards));
}

TEST_F(PublishedTest, LinkThatAPersonMadeToAFolderIsFollowed) {
  const ResultRecord some = result("a"), other = result("b");
  for (const char* linked : {"results/signals", "results/signals/rsi"}) {
    std::filesystem::remove_all(folder / "results");
    std::filesystem::remove_all(folder / "elsewhere");
    std::filesystem::create_directories(parent_of(folder / linked));
    std::filesystem::create_directory(folder / "elsewhere");
    std::filesystem::create_directory_symlink(folder / "elsewhere", folder / linked);
    EXPECT_OK(published.publish("signals", "rsi", kDay, some));
    EXPECT_TRUE(holds(some)) << linked;
    EXPECT_OK(published.publish("signals", "rsi", kDay, other));
    EXPECT_TRUE(holds(other)) << linked;
    expect_view(date_folder, other, "b");
    EXPECT_OK(published.withdraw("signals", "rsi", kDay));
    EXPECT_TRUE(std::filesystem::is_symlink(folder / linked));
  }
}

TEST_F(PublishedTest, CopyThatDoesNotKeepTimesIsListed) {
  const ResultRecord shards = result("a", 3), other = result("b", 3);
  EXPECT_OK(published.publish("signals", "rsi", kDay, shards));
  const auto copied = [&] {
    std::filesystem::last_write_time(date_folder, std::filesystem::file_time_type::clock::now());
  };
  copied();
  EXPECT_TRUE(holds(shards));
  EXPECT_FALSE(holds(other));
  std::filesystem::remove(date_folder + "/" + shards.hash.hex().substr(0, 16) + "-00001.parquet");
  copied();
  EXPECT_FALSE(holds(shards));
}

// One look at the folder must be enough: 182,500 of them make a plan that has nothing to do.
TEST_F(PublishedTest, FolderIsMarkedWithWhatItHolds) {
  const ResultRecord first = result("a"), second = result("b");
  EXPECT_OK(published.publish("signals", "rsi", kDay, first));
  const auto marked = std::filesystem::last_write_time(date_folder);
  EXPECT_OK(published.publish("signals", "rsi", kDay, second));
  EXPECT_NE(std::filesystem::last_write_time(date_folder), marked);
  EXPECT_OK(published.publish("signals", "rsi", kDay, first));
  EXPECT_EQ(std::filesystem::last_write_time(date_folder), marked);
}

TEST_F(PublishedTest, StrangersInTheFolderAreIgnoredAndKept) {
  const ResultRecord some = result("a");
  EXPECT_FALSE(holds(some));
  EXPECT_OK(published.publish("signals", "rsi", kDay, some));
  std::filesystem::create_directory(folder / "results/signals/rsi/date=2024-02-31");
  std::ofstream(folder / "results/signals/rsi/README");
  EXPECT_TRUE(holds(some));
  EXPECT_OK(published.withdraw("signals", "rsi", kDay));
  EXPECT_TRUE(std::filesystem::exists(folder / "results/signals/rsi/README"));
}

TEST_F(PublishedTest, WithdrawnCellLeavesNoEmptyFolders) {
  EXPECT_OK(published.publish("signals", "rsi", kDay, result("a")));
  EXPECT_OK(published.publish("signals", "rsi", kDay + 1, result("a")));
  EXPECT_OK(published.withdraw("signals", "rsi", kDay));
  EXPECT_FALSE(holds(result("a")));
  EXPECT_TRUE(holds(result("a"), kDay + 1));
  EXPECT_OK(published.withdraw("signals", "rsi", kDay + 1));
  EXPECT_OK(published.withdraw("signals", "rsi", kDay + 1));
  EXPECT_FALSE(std::filesystem::exists(folder / "results/signals"));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "store/staging"));
}

TEST_F(PublishedTest, MissingBytesAreAnErrorAndLeaveTheOldGeneration) {
  const ResultRecord first = result("a"), second = result("b", 2);
  EXPECT_OK(published.publish("signals", "rsi", kDay, first));
  std::filesystem::remove(store->path(second.shards[1]));
  EXPECT_FALSE(published.publish("signals", "rsi", kDay, second).ok());
  expect_view(date_folder, first, "a");
  EXPECT_TRUE(std::filesystem::is_empty(folder / "store/staging"));
}

TEST_F(PublishedTest, NamesThatLeadElsewhereStopTheProcess) {
  const ResultRecord some = result("a");
  for (const char* name : {"..", "a/b", "", "A", "a..b", ".hidden", "1st"}) {
    EXPECT_DEATH((void)published.publish(name, "rsi", kDay, some), "are names") << name;
    EXPECT_DEATH((void)published.folder("signals", name), "are names") << name;
  }
}

TEST_F(PublishedTest, BlobThatHasNoLinksLeftIsCopied) {
  const ResultRecord some = result("a");
  const std::string blob = store->path(some.shards[0]);
  std::filesystem::create_directory(folder / "links");
  constexpr int kMoreThanExt4Has = 66000;  // a file system without a limit links once more
  for (int i = 0; i < kMoreThanExt4Has; ++i) {
    const std::string name = folder / "links/" + std::to_string(i);
    if (link(blob.c_str(), name.c_str()) != 0) break;
  }
  EXPECT_OK(published.publish("signals", "rsi", kDay, some));
  expect_view(date_folder, some, "a");
}

TEST_F(PublishedTest, OtherFileSystemIsCopiedTo) {
  const std::string mounted = folder / "other";
  std::filesystem::create_directory(mounted);
  if (mount("tmpfs", mounted.c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "mounting another file system needs privileges";
  }
  std::filesystem::create_directories(mounted + "/.publishing-results/left-by-a-killed-one");
  {
    FilePublished other(mounted + "/results", store.get());
    const ResultRecord first = result("a", 2), second = result("b", 3);
    EXPECT_OK(other.publish("signals", "rsi", kDay, first));
    EXPECT_OK(other.publish("signals", "rsi", kDay, second));
    EXPECT_TRUE((*other.folder("signals", "rsi"))->holds(kDay, second));
    expect_view(mounted + "/results/signals/rsi/date=2024-01-02", second, "b");
    EXPECT_TRUE(std::filesystem::is_empty(mounted + "/.publishing-results"));
    EXPECT_TRUE(std::filesystem::is_empty(folder / "store/staging"));
    EXPECT_OK(other.withdraw("signals", "rsi", kDay));
    EXPECT_TRUE(std::filesystem::is_empty(mounted + "/results"));
  }
  umount(mounted.c_str());
}

TEST_F(PublishedTest, ReaderNeverSeesTwoGenerations) {
  const ResultRecord generations[2] = {result("a", 4), result("b", 7)};
  EXPECT_OK(published.publish("signals", "rsi", kDay, generations[0]));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 1; i <= 400; ++i) {
      EXPECT_OK(published.publish("signals", "rsi", kDay, generations[i % 2]));
    }
    done = true;
  });
  int whole = 0;
  while (!done) {
    // As any reader lists: the folder is there at every moment, and whatever of it is still there
    // when it is listed is of one generation.
    EXPECT_TRUE(std::filesystem::exists(date_folder));
    std::set<std::string> prefixes;
    std::error_code error;
    std::filesystem::directory_iterator entry(date_folder, error), end;
    for (; !error && entry != end; entry.increment(error)) {
      prefixes.insert(entry->path().filename().string().substr(0, 16));
    }
    EXPECT_LE(prefixes.size(), 1u);
    whole += holds(generations[0]) || holds(generations[1]);
  }
  writer.join();
  EXPECT_GT(whole, 0);
}

TEST_F(PublishedTest, CellsArePublishedAndWithdrawnByManyThreads) {
  const ResultRecord some = result("a", 2);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      const Date date = kDay + thread;
      for (int i = 0; i < 50; ++i) {
        EXPECT_OK(published.publish("signals", "rsi", date, some));
        EXPECT_OK(published.withdraw("signals", "rsi", date));  // parents come and go
      }
      EXPECT_OK(published.publish("signals", "rsi", date, some));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int thread = 0; thread < 4; ++thread) EXPECT_TRUE(holds(some, kDay + thread));
}

}  // namespace
}  // namespace almanac
