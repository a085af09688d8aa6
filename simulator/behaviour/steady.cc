#include "simulator/behaviour/steady.h"

namespace almanac::behaviour {

constexpr size_t kRepeated = 256;  // contexts

Result<bool> is_steady(Laboratory& laboratory, const Version& version, const Suite& suite) {
  const auto contexts = suite.contexts(0, kRepeated);
  TRY(Subject here, Subject::start(laboratory, version.calculation, version.module));
  TRY(Subject there, Subject::start(laboratory, version.calculation, version.module, true));
  TRY(const auto once, here.observe(contexts));
  TRY(const auto again, there.observe({contexts.rbegin(), contexts.rend()}));
  for (size_t i = 0; i < contexts.size(); ++i) {
    if (once[i].digest != again[contexts.size() - 1 - i].digest) return false;
  }
  return true;
}

}  // namespace almanac::behaviour
