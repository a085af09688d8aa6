// What a child may send: whatever bytes come, and however they are cut, they are outcomes of the
// task with files that are in the child's folder, or refused.
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "core/base/check.h"
#include "isolation/channel.h"
#include "isolation/outcome_frame.h"
#include "runner.pb.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace almanac;
namespace fs = std::filesystem;

constexpr size_t kLengthBytes = 4;

// The folder of a child, with results and with what is no result, and the task that it has.
struct World {
  World() {
    fs::create_directories(staging + "/folder");
    for (const char* name : {"/child/0.result", "/child/1.result", "/outside"}) {
      std::ofstream(root + name) << "bytes";
    }
    fs::create_symlink("../outside", staging + "/link");
    calculation.outputs.resize(2);
    calculation.outputs[0].name = "key";
    calculation.outputs[1].name = "value";
    task.calculation = &calculation;
    task.dates = {Date::of(2024, 1, 2), Date::of(2024, 1, 3)};
  }

  const TemporaryFolder folder;
  const std::string root = folder.path(), staging = folder / "child";
  Calculation calculation;
  CellTask task;
};

World& world() {
  static World world;
  return world;
}

// What an honest child sends: two results, or a failure after the greeting.
std::string honest(bool fails) {
  std::vector<CellOutcome> outcomes;
  for (const Date date : world().task.dates) {
    CellOutcome& outcome = outcomes.emplace_back();
    outcome.date = date;
    outcome.statistics.entities = 3;
    outcome.statistics.samples = {"a sample"};
    if (fails) {
      outcome.code = "FAILED";
      outcome.error = "why";
      outcome.stage = "process";
      continue;
    }
    outcome.result.hash = Hash{1, 2};
    outcome.result.columns = {Hash{3, 4}, Hash{5, 6}};
    outcome.result.rows = 7;
    const std::string name = std::to_string(outcomes.size() - 1) + ".result";
    outcome.files = {{world().staging + "/" + name, {std::string(64, 'a'), 5}}};
  }
  wire::Ready ready;
  ready.set_walls("limits,seccomp");
  std::string all;
  for (const std::string& message :
       {fails ? ready.SerializeAsString() : "", to_frame(outcomes).SerializeAsString()}) {
    if (message.empty()) continue;
    const auto size = static_cast<uint32_t>(message.size());
    for (size_t i = 0; i < kLengthBytes; ++i) all += static_cast<char>(size >> 8 * i);
    all += message;
  }
  return all;
}

void check(const CellOutcome& outcome, std::set<std::string>* paths) {
  if (!outcome.code.empty()) {
    CHECK(outcome.files.empty() && outcome.result.shards.empty(), "a failure has no result");
    return;
  }
  CHECK(!outcome.engine_fault, "a result is none of a failure");
  CHECK(outcome.result.columns.size() == world().calculation.outputs.size(), "all columns");
  CHECK(!outcome.files.empty(), "a result is somewhere");
  CHECK(outcome.files.size() == outcome.result.shards.size(), "each file is a shard");
  for (size_t i = 0; i < outcome.files.size(); ++i) {
    const StagedFile& file = outcome.files[i];
    struct stat state = {};
    CHECK(file.blob == outcome.result.shards[i], "in their order");
    CHECK(fs::path(file.path).parent_path() == world().staging, "in the child's folder");
    CHECK(lstat(file.path.c_str(), &state) == 0 && S_ISREG(state.st_mode), "a file");
    CHECK(static_cast<uint64_t>(state.st_size) == file.blob.bytes, "of this size");
    CHECK(file.blob.sha256.size() == 64, "with a name for the store");
    CHECK(paths->insert(file.path).second, "once");
  }
}

void take(const std::string& frame) {
  wire::Ready ready;
  static_cast<void>(ready.ParseFromString(frame));
  wire::Done done;
  if (!done.ParseFromString(frame)) return;
  const auto outcomes = from_frame(done, world().task, world().staging);
  if (!outcomes.ok()) {
    CHECK(outcomes.error().kind == Error::Kind::Data, "it is the child that is wrong");
    return;
  }
  CHECK(outcomes->size() == world().task.dates.size(), "one outcome per date");
  std::set<std::string> paths;
  for (size_t i = 0; i < outcomes->size(); ++i) {
    CHECK((*outcomes)[i].date == world().task.dates[i], "in their order");
    check((*outcomes)[i], &paths);
  }
}

}  // namespace

// Adds what honest children send to the corpus, which is given as folders.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  static std::string seeds = world().root + "/seeds";
  static std::vector<char*> arguments(*argv, *argv + *argc);
  if (*argc < 2 || !fs::is_directory(arguments.back())) return 0;
  fs::create_directory(seeds);
  for (const bool fails : {false, true}) {
    for (const char cut : {'\0', '\7'}) {
      const std::string name = "/" + std::to_string(fails) + std::to_string(cut);
      std::ofstream(seeds + name) << cut << honest(fails);
    }
  }
  arguments.push_back(seeds.data());
  *argc = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  *argv = arguments.data();
  return 0;
}

// The first byte says into how long parts the stream is cut; 0: it comes as a whole.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t part = data[0] == 0 ? std::max<size_t>(stream.size(), 1) : data[0];
  int ends[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "there are sockets");
  const FileHandle mine(ends[0]);
  FileHandle other(ends[1]);
  FrameReader reader;
  std::string seen;  // the frames, as they had come
  for (size_t sent = 0; sent < stream.size(); sent += part) {
    const size_t now = std::min(part, stream.size() - sent);
    CHECK(send(other.get(), stream.data() + sent, now, 0) == static_cast<ssize_t>(now), "room");
    const auto more = reader.read(mine.get());
    CHECK(more.ok() && *more, "the child is there");
    for (;;) {
      const auto frame = reader.next();
      if (!frame.ok()) {
        CHECK(frame.error().kind == Error::Kind::Data, "it is the child that is wrong");
        return 0;
      }
      if (!*frame) break;
      const std::string& bytes = **frame;
      for (size_t i = 0; i < kLengthBytes; ++i) seen += static_cast<char>(bytes.size() >> 8 * i);
      seen += bytes;
      CHECK(stream.starts_with(seen), "nothing is lost or made up");
      take(bytes);
    }
  }
  other = FileHandle();
  const auto more = reader.read(mine.get());
  CHECK(more.ok() && !*more, "the end is seen");
  return 0;
}
