// What a child may send that no honest child sends.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "isolation/channel.h"
#include "isolation/outcome_frame.h"
#include "runner.pb.h"
#include "tests/support/temporary_folder.h"

namespace almanac {
namespace {

namespace fs = std::filesystem;

class Frames : public testing::Test {
 protected:
  Frames() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    mine_ = FileHandle(ends[0]);
    other_ = FileHandle(ends[1]);
  }

  void send(const std::string& bytes) {
    ASSERT_EQ(::send(other_.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }

  FileHandle mine_, other_;
  FrameReader reader_;
};

TEST_F(Frames, ComeWholeHoweverTheyAreCut) {
  const std::string bytes("\3\0\0\0abc\0\0\0\0\1\0\0\0x", 16);
  std::vector<std::string> frames;
  for (const char byte : bytes) {
    send(std::string(1, byte));
    EXPECT_TRUE(*reader_.read(mine_.get()));
    for (;;) {
      auto frame = reader_.next();
      ASSERT_TRUE(frame.ok());
      if (!*frame) break;
      frames.push_back(**frame);
    }
  }
  EXPECT_EQ(frames, (std::vector<std::string>{"abc", "", "x"}));
  other_ = FileHandle();
  EXPECT_FALSE(*reader_.read(mine_.get())) << "the end is seen";
}

TEST_F(Frames, ALengthThatIsTooLongIsBelievedByNobody) {
  send("\xff\xff\xff\xff");
  EXPECT_TRUE(*reader_.read(mine_.get()));
  const auto frame = reader_.next();
  ASSERT_FALSE(frame.ok());
  EXPECT_EQ(frame.error().kind, Error::Kind::Data);
}

TEST_F(Frames, NothingIsWaitedFor) {
  EXPECT_TRUE(*reader_.read(mine_.get()));
  send("\5\0\0\0ab");
  EXPECT_TRUE(*reader_.read(mine_.get()));
  EXPECT_FALSE(*reader_.next());
}

TEST_F(Frames, DescriptorsFollowInOrderAlsoWhereTheyAreMany) {
  constexpr size_t kMany = 150;
  std::vector<FileHandle> files;
  std::vector<int> numbers;
  const TemporaryFolder folder;
  for (size_t i = 0; i < kMany; ++i) {
    const std::string path = folder / std::to_string(i);
    std::ofstream(path) << i;
    auto file = open_for_reading(path);
    ASSERT_TRUE(file.ok());
    files.push_back(std::move(*file));
    numbers.push_back(files.back().get());
  }
  std::thread sender([&] { EXPECT_TRUE(send_descriptors(other_.get(), numbers).ok()); });
  Descriptors descriptors(mine_.get());
  for (size_t i = 0; i < kMany; ++i) {
    const auto file = descriptors.next();
    ASSERT_TRUE(file.ok());
    char text[8] = {};
    ASSERT_GT(pread(file->get(), text, sizeof text - 1, 0), 0);
    EXPECT_EQ(text, std::to_string(i));
  }
  sender.join();
}

// A user without rights may have as many files under way between processes as one of them may have
// open (unix(7), ETOOMANYREFS): what comes then waits until they are taken.
TEST_F(Frames, DescriptorsWaitForThoseOfAnotherChildToBeTaken) {
  if (geteuid() != 0) GTEST_SKIP() << "needs to become another user, to be alone";
  const pid_t process = fork();
  if (process == 0) {
    const rlimit few{100, 100};
    if (setresuid(64'999, 64'999, 64'999) != 0 || setrlimit(RLIMIT_NOFILE, &few) != 0) _exit(2);
    const std::vector<int> many(400, other_.get());
    std::thread sender([&] {
      const auto sent = send_descriptors(other_.get(), many);
      if (!sent.ok()) {
        fprintf(stderr, "%s\n", sent.error().message.c_str());
        _exit(3);
      }
    });
    usleep(100'000);  // it has to wait by now
    Descriptors descriptors(mine_.get());
    for (size_t i = 0; i < many.size(); ++i) {
      if (!descriptors.next().ok()) _exit(4);
    }
    sender.join();
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(process, &status, 0), process);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

class Outcomes : public testing::Test {
 protected:
  Outcomes() {
    std::ofstream(folder_ + "/result") << "bytes";
    calculation_.id = "subject";
    calculation_.outputs.resize(2);
    calculation_.outputs[0].name = "key";
    calculation_.outputs[1].name = "value";
    task_.calculation = &calculation_;
    task_.dates = {Date::of(2024, 1, 2)};
  }
  wire::Done honest() const {
    CellOutcome outcome;
    outcome.date = task_.dates[0];
    outcome.result.hash = Hash{1, 2};
    outcome.result.columns = {Hash{3, 4}, Hash{5, 6}};
    outcome.result.rows = 7;
    outcome.files = {{folder_ + "/result", {std::string(64, 'a'), 5}}};
    outcome.statistics.entities = 8;
    return to_frame({outcome});
  }

  // Whether an outcome with this change is refused.
  bool refused(const std::function<void(wire::Done*)>& change) const {
    wire::Done done = honest();
    change(&done);
    const auto outcomes = from_frame(done, task_, folder_);
    if (outcomes.ok()) return false;
    EXPECT_EQ(outcomes.error().kind, Error::Kind::Data);
    return true;
  }

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path();
  Calculation calculation_;
  CellTask task_;
};

TEST_F(Outcomes, AreTheSameOnTheOtherSide) {
  const auto outcomes = from_frame(honest(), task_, folder_);
  ASSERT_TRUE(outcomes.ok());
  const CellOutcome& outcome = (*outcomes)[0];
  EXPECT_EQ(outcome.result.hash, (Hash{1, 2}));
  EXPECT_EQ(outcome.result.columns, (std::vector{Hash{3, 4}, Hash{5, 6}}));
  EXPECT_EQ(*outcome.result.names, (std::vector<std::string>{"key", "value"}));
  EXPECT_EQ(outcome.result.rows, 7u);
  EXPECT_EQ(outcome.files[0].path, folder_ + "/result");
  EXPECT_EQ(outcome.result.shards, std::vector{outcome.files[0].blob});
  EXPECT_EQ(outcome.statistics.entities, 8u);
}

// What the engine meets in a child that has no more memory or descriptors costs an attempt.
TEST_F(Outcomes, OfALimitOfTheProcessAreNoFaultOfTheEngineOrOfTheResult) {
  for (const char* code : {"STORE", "INPUT", "ENGINE", "SCHEMA_MISMATCH", "PERMANENT"}) {
    for (const char* error :
         {"malloc of size 64 failed", "Too many open files", "No space left on device"}) {
      wire::Done done = honest();
      wire::Outcome* outcome = done.mutable_outcomes(0);
      const bool fault = std::string(code).size() <= 6;
      outcome->set_code(code);
      outcome->set_error(error);
      outcome->set_engine_fault(fault);
      outcome->set_deterministic(!fault);
      const auto found = from_frame(done, task_, folder_);
      ASSERT_TRUE(found.ok());
      const bool limit =
          code != std::string("PERMANENT") && error != std::string("No space left on device");
      EXPECT_EQ((*found)[0].code, limit ? "FAILED" : code) << error;
      EXPECT_EQ((*found)[0].engine_fault, fault && !limit) << code << error;
      EXPECT_EQ((*found)[0].deterministic, !fault && !limit) << code << error;
    }
  }
}

TEST_F(Outcomes, OfOtherDatesAreRefused) {
  EXPECT_TRUE(refused([](wire::Done* done) { done->mutable_outcomes(0)->set_date(1); }));
  EXPECT_TRUE(refused([](wire::Done* done) { done->clear_outcomes(); }));
  EXPECT_TRUE(refused([](wire::Done* done) { *done->add_outcomes() = done->outcomes(0); }));
}

TEST_F(Outcomes, OfNoKnownKindAreRefused) {
  EXPECT_TRUE(refused([](wire::Done* done) { done->mutable_outcomes(0)->set_code("no code"); }));
  EXPECT_TRUE(refused(
      [](wire::Done* done) { done->mutable_outcomes(0)->set_code(std::string(1 << 20, 'A')); }));
  EXPECT_TRUE(refused([](wire::Done* done) { done->mutable_outcomes(0)->set_stage("party"); }));
  EXPECT_TRUE(refused([](wire::Done* done) { done->mutable_outcomes(0)->set_engine_fault(true); }));
}

TEST_F(Outcomes, ThatNameAFileTwiceAreRefused) {
  EXPECT_TRUE(refused([](wire::Done* done) {
    *done->mutable_outcomes(0)->add_files() = done->outcomes(0).files(0);
  }));
  task_.dates.push_back(task_.dates[0] + 1);
  EXPECT_TRUE(refused([](wire::Done* done) {
    *done->add_outcomes() = done->outcomes(0);
    done->mutable_outcomes(1)->set_date(done->outcomes(0).date() + 1);
  }));
}

TEST_F(Outcomes, WithoutIdentityAreRefused) {
  EXPECT_TRUE(refused([](wire::Done* done) { done->mutable_outcomes(0)->set_hash("short"); }));
  EXPECT_TRUE(refused([](wire::Done* done) { done->mutable_outcomes(0)->clear_columns(); }));
  EXPECT_TRUE(refused([](wire::Done* done) { done->mutable_outcomes(0)->set_columns(1, ""); }));
  EXPECT_TRUE(refused([](wire::Done* done) {
    done->mutable_outcomes(0)->add_columns(std::string(Hash::kBytes, 'x'));
  }));
}

TEST_F(Outcomes, WithFilesThatAreNotTheirsAreRefused) {
  std::ofstream(folder_ + "-outside") << "bytes";
  fs::create_symlink(folder_ + "-outside", folder_ + "/link");
  fs::create_directory(folder_ + "/folder");
  const std::string up = "../" + fs::path(folder_ + "-outside").filename().string();
  for (const std::string& path :
       {std::string(), std::string("missing"), std::string("link"), std::string("folder"), up,
        folder_ + "-outside", std::string("..")}) {
    EXPECT_TRUE(refused([&](wire::Done* done) {
      done->mutable_outcomes(0)->mutable_files(0)->set_path(path);
    })) << path;
  }
  EXPECT_TRUE(
      refused([](wire::Done* done) { done->mutable_outcomes(0)->mutable_files(0)->set_bytes(6); }));
  EXPECT_TRUE(refused([](wire::Done* done) {
    done->mutable_outcomes(0)->mutable_files(0)->set_sha256("../../etc/passwd");
  }));
  EXPECT_TRUE(refused([](wire::Done* done) { done->mutable_outcomes(0)->clear_files(); }));
  fs::remove(folder_ + "-outside");
}

}  // namespace
}  // namespace almanac
