// Finding: one thing that almanac doctor looked at.
#pragma once

#include <string>
#include <vector>

#include "core/manifest/project.h"

namespace almanac {

struct Finding {
  enum class Level {
    Fine,
    Note,   // it works, but not as well as it could
    Wrong,  // a run would fail, or lose or mistake something
  };
  std::string subject;  // "compiler"
  Level level = Level::Fine;
  std::string found, advice;  // the advice is empty where all is fine
};

inline Finding fine(std::string subject, std::string found) {
  return {std::move(subject), Finding::Level::Fine, std::move(found), {}};
}
inline Finding note(std::string subject, std::string found, std::string advice) {
  return {std::move(subject), Finding::Level::Note, std::move(found), std::move(advice)};
}
inline Finding wrong(std::string subject, std::string found, std::string advice) {
  return {std::move(subject), Finding::Level::Wrong, std::move(found), std::move(advice)};
}

// Each looks at one part of what a run needs, changes nothing, and says what it finds.
std::vector<Finding> examine_toolchain(const Project& project);  // compiler, SDK, calculations
std::vector<Finding> examine_machine(const Project& project);    // walls, memory, descriptors
std::vector<Finding> examine_data(const Project& project);       // each dataset
std::vector<Finding> examine_records(const Project& project);    // ledger, lease, clock, results
std::vector<Finding> examine_disks(const Project& project);      // room, what is left, caches
std::vector<Finding> examine_service(const Project& project);    // Temporal, where it is used

}  // namespace almanac
