// How many made-up contexts a version of a calculation is looked at in, as comparisons do it:
//
//   contexts PROJECT CALCULATION [ROUNDS]
//
// The project is built. Prints the median of ROUNDS (default 11) of 4096 contexts each: making
// them, and computing the calculation in them in a child, one after the other.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/manifest/manifest_json.h"
#include "isolation/serve.h"
#include "simulator/behaviour/laboratory.h"
#include "simulator/behaviour/suite.h"
#include "storage/project_file.h"

namespace almanac {
namespace {

using behaviour::kDrawn;

template <class T>
T must(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void print(const char* what, std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  const auto rate = [](double s) { return static_cast<double>(kDrawn) / s; };
  std::printf("%-10s %9.0f contexts/s (%.0f - %.0f)\n", what, rate(seconds[seconds.size() / 2]),
              rate(seconds.back()), rate(seconds.front()));
}

int measure(const std::string& folder, const std::string& id, int rounds) {
  const Project project =
      must(read_project(folder, [](const char*) -> const char* { return nullptr; }));
  const std::string build = project.root + "/.almanac/build";
  std::ifstream file(build + "/manifest.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Manifest manifest = must(manifest_from_json(text));
  const Calculation* calculation = manifest.find(id);
  if (calculation == nullptr) {
    std::fprintf(stderr, "%s is no calculation of %s\n", id.c_str(), folder.c_str());
    return 1;
  }
  behaviour::Laboratory::Options options;
  options.folder = project.root + "/.almanac/bench-contexts";
  options.command = {"/proc/self/exe", kServeTasks};
  options.sandbox = "best_effort";
  options.memory_bytes = 1'000'000'000;
  behaviour::Laboratory laboratory(std::move(options));
  const std::string module =
      must(laboratory.bring(build + "/modules/" + calculation->module, calculation->module));
  auto subject = must(behaviour::Subject::start(laboratory, *calculation, module));
  const behaviour::Suite suite(behaviour::shape_of(*calculation, manifest, project), {});
  std::vector<double> made, observed;
  for (int round = 0; round < rounds; ++round) {
    const size_t first = static_cast<size_t>(round) * kDrawn;
    const double begun = now_s();
    auto contexts = suite.contexts(first, first + kDrawn);
    const double between = now_s();
    (void)must(subject.observe(std::move(contexts)));
    made.push_back(between - begun);
    observed.push_back(now_s() - between);
  }
  print("made", made);
  print("observed", observed);
  return 0;
}

}  // namespace
}  // namespace almanac

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == almanac::kServeTasks) return almanac::serve_tasks();
  if (argc < 3) {
    std::fprintf(stderr, "usage: contexts PROJECT CALCULATION [ROUNDS]\n");
    return 2;
  }
  return almanac::measure(argv[1], argv[2], argc > 3 ? std::atoi(argv[3]) : 11);
}
