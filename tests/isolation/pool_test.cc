// When a child is used again, and when it is used no more: what a calculation leaves in its process
// reaches neither another calculation nor the attempt after a failed one.
#include "isolation/pool.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <thread>

#include "isolation/serve.h"
#include "tests/runner/fixture.h"
#include "tests/support/compiled_module.h"

// The test is its own child.
int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], almanac::kServeTasks) == 0) return almanac::serve_tasks();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

namespace almanac {
namespace {

namespace fs = std::filesystem;

// Puts out its process, how often it was called there, and who was called there before. The mood of
// a day tells it to do harm.
constexpr const char* kSource = R"cc(
#include <almanac/calculation.h>
#include <stdlib.h>
#include <unistd.h>
#include <chrono>
#include <string>
#include <thread>
#include <vector>
  using namespace almanac;

  struct Subject : Series {
    Table readings = dataset("readings");
    In<int64_t> mood = readings["mood"];
    Key<int64_t> one = key("one");
    Out<int64_t> process_id = column("process_id");
    Out<int64_t> calls = column("calls");
    Out<std::string_view> guests = column("guests");

    void process(const Span& span, Output& out) const override {
      static int64_t called;
      static std::vector<char> held;
      const char* before = getenv("GUESTS");
      const std::string all = (before ? before : "") + std::string(NAME);
      setenv("GUESTS", all.c_str(), 1);
      ++called;
      for (size_t i = 0; i < span.size(); ++i) {
        const int64_t now = span[i].rows(readings)[0][mood];
        if (now == 1) abort();
        if (now == 2) throw PermanentError("no");
        if (now == 3) held.assign(150'000'000, 'x');
        if (now == 4) std::this_thread::sleep_for(std::chrono::milliseconds(500));
        if (now == 5) std::this_thread::sleep_for(std::chrono::hours(1));
        std::string helper;
        if (now == 6) {
          const pid_t started = fork();
          if (started == 0)
            for (;;) pause();
          helper = "helper " + std::to_string(started);
        }
        out.on(i);
        Record record = out.add();
        record[one] = 1;
        record[process_id] = getpid();
        record[calls] = called;
        record[guests] = helper.empty() ? all : helper;
      }
    }
  };
  ALMANAC_CALCULATION(Subject, "tests", NAME)
)cc";
enum Mood { Calm, Aborts, Throws, Grows, Slow, Hangs, Starts };

// Compiled once for all tests.
const ModuleFolder& modules() {
  static const ModuleFolder* const folder = [] {
    auto* made = new ModuleFolder;
    for (const std::string name : {"a", "b"}) {
      made->compile_text("#define NAME \"" + name + "\"\n" + kSource, name + ".so");
    }
    std::atexit([] { delete &modules(); });
    return made;
  }();
  return *folder;
}

struct Row {
  pid_t process = 0;
  int64_t calls = 0;
  std::string guests;
};

class PoolTest : public testing::Test {
 protected:
  PoolTest() {
    for (Calculation* calculation : {&a_, &b_}) {
      const std::string name = calculation == &a_ ? "a" : "b";
      *calculation = Module::load(modules().file(name + ".so")).value().describe().value();
      calculation->module = name + ".so";
    }
    const std::string staging = staging_.file("");
    options_.child.command = {"/proc/self/exe", kServeTasks};
    options_.child.modules = fs::path(modules().file("")).parent_path();
    options_.child.memory_bytes = 1'000'000'000;
    options_.child.wall_ms = options_.child.cpu_ms = 60'000;
    options_.stage = [staging, next = std::make_shared<std::atomic<int>>(0)](const auto& name) {
      return staging + std::to_string((*next)++) + "-" + name;
    };
  }
  // Nothing of a child outlives the pool.
  ~PoolTest() override {
    pool_.reset();
    for (const pid_t process : seen_) EXPECT_FALSE(lives(process)) << process;
    EXPECT_EQ(staged("child"), 0u) << "folders of children";
  }

