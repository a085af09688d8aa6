// Comparisons of versions of the fees.
#pragma once

#include <string>

#include "simulator/behaviour/comparison.h"
#include "tests/simulator/behaviour/fees_laboratory.h"

namespace almanac::behaviour {

class Comparisons : public FeesLaboratory {
 protected:
  using FeesLaboratory::FeesLaboratory;
  Finding compare(const Version& before, const Version& now, int64_t limit_ms = kLimitMs) {
    const auto finding = behaviour::compare(laboratory_, shape(), {}, {}, before, now, limit_ms);
    EXPECT_TRUE(finding.ok()) << finding.error().message;
    return *finding;
  }
  Finding compare(const std::string& from, const std::string& to) {
    return compare(version(), version({{from, to}}));
  }
};

}  // namespace almanac::behaviour
