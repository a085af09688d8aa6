// What must go on behind all walls, and what raise_walls says of them.
#include <arrow/buffer.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <clocale>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <thread>

#include "isolation/walls.h"
#include "tests/isolation/walled_child.h"
#include "tests/runner/fixture.h"
#include "tests/support/compiled_module.h"

namespace almanac {
namespace {

const std::vector<Wall> kAll = {kAllWalls.begin(), kAllWalls.end()};

class WallsAll : public testing::Test {
 protected:
  void SetUp() override {
    for (const Wall wall : kAllWalls) NEEDS_WALL(wall);
  }
  Grounds grounds;
};

TEST_F(WallsAll, ACalculationIsLoadedAndComputes) {
  const ModuleFolder folder;
  const std::string path = folder.compile_text(R"(
#include <almanac/calculation.h>
using namespace almanac;
struct Doubled : WholeDate {
  Table lots = dataset("lots");
  In<double> value = lots["value"];
  Key<int64_t> user = key("user_id");
  Out<double> doubled = column("doubled");
  void process(const Day& day, Output& out) const override {
    double sum = 0;
    for (Row row : day.rows(lots)) sum += row[value];
    Record record = out.add();
    record[user] = 1;
    record[doubled] = 2 * sum;
  }
};
ALMANAC_CALCULATION(Doubled, "tests", "doubled")
)",
                                               "doubled.so");
  grounds.limits.readable = {std::filesystem::path(path).parent_path()};
  const auto rows = table({{"value", Type::Float64}}, R"([{"value": 1}, {"value": 2}])");
  const auto outcome = behind(kAll, grounds.limits, [&] {
    auto module = Module::load(path);
    if (!module) return module.error().message;
    const Calculation calculation = module->describe().value();
    CellTask task;
    task.calculation = &calculation;
    task.dates = {kDay};
    task.inputs = {{{day(kDay, rows)}, ""}};
    return text_of(
        execute(*module, task, [&](const std::string& name) { return grounds.staging(name); })[0]);
  });
  EXPECT_EQ(outcome, "1, 6");
}

// With its pool for files, its pool for columns and an allocator that reserves much.
TEST_F(WallsAll, ArrowReadsAndWritesWithItsThreads) {
  grounds.limits.memory_bytes = 256u << 20;
  const auto rows = table({{"a", Type::Int64}, {"b", Type::Float64}},
                          R"([{"a": 1, "b": 0.5}, {"a": 2, "b": 1.5}])");
  const auto outcome = behind(kAll, grounds.limits, [&]() -> std::string {
    auto pool = arrow::default_memory_pool();
    const auto written = arrow::Table::FromRecordBatches({rows}).ValueOrDie();
    auto sink = arrow::io::FileOutputStream::Open(grounds.staging("rows")).ValueOrDie();
    const auto status = parquet::arrow::WriteTable(*written, pool, sink, 1);
    if (!status.ok() || !sink->Close().ok()) return status.ToString();
    auto file =
        arrow::io::MemoryMappedFile::Open(grounds.staging("rows"), arrow::io::FileMode::READ);
    parquet::ArrowReaderProperties properties(/*use_threads=*/true);
    properties.set_pre_buffer(true);
    parquet::arrow::FileReaderBuilder builder;
    if (!builder.Open(file.ValueOrDie()).ok()) return "cannot be opened";
    std::unique_ptr<parquet::arrow::FileReader> reader;
    reader = builder.properties(properties)->memory_pool(pool)->Build().ValueOrDie();
    const auto large = arrow::AllocateBuffer(100 << 20, pool);
    return text_of(*reader->ReadTable().ValueOrDie()->CombineChunks().ValueOrDie()) +
           (large.ok() ? "" : large.status().ToString());
  });
  EXPECT_EQ(outcome, "1, 0.5; 2, 1.5");
}

TEST_F(WallsAll, ThreadsRun) {
  const auto outcome = behind(kAll, grounds.limits, [] {
    std::vector<int> results(8);
    std::vector<std::thread> threads;
    for (int& result : results) threads.emplace_back([&result] { result = 1; });
    for (std::thread& thread : threads) thread.join();
    return std::to_string(std::accumulate(results.begin(), results.end(), 0));
  });
  EXPECT_EQ(outcome, "8");
}

TEST_F(WallsAll, TimeZonesAndLocalesAreFound) {
  if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Zurich")) {
    GTEST_SKIP() << "no time zones on this machine";
  }
  const auto outcome = behind(kAll, grounds.limits, [] {
    setenv("TZ", "Europe/Zurich", 1);
    tzset();
    const time_t summer = 1720000000;
    tm local{};
    localtime_r(&summer, &local);
    const char* locale = std::setlocale(LC_ALL, "C.UTF-8");
    return std::to_string(local.tm_gmtoff) + " " + (locale != nullptr ? locale : "no locale");
  });
  EXPECT_EQ(outcome, "7200 C.UTF-8");
}

TEST_F(WallsAll, AbortEndsTheProcessAndNothingElse) {
  EXPECT_EQ(behind(kAll, grounds.limits, []() -> std::string { abort(); }), "signal ABRT");
}

