// What planning costs when there is nothing to do: 500 calculations x 365 dates.
//
//   plan_noop make DIR [CALCULATIONS] [DATES]   a synthetic project: ledger, store, view, root data
//   plan_noop plan DIR                          what `almanac plan` does after the build
//
// The graph is that of the peers' benchmark: five layers, a cell reads three cells of earlier
// layers (layer 0 the date's input), every tenth calculation its own cell of the day before.
#include <openssl/evp.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "activities/plan.h"
#include "core/manifest/manifest_json.h"
#include "storage/project_file.h"

namespace almanac {
namespace {

namespace fs = std::filesystem;
using Source = Calculation::Source;

constexpr int kLayers = 5;
constexpr Date kFirst = Date::of(2024, 1, 1);
constexpr size_t kBatch = 2000;

template <class T>
T must(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}
void must(Result<void> result) {
  if (result.ok()) return;
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}

std::string id_of(int i) {
  char text[16];
  std::snprintf(text, sizeof text, "c%04d", i);
  return text;
}

std::vector<Calculation> calculations(int count) {
  std::vector<Calculation> out;
  uint32_t state = 1;
  auto random = [&] { return state = state * 1664525u + 1013904223u; };
  for (int i = 0; i < count; ++i) {
    Calculation c;
    c.id = id_of(i);
    c.category = "bench";
    c.file = "calculations/" + c.id + ".cc";
    c.module = c.id + ".so";
    c.code_hash = Hash{1, static_cast<uint64_t>(i)};
    c.outputs = {{"key", Type::Int64, true, false, false, false},
                 {"x", Type::Float64, false, false, false, false},
                 {"y", Type::Float64, false, false, false, false}};
    const int layer = i * kLayers / count;
    if (layer == 0) {
      c.reads.push_back({Source::Dataset, "input", false, 1, {{"x", Type::Int64}}});
    } else {
      const int below = layer * count / kLayers;
      for (int k = 0; k < 3; ++k) {
        const std::string name = id_of(static_cast<int>(random() >> 8) % below);
        bool known = false;
        for (const auto& read : c.reads) known |= read.name == name;
        if (!known)
          c.reads.push_back({Source::Calculation, name, false, 1, {{"x", Type::Float64}}});
      }
    }
    if (i % 10 == 5) c.reads.push_back({Source::Previous, "", false, 1, {{"x", Type::Float64}}});
    out.push_back(std::move(c));
  }
  return out;
}

std::string sha256(const std::string& bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    char text[3];
    std::snprintf(text, sizeof text, "%02x", digest[i]);
    hex += text;
  }
  return hex;
}

void make(const std::string& root, int count, int dates) {
  fs::create_directories(root + "/data");
  fs::create_directories(root + "/.almanac/build");
  std::ofstream(root + "/almanac.toml")
      << "[project]\nname = \"bench\"\ncalendar = \"dataset:input\"\n[dataset.input]\n"
         "path = \"data/input.csv\"\ndate_column = \"date\"\nentity = \"key\"\n";
  std::ofstream csv(root + "/data/input.csv");
  csv << "date,key,x\n";
  for (int d = 0; d < dates; ++d) csv << (kFirst + d).str() << ",1," << d << "\n";
  csv.close();
  const Project project = must(read_project(root, std::getenv));
  const Manifest manifest = must(make_manifest(calculations(count), project));
  std::ofstream(root + "/.almanac/build/manifest.json") << to_json(manifest);

  auto workspace = must(open_workspace(project, manifest, Access::Write));
  Ledger::LeaseHolder holder;
  const auto lease = *must(workspace->ledger->acquire({"make"}, &holder));
  auto planning = must(start_planning(*workspace, {}, kFirst + dates + 1));
  Planner& planner = *planning->planner;
  std::vector<Ledger::Commit> commits;
  auto flush = [&] {
    must(workspace->ledger->commit(lease, commits));
    std::vector<Ledger::Publication> published;
    for (const auto& commit : commits) {
      const CellRecord& cell = *commit.cell;
      published.push_back({{cell.calculation, cell.date}, cell.result->hash, cell.category});
    }
    must(workspace->ledger->mark_published(lease, published));
    commits.clear();
  };
  for (size_t day = 0; day < planner.days(); ++day) {
    for (size_t c = 0; c < manifest.calculations.size(); ++c) {
      const CellPlan plan = planner.evaluate(c, day);
      ResultRecord result;
      result.names = std::make_shared<const std::vector<std::string>>(
          std::vector<std::string>{"key", "x", "y"});
      result.columns = {Hash{1, 1}, Hash{c, day}, Hash{day, c}};
      result.hash = Hasher().add(uint64_t{c}).add(uint64_t{day}).digest();
      result.rows = 1;
      const std::string bytes = result.hash.hex();
      result.shards = {{sha256(bytes), bytes.size()}};
      const std::string path = workspace->store->path(result.shards[0]);
      fs::create_directories(fs::path(path).parent_path());
      std::ofstream(path) << bytes;
      CellRecord cell;
      cell.calculation = manifest.calculations[c].id;
      cell.date = planner.date(day);
      cell.key = plan.key;
      cell.identity = planner.identity(c);
      cell.dated = plan.dated;
      cell.provenance = plan.provenance;
      cell.computation = static_cast<int64_t>(1 + day * manifest.calculations.size() + c);
      cell.result = std::make_shared<ResultRecord>(result);
      cell.category = "bench";
      cell.published = true;
      must(workspace->published->publish("bench", cell.calculation, cell.date, result));
      planner.settle(c, day, Settled{Settled::Now::Final, cell.computation, cell.result});
      Ledger::Commit commit;
      commit.cell = std::move(cell);
      commits.push_back(std::move(commit));
      if (commits.size() == kBatch) flush();
    }
  }
  flush();
  must(workspace->ledger->release(lease));
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void plan(const std::string& root) {
  const auto start = std::chrono::steady_clock::now();
  const Project project = must(read_project(root, std::getenv));
  std::ifstream in(root + "/.almanac/build/manifest.json");
  const Manifest manifest = must(manifest_from_json(
      std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>())));
  auto workspace = must(open_workspace(project, manifest, Access::Read));
  const double opened = seconds_since(start);
  auto planning = must(start_planning(*workspace, {}, Date::of(2100, 1, 1)));
  const double loaded = seconds_since(start);
  const auto cells = plan_cells(*planning);
  size_t pending = 0;
  for (const auto& cell : cells) pending += is_change(cell.verdict);
  std::printf(
      "{\"cells\": %zu, \"pending\": %zu, \"open_s\": %.3f, \"load_s\": %.3f, "
      "\"decide_s\": %.3f}\n",
      cells.size(), pending, opened, loaded - opened, seconds_since(start) - loaded);
}

}  // namespace
}  // namespace almanac

int main(int argc, char** argv) {
  const std::string verb = argc > 2 ? argv[1] : "";
  if (verb == "make") {
    almanac::make(argv[2], argc > 3 ? std::atoi(argv[3]) : 500,
                  argc > 4 ? std::atoi(argv[4]) : 365);
  } else if (verb == "plan") {
    almanac::plan(argv[2]);
  } else {
    std::fprintf(stderr, "usage: plan_noop make|plan DIR [CALCULATIONS] [DATES]\n");
    return 2;
  }
}