  // One that is not a child of this process is gone a little later.
  static bool ends(pid_t process) {
    for (int looks = 0; looks < 200 && lives(process); ++looks) usleep(10'000);
    return !lives(process);
  }
  static bool lives(pid_t process) { return kill(process, 0) == 0 || errno != ESRCH; }

  // How many names in staging contain this.
  size_t staged(const std::string& text) const {
    size_t count = 0;
    for (const auto& entry : fs::directory_iterator(staging_.file(""))) {
      count += entry.path().filename().string().find(text) != std::string::npos ? 1 : 0;
    }
    return count;
  }

  Pool& pool() {
    if (!pool_) pool_ = std::make_unique<Pool>(options_, &columns_);
    return *pool_;
  }

  // One mood per date.
  std::vector<CellOutcome> compute(const Calculation& calculation, const std::vector<Mood>& moods) {
    CellTask task;
    task.calculation = &calculation;
    Input input{{}, ""};
    for (size_t i = 0; i < moods.size(); ++i) {
      task.dates.push_back(kDay + static_cast<int>(i));
      input.days.push_back(
          day(task.dates.back(),
              table({{"mood", Type::Int64}}, "[{\"mood\": " + std::to_string(moods[i]) + "}]")));
    }
    task.inputs = {input};
    task.calendar = calendar_;
    return pool().compute(task, {});
  }

  Row row_of(const CellOutcome& outcome) {
    EXPECT_EQ(outcome.code, "") << outcome.error;
    if (!outcome.code.empty()) return {};
    const auto rows = read_back(outcome.files);
    const auto number = [&](int column) {
      return std::stoll(rows->column(column)->GetScalar(0).ValueOrDie()->ToString());
    };
    const Row row{static_cast<pid_t>(number(1)), number(2),
                  rows->column(3)->GetScalar(0).ValueOrDie()->ToString()};
    seen_.insert(row.process);
    return row;
  }
  Row calm(const Calculation& calculation) { return row_of(compute(calculation, {Calm})[0]); }

  Calculation a_, b_;
  const ModuleFolder staging_;
  ColumnCache columns_{staging_.file("columns"), 1 << 20};
  Pool::Options options_;
  std::unique_ptr<Pool> pool_;
  std::vector<Date> calendar_;
  std::set<pid_t> seen_;  // processes
};

TEST_F(PoolTest, AChildStaysWithItsCalculation) {
  const Row first = calm(a_);
  EXPECT_NE(first.process, getpid()) << "not here";
  EXPECT_EQ(first.calls, 1);
  const Row other = calm(b_);
  EXPECT_NE(other.process, first.process);
  EXPECT_EQ(other.guests, "b");
  for (int64_t calls = 2; calls < 5; ++calls) {
    const Row again = calm(a_);
    EXPECT_EQ(again.process, first.process);
    EXPECT_EQ(again.calls, calls);
    EXPECT_EQ(again.guests, std::string(static_cast<size_t>(calls), 'a'));
  }
  EXPECT_EQ(calm(b_).guests, "bb");
}

TEST_F(PoolTest, CallsAtTheSameTimeHaveAChildEach) {
  std::vector<std::vector<CellOutcome>> outcomes(3);
  pool();  // one for all
  {
    std::vector<std::jthread> threads;
    for (auto& mine : outcomes) threads.emplace_back([&] { mine = compute(a_, {Slow}); });
  }
  for (const auto& mine : outcomes) EXPECT_EQ(row_of(mine[0]).calls, 1);
  EXPECT_EQ(seen_.size(), outcomes.size());
}

TEST_F(PoolTest, AChildEndsAfterItsLastTask) {
  options_.tasks = 2;
  const Row first = calm(a_);
  EXPECT_EQ(calm(a_).process, first.process);
  EXPECT_FALSE(lives(first.process));
  EXPECT_EQ(calm(a_).calls, 1);
}

TEST_F(PoolTest, AChildEndsWhenOthersHaveBeenUsedLater) {
  options_.idle = 1;
  const Row first = calm(a_);
  EXPECT_TRUE(lives(first.process));
  calm(b_);
  EXPECT_FALSE(lives(first.process));
  EXPECT_EQ(calm(a_).calls, 1);
}

TEST_F(PoolTest, AChildThatHoldsHalfOfItsMemoryEnds) {
  options_.child.memory_bytes = 400'000'000;
  EXPECT_EQ(row_of(compute(a_, {Grows})[0]).process, calm(a_).process) << "it holds less";
  pool_.reset();
  options_.child.memory_bytes = 300'000'000;
  const Row grown = row_of(compute(a_, {Grows})[0]);
  EXPECT_FALSE(lives(grown.process));
  EXPECT_EQ(calm(a_).calls, 1);
}

TEST_F(PoolTest, AnAttemptFindsNothingOfAFailedOne) {
  for (const Mood mood : {Aborts, Throws}) {
    const Row before = calm(a_);
    EXPECT_EQ(before.calls, 1);
    const auto failed = std::move(compute(a_, {mood})[0]);
    EXPECT_EQ(failed.code, mood == Aborts ? "CRASH" : "PERMANENT") << failed.error;
    EXPECT_FALSE(failed.engine_fault);
    EXPECT_FALSE(lives(before.process));
    EXPECT_EQ(calm(a_).calls, 1);
    pool_.reset();
  }
}

TEST_F(PoolTest, AChildThatIsKilledWhileItWaitsIsReplaced) {
  const Row first = calm(a_);
  kill(first.process, SIGKILL);
  siginfo_t ended;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(first.process), &ended, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(calm(a_).calls, 1);
}

TEST_F(PoolTest, ACrashIsTheOutcomeOfAllDatesOfTheTaskAndLeavesNoFile) {
  const auto outcomes = compute(a_, {Calm, Calm, Aborts, Calm});
  ASSERT_EQ(outcomes.size(), 4u);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    EXPECT_EQ(outcomes[i].date, kDay + static_cast<int>(i));
    EXPECT_EQ(outcomes[i].code, "CRASH");
    EXPECT_NE(outcomes[i].error.find("SIGABRT"), std::string::npos) << outcomes[i].error;
  }
  pool_.reset();
  EXPECT_EQ(staged("parquet"), 0u);
}

// What a calculation has started ends with it; here while the child waits for its next task.
TEST_F(PoolTest, AChildThatEndedWhileItWaitedTakesWhatItHasStartedAlong) {
  const Row first = row_of(compute(a_, {Starts})[0]);
  pid_t helper = 0;
  ASSERT_EQ(std::sscanf(first.guests.c_str(), "helper %d", &helper), 1) << first.guests;
  ASSERT_TRUE(lives(helper));
  kill(first.process, SIGKILL);
  siginfo_t ended;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(first.process), &ended, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(calm(a_).calls, 1);
  EXPECT_TRUE(ends(helper));
}

// It has not come to the calculation: no attempt may be lost over it.
TEST_F(PoolTest, ATaskThatAChildDoesNotTakeGoesToAnother) {
  const Row first = calm(a_);
  kill(first.process, SIGSTOP);
  const std::jthread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    kill(first.process, SIGKILL);
  });
  calendar_.assign(200'000, kDay);  // more than fits between two processes
  const Row second = calm(a_);
  EXPECT_NE(second.process, first.process);
  EXPECT_EQ(second.calls, 1);
}