// As the parent hands tables over.
TEST_F(WallsAll, DescriptorsAreReceivedAndMapped) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  WalledChild child(kAll, grounds.limits, [&] {
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (recvmsg(ends[1], &message, MSG_CMSG_CLOEXEC) != 1) return "recvmsg " + outcome_of(-1);
    int fd = -1;
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    void* mapped = mmap(nullptr, 6, PROT_READ, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) return "mmap " + outcome_of(-1);
    return std::string(static_cast<const char*>(mapped), 6);
  });
  const int fd = open(grounds.outside("secret").c_str(), O_RDONLY | O_CLOEXEC);
  char byte = 'x';
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  EXPECT_EQ(sendmsg(ends[0], &message, 0), 1);
  EXPECT_EQ(child.result(), "secret");
  for (const int end : {ends[0], ends[1], fd}) close(end);
}

TEST_F(WallsAll, TheParentStillLimitsTheTimeAndKills) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  WalledChild child(kAll, grounds.limits, [&] {
    char byte;
    if (read(ends[0], &byte, 1) != 1) return std::string("no byte");
    rlimit time{};
    getrlimit(RLIMIT_CPU, &time);
    const rlimit more{time.rlim_max, time.rlim_max};
    return outcomes({std::to_string(time.rlim_cur), outcome_of(setrlimit(RLIMIT_CPU, &more))});
  });
  const rlimit time{50, 60};
  EXPECT_EQ(prlimit(child.pid(), RLIMIT_CPU, &time, nullptr), 0);
  EXPECT_EQ(kill(child.pid(), 0), 0);
  EXPECT_EQ(write(ends[1], "x", 1), 1);
  EXPECT_EQ(child.result(), "50 EPERM");
  close(ends[0]);
  close(ends[1]);
}

TEST_F(WallsAll, TheProcessStillDiesWithItsParent) {
  const auto outcome = behind(
      kAll, grounds.limits,
      [] {
        int signal = 0;
        prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0);
        return outcomes({std::to_string(signal), outcome_of(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0))});
      },
      [] { prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); });
  EXPECT_EQ(outcome, "9 EPERM");
}

TEST_F(WallsAll, AUserWithoutPrivilegesRaisesThemToo) {
  if (geteuid() != 0) GTEST_SKIP() << "so are all tests of this user";
  constexpr uid_t kNobody = 65534;
  CHECK(chmod(grounds.outside("").c_str(), 0755) == 0, "an own folder");
  CHECK(chown(grounds.limits.writable.c_str(), kNobody, kNobody) == 0, "an own folder");
  const auto outcome = behind(
      kAll, grounds.limits,
      [&] {
        std::ofstream(grounds.staging("made")) << "text";
        return outcomes({std::to_string(std::filesystem::file_size(grounds.staging("made"))),
                         outcome_of(open(grounds.modules("table").c_str(), O_RDONLY | O_CLOEXEC))});
      },
      [] {
        CHECK(setgid(kNobody) == 0 && setuid(kNobody) == 0, "root may become anyone");
        prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);  // as after exec
      });
  EXPECT_EQ(outcome, "4 allowed");
}

TEST_F(WallsAll, TheyAreNamed) {
  const auto outcome = behind({}, grounds.limits, [&] {
    const Walls walls = raise_walls(Sandbox::BestEffort, grounds.limits).value();
    return outcomes({walls.text(), std::to_string(walls.missing.size())});
  });
  EXPECT_EQ(outcome, "network,files,limits,privileges,landlock,seccomp 0");
}

// Behind seccomp there is no call left with which to raise the others.
TEST(Walls, OneThatCannotBeRaisedIsNamedWithItsReason) {
  NEEDS_WALL(Wall::Seccomp);
  const Grounds grounds;
  EXPECT_EQ(behind({Wall::Seccomp}, grounds.limits,
                   [&] {
                     const auto raised =
                         raise_walls(Sandbox::Strict, grounds.limits, {Wall::Landlock});
                     return raised ? "" : raised.error().message;
                   }),
            "the wall landlock: not in this kernel (5.13 or later, lsm=landlock): Operation not "
            "permitted: allow it, or run with sandbox = \"best_effort\"");
  EXPECT_EQ(behind({Wall::Seccomp}, grounds.limits,
                   [&] {
                     const Walls walls = raise_walls(Sandbox::BestEffort, grounds.limits).value();
                     return walls.text() + ": " + std::to_string(walls.missing.size());
                   }),
            "none: 6");
}

TEST(Walls, NoneIsRaisedWhereTheyAreOff) {
  const Walls walls = raise_walls(Sandbox::Off, {}).value();
  EXPECT_EQ(walls.text(), "none");
  EXPECT_TRUE(walls.missing.empty());
}

TEST(Walls, AProcessWithSeveralThreadsIsRefused) {
  const Grounds grounds;
  EXPECT_EQ(behind({}, grounds.limits,
                   [&] {
                     std::thread other([] { pause(); });
                     other.detach();
                     const auto raised = raise_walls(Sandbox::BestEffort, grounds.limits);
                     return raised ? raised->text() : raised.error().message;
                   }),
            "walls: expected a process with one thread, found 2: raise them before anything "
            "starts threads");
}

TEST(Walls, APathThatIsNotThereIsNamed) {
  Grounds grounds;
  const std::string nothing = grounds.outside("nothing");
  grounds.limits.readable.push_back(nothing);
  EXPECT_EQ(behind({Wall::Limits}, grounds.limits, [] { return "raised"; }),
            "walls: readable path " + nothing + ": No such file or directory");
  grounds.limits.writable = "/tmp";
  EXPECT_EQ(behind({Wall::Limits}, grounds.limits, [] { return "raised"; }),
            "walls: writable folder /tmp: expected the absolute path of a folder of its own");
}

}  // namespace
}  // namespace almanac
