// Whatever a marker holds, it is read, or passed for none; and a replay that meets it stands.
#include "temporal/replay/local_activity.h"
#include "temporal/replay/patch.h"
#include "temporal/replay/replayer.h"
#include "tests/fuzz/fuzz_workflows.h"

namespace {

using temporal::replay::Event;

void read(const Event& event) {
  static_cast<void>(temporal::replay::patch_marker(event));
  static_cast<void>(temporal::replay::local_activity_end(event));
  // As the marker of a local activity that the code asks for.
  static const auto valid = [] {
    auto script = replay_test::Script::of<fuzz::Everything>(std::optional<int>(1));
    script.task();
    return script.history();
  }();
  auto history = std::make_shared<temporal::replay::HistoryProto>(valid);
  Event& marker = *history->add_events();
  marker = event;
  marker.set_event_id(history->events_size());
  marker.set_event_type(temporal::api::enums::v1::EVENT_TYPE_MARKER_RECORDED);
  temporal::replay::Replayer replayer;
  static_cast<void>(replayer.add<fuzz::Everything>().replay(history));
}

}  // namespace

// The first byte chooses: the data of a detail, or the whole event.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Event event;
  if (data[0] % 4 == 3) {
    if (event.ParseFromString(bytes)) read(event);
    return 0;
  }
  auto& marker = *event.mutable_marker_recorded_event_attributes();
  const bool patch = data[0] % 4 == 0;
  marker.set_marker_name(patch ? "core_patch" : "core_local_activity");
  const char* const detail = patch ? "patch-data" : "data";
  (*marker.mutable_details())[detail].add_payloads()->set_data(bytes);
  read(event);
  return 0;
}
