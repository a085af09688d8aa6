// Any text is a history or an error; what is a history is replayed or refused, and can be written.
#include <cstdlib>

#include "temporal/replay/replayer.h"
#include "tests/fuzz/fuzz_workflows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto history =
      temporal::replay::history_from_json({reinterpret_cast<const char*>(data), size});
  if (!history.ok()) return 0;
  temporal::replay::Replayer replayer(temporal::replay::IdPolicy::IgnoreAutoIds);
  static_cast<void>(replayer.add<fuzz::Everything>().replay(*history));
  if (!temporal::replay::history_from_json(temporal::replay::history_to_json(**history)).ok()) {
    std::abort();
  }
  return 0;
}
