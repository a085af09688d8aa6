// almanac_simulate: carries simulated schedules out, one by its seed and faults, or many.
#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>

#include "simulator/simulate.h"

namespace {

using namespace almanac::simulator;

struct Arguments {
  uint64_t seed = 1, count = 1;
  std::string faults;
  bool faults_said = false, verbose = false, reference = false;
  Reference what;
};

int simulate_all(const Arguments& arguments) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  uint64_t failed = 0, points = 0, faults = 0;
  for (uint64_t seed = arguments.seed; seed < arguments.seed + arguments.count; ++seed) {
    Schedule schedule =
        arguments.reference ? reference_schedule(seed, arguments.what) : random_schedule(seed);
    if (arguments.faults_said) {
      auto given = parse_faults(arguments.faults);
      if (!given.ok()) {
        std::cerr << given.error().message << '\n';
        return 2;
      }
      schedule.faults = *given;
    }
    const Report report = simulate(schedule, [&](const std::string& line) {
      if (arguments.verbose) std::cout << line << '\n';
    });
    points += static_cast<uint64_t>(report.points);
    faults += report.faults;
    if (arguments.count == 1) std::cout << "trace " << report.trace.hex() << '\n';
    if (report.violations.empty()) continue;
    ++failed;
    for (const std::string& violation : report.violations) std::cout << violation << '\n';
    std::cout << repro_of(arguments.count == 1 ? schedule : shrunk(schedule)) << std::endl;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::cout << arguments.count << " schedules, " << failed << " failed, " << points << " points, "
            << faults << " faults, " << static_cast<double>(arguments.count) / seconds
            << " schedules per second\n";
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Carries simulated schedules of runs out and checks what comes of them");
  app.add_option("--seed", arguments.seed, "Seed of the (first) schedule");
  app.add_option("--count", arguments.count, "So many schedules, by the seeds that follow");
  const auto* faults = app.add_option("--faults", arguments.faults,
                                      "Instead of those of the seed, such as crash@12,halt@40:60");
  auto* reference = app.add_flag("--reference", arguments.reference,
                                 "One run of three calculations on four dates");
  Reference& what = arguments.what;
  for (auto* option :
       {app.add_flag("--embedded", what.embedded, "By one process with an engine of its own"),
        app.add_flag("--force", what.force, "It is forced"),
        app.add_flag("--long", what.long_cell, "One of its cells takes 12 s"),
        app.add_flag("--rich", what.rich, "A cell fails twice; a run with other data comes before"),
        app.add_option("--cached-runs", what.cached_runs, "Workflows that a worker remembers")}) {
    option->needs(reference);
  }
  app.add_flag("--verbose", arguments.verbose, "Print every point");
  CLI11_PARSE(app, argc, argv);
  arguments.faults_said = faults->count() > 0;
  return simulate_all(arguments);
}
