// Files that are not what this release writes, and readers that must leave no trace.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "storage/files.h"
#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

using Mode = Ledger::Mode;

struct LedgerFileTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.db";

  Error refusal(Mode mode) {
    auto ledger = Ledger::open(path, mode);
    if (!ledger.ok()) return ledger.error();
    auto cells = (*ledger)->cells();
    if (!cells.ok()) return cells.error();
    ADD_FAILURE() << "the file was accepted";
    return {};
  }

  void expect_read_without_trace() {
    const auto before = bytes_of_folder(folder.path());
    {
      const auto ledger = std::move(*Ledger::open(path, Mode::ReadOnly));
      const auto cells = ledger->cells();
      ASSERT_TRUE(cells.ok()) << cells.error().message;
      ASSERT_EQ(cells->size(), 1u);
      expect_equal(cells->front(), cell_of("rsi", kDay, "a"));
      EXPECT_EQ(bytes_of_folder(folder.path()), before) << "while it is open";
    }
    EXPECT_EQ(bytes_of_folder(folder.path()), before);
  }

  void write_cell() {
    LeasedLedger ledger(path);
    EXPECT_OK(ledger.commit(cell_of("rsi", kDay, "a")));
  }
};

TEST_F(LedgerFileTest, EmptyFileOfVersionZeroIsMigrated) {
  std::ofstream(path).close();
  EXPECT_TRUE(std::move(*Ledger::open(path, Mode::ReadOnly))->cells()->empty());
  EXPECT_EQ(std::filesystem::file_size(path), 0u);
  write_cell();
  expect_read_without_trace();
}

TEST_F(LedgerFileTest, NewerVersionIsRefusedAndNamed) {
  write_cell();
  edit_ledger(path, "PRAGMA user_version = 99");
  const auto before = bytes_of_folder(folder.path());
  for (const Mode mode : {Mode::ReadOnly, Mode::ReadWrite}) {
    const Error error = refusal(mode);
    EXPECT_EQ(error.kind, Error::Kind::Usage);
    EXPECT_NE(error.message.find("99"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("upgrade"), std::string::npos) << error.message;
  }
  EXPECT_EQ(bytes_of_folder(folder.path()), before);
}

TEST_F(LedgerFileTest, FileOfAnotherProgramIsLeftAlone) {
  edit_ledger(path, "CREATE TABLE theirs(value)");
  const auto before = bytes_of_folder(folder.path());
  for (const Mode mode : {Mode::ReadOnly, Mode::ReadWrite}) {
    EXPECT_EQ(refusal(mode).kind, Error::Kind::Usage);
  }
  EXPECT_EQ(bytes_of_folder(folder.path()), before);
}

TEST_F(LedgerFileTest, DamagedFileIsNamed) {
  std::ofstream(path) << std::string(8192, 'x');
  for (const Mode mode : {Mode::ReadOnly, Mode::ReadWrite}) {
    const Error error = refusal(mode);
    EXPECT_EQ(error.kind, Error::Kind::Usage);
    EXPECT_NE(error.message.find(path), std::string::npos) << error.message;
  }
}

TEST_F(LedgerFileTest, DamagedPageIsAnErrorNotAWrongAnswer) {
  write_cell();
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    for (size_t page = 1; page * 4096 < std::filesystem::file_size(path); ++page) {
      file.seekp(static_cast<std::streamoff>(page * 4096));
      file << "damaged";
    }
  }
  EXPECT_EQ(refusal(Mode::ReadOnly).kind, Error::Kind::Usage);
}

TEST_F(LedgerFileTest, ReaderOfARestingLedgerLeavesNoTrace) {
  write_cell();
  EXPECT_EQ(bytes_of_folder(folder.path()).size(), 1u) << "a closed ledger is one file";
  expect_read_without_trace();
}

TEST_F(LedgerFileTest, ReaderOfAKilledWritersLedgerLeavesNoTrace) {
  TemporaryFolder living;
  LeasedLedger writer(living / "ledger.db");
  EXPECT_OK(writer.commit(cell_of("rsi", kDay, "a")));
  std::filesystem::copy(living.path(), folder.path());  // as a kill at this moment leaves it
  ASSERT_EQ(bytes_of_folder(folder.path()).size(), 3u);
  expect_read_without_trace();
  std::filesystem::remove(path + "-shm");  // as a copy without the index leaves it
  expect_read_without_trace();
}