TEST_F(PoolTest, AHangIsEndedInTime) {
  options_.child.wall_ms = 1000;
  const auto outcome = std::move(compute(a_, {Hangs})[0]);
  EXPECT_EQ(outcome.code, "TIMEOUT");
  EXPECT_FALSE(outcome.engine_fault);
  EXPECT_EQ(calm(a_).calls, 1);
}

TEST_F(PoolTest, ACommandThatIsNotThereIsTheEnginesFaultAndNamed) {
  options_.child.command = {"/nowhere/almanac", kServeTasks};
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto outcome = std::move(compute(a_, {Calm})[0]);
    EXPECT_EQ(outcome.code, "ENGINE");
    EXPECT_TRUE(outcome.engine_fault);
    EXPECT_NE(outcome.error.find("/nowhere/almanac"), std::string::npos) << outcome.error;
    EXPECT_NE(outcome.error.find("see that the command is there"), std::string::npos);
  }
}

TEST_F(PoolTest, ACommandThatEndsAtOnceIsTheEnginesFaultAndQuoted) {
  options_.child.command = {"/bin/sh", "-c", "echo no such option >&2; exit 1"};
  const auto outcome = std::move(compute(a_, {Calm})[0]);
  EXPECT_EQ(outcome.code, "ENGINE");
  EXPECT_TRUE(outcome.engine_fault);
  EXPECT_NE(outcome.error.find("no such option"), std::string::npos) << outcome.error;
}

TEST_F(PoolTest, StagedFilesAreTheParentsWhenTheChildIsGone) {
  const auto outcomes = compute(a_, {Calm, Calm});
  std::set<std::string> paths;
  for (const auto& outcome : outcomes) {
    row_of(outcome);
    for (const StagedFile& file : outcome.files) paths.insert(file.path);
  }
  EXPECT_EQ(paths.size(), 2u);
  pool_.reset();
  for (const std::string& path : paths) {
    EXPECT_EQ(fs::path(path).parent_path(), fs::path(staging_.file("x")).parent_path());
    EXPECT_TRUE(fs::is_regular_file(path)) << path;
  }
}

}  // namespace
}  // namespace almanac
