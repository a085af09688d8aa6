// What it costs that a cell is computed in a child, against in this process:
//
//   isolation_cost PROJECT CALCULATION DATE [ROUNDS]
//
// The project is built, and what the cell reads is computed already. Prints the median of ROUNDS
// (default 21) of each kind, all kinds in each round: in this process; in a child that has computed
// the cell before; in a new child; in a child that is new and whose columns are decoded anew.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "activities/compute.h"
#include "activities/plan.h"
#include "core/manifest/manifest_json.h"
#include "isolation/serve.h"
#include "runner/module.h"
#include "storage/project_file.h"

namespace almanac {
namespace {

namespace fs = std::filesystem;

template <class T>
T must(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}

void check(const std::vector<CellOutcome>& outcomes) {
  for (const CellOutcome& outcome : outcomes) {
    for (const StagedFile& file : outcome.files) fs::remove(file.path);
    if (outcome.code.empty()) continue;
    std::fprintf(stderr, "%s: %s\n", outcome.code.c_str(), outcome.error.c_str());
    std::exit(1);
  }
}

double ms_of(const std::function<std::vector<CellOutcome>()>& compute) {
  const auto begun = std::chrono::steady_clock::now();
  const auto outcomes = compute();
  const std::chrono::duration<double, std::milli> ms = std::chrono::steady_clock::now() - begun;
  check(outcomes);
  return ms.count();
}

int measure(const std::string& folder, const std::string& id, Date date, int rounds) {
  Project project = must(read_project(folder, [](const char*) -> const char* { return nullptr; }));
  const std::string root = project.root;
  std::ifstream file(root + "/.almanac/build/manifest.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto workspace =
      must(open_workspace(std::move(project), must(manifest_from_json(text)), Access::Write));
  workspace->root_data = workspace->open_root_data();
  const auto planning = must(start_planning(*workspace, {}, date + 1));
  (void)plan_cells(*planning);
  const auto cell = planning->planner->cell_at(id, date);
  if (!cell) {
    std::fprintf(stderr, "%s has no cell on %s\n", id.c_str(), date.str().c_str());
    return 1;
  }
  const std::vector<std::string> command{"/proc/self/exe", kServeTasks};
  const auto make = [&] {
    return std::make_unique<Compute>(workspace.get(), Limits(), command, 1);
  };
  const auto results = std::make_shared<Results>(workspace->store.get());
  auto warm = make();
  const CellTask task = warm->task(*planning->planner, workspace->root_data, results, cell->first,
                                   {cell->second}, true);
  Module module = must(Module::load(workspace->modules() + "/" + task.calculation->module,
                                    task.calculation->module_sha256));
  const StagePath stage = [&](const std::string& name) { return workspace->store->stage(name); };
  check(warm->run(task));
  std::vector<double> here, again, fresh, decoded;
  for (int round = 0; round < rounds; ++round) {
    here.push_back(ms_of([&] { return execute(module, task, stage); }));
    again.push_back(ms_of([&] { return warm->run(task); }));
    fresh.push_back(ms_of([&] { return make()->run(task); }));
    fs::remove_all(root + "/.almanac/cache/columns");
    decoded.push_back(ms_of([&] { return make()->run(task); }));
  }
  const auto print = [](const char* what, std::vector<double> ms) {
    std::sort(ms.begin(), ms.end());
    std::printf("%-44s %8.1f ms (%.1f - %.1f)\n", what, ms[ms.size() / 2], ms.front(), ms.back());
  };
  print("in this process", here);
  print("in a warm child", again);
  print("in a new child", fresh);
  print("in a new child, columns decoded anew", decoded);
  return 0;
}

}  // namespace
}  // namespace almanac

int main(int argc, char** argv) {
  using almanac::Date;
  if (argc == 2 && std::string(argv[1]) == almanac::kServeTasks) return almanac::serve_tasks();
  const auto date = argc < 4 ? std::nullopt : Date::parse(argv[3]);
  if (!date) {
    std::fprintf(stderr, "usage: isolation_cost PROJECT CALCULATION DATE [ROUNDS]\n");
    return 2;
  }
  return almanac::measure(argv[1], argv[2], *date, argc > 4 ? std::atoi(argv[4]) : 21);
}