// As a kill before the first page of a log leaves it: SQLite itself cannot read this.
TEST_F(LedgerFileTest, ReaderOfALogWithoutPagesLeavesNoTrace) {
  write_cell();
  {
    TemporaryFolder living;
    LeasedLedger writer(living / "ledger.db");
    std::filesystem::copy(living / "ledger.db-wal", path + "-wal");
  }
  std::filesystem::resize_file(path + "-wal", 32);
  std::ofstream(path + "-shm") << std::string(32768, '\0');
  const auto start = std::chrono::steady_clock::now();
  expect_read_without_trace();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << "SQLite waits 10";
}

TEST_F(LedgerFileTest, ReaderBesideAWriterThatIsKilledWhileItChangesTheIndex) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    write_cell();
    LeasedLedger ledger(path);
    (void)ledger.commit(cell_of("rsi", kDay + 1, "a"));
    (void)!write(ready[1], "", 1);
    pause();
  }
  char byte;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  const auto reader = std::move(*Ledger::open(path, Mode::ReadOnly));
  ASSERT_EQ(reader->cells()->size(), 2u);
  ASSERT_EQ(kill(child, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  close(ready[0]);
  close(ready[1]);
  // The index has its header twice; a writer changes one after the other.
  const int index = open((path + "-shm").c_str(), O_RDWR);
  ASSERT_EQ(pwrite(index, "xxxx", 4, 16), 4);  // not closed: that would free the reader's locks
  const auto before = bytes_of_folder(folder.path());
  const auto cells = reader->cells();
  ASSERT_TRUE(cells.ok()) << cells.error().message;
  EXPECT_EQ(cells->size(), 2u);
  EXPECT_EQ(std::move(*Ledger::open(path, Mode::ReadOnly))->cells()->size(), 2u);
  EXPECT_EQ(bytes_of_folder(folder.path()), before);
  close(index);
  LeasedLedger next(path);
  EXPECT_EQ(next->cells()->size(), 2u);
}

TEST_F(LedgerFileTest, ReaderBesideAWriterSeesItsCommits) {
  LeasedLedger writer(path);
  EXPECT_OK(writer.commit(cell_of("rsi", kDay, "a")));
  const auto reader = std::move(*Ledger::open(path, Mode::ReadOnly));
  EXPECT_EQ(reader->cells()->size(), 1u);
  EXPECT_OK(writer.commit(cell_of("rsi", kDay + 1, "a")));
  EXPECT_EQ(reader->cells()->size(), 2u);
}

TEST_F(LedgerFileTest, WriterThatStartsAfterAReaderIsNotOverlooked) {
  write_cell();
  const auto reader = std::move(*Ledger::open(path, Mode::ReadOnly));
  EXPECT_EQ(reader->cells()->size(), 1u);
  {
    LeasedLedger writer(path);
    EXPECT_OK(writer.commit(cell_of("rsi", kDay + 1, "a")));
    EXPECT_EQ(reader->cells()->size(), 2u) << "still in the log";
  }
  EXPECT_EQ(reader->cells()->size(), 2u) << "moved to the file";
}

TEST_F(LedgerFileTest, NamesThatUrisEscape) {
  const std::string odd = folder / "a?b#c%20 d.db";
  {
    LeasedLedger ledger(odd);
    EXPECT_OK(ledger.commit(cell_of("rsi", kDay, "a")));
  }
  EXPECT_EQ(std::move(*Ledger::open(odd, Mode::ReadOnly))->cells()->size(), 1u);
}

TEST(NetworkFileSystemTest, AreKnownByTheirType) {
  EXPECT_STREQ(network_file_system(0x6969), "NFS");
  EXPECT_STREQ(network_file_system(static_cast<int32_t>(0xff534d42)), "CIFS");
  EXPECT_STREQ(network_file_system(0xfe534d42), "SMB");
  EXPECT_EQ(network_file_system(0xef53), nullptr);      // ext4
  EXPECT_EQ(network_file_system(0x65735546), nullptr);  // FUSE: may be local
}

}  // namespace
}  // namespace almanac
