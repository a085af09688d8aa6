#include "temporal/replay/patch.h"

#include <vector>

#include "temporal/data/search_attributes.h"
#include "temporal/replay/attributes.h"
#include "temporal/replay/marker.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

class PatchMachine final : public MachineOf<Silent> {
 public:
  PatchMachine(std::string id, std::source_location place) : id_(std::move(id)) { where = place; }
  std::string recorded(const Event& event) override {
    const auto& marker = event.marker_recorded_event_attributes();
    const std::string differs = difference("marker", marker.marker_name(), kPatchMarker);
    return differs.empty() ? difference("id", patch_marker(event).id, id_) : differs;
  }
  bool on(const Event&) override { return false; }
  std::string name() const override { return "patch " + id_; }

 private:
  std::string id_;
};

}  // namespace

PatchMarker patch_marker(const Event& event) {
  const auto& marker = event.marker_recorded_event_attributes();
  PatchMarker patch;
  if (const auto data = marker_json(marker, "patch-data")) {
    if (data->contains("id") && (*data)["id"].is_string()) patch.id = (*data)["id"];
    if (data->contains("deprecated") && (*data)["deprecated"].is_boolean()) {
      patch.deprecated = (*data)["deprecated"];
    }
    return patch;
  }
  if (const auto* id = marker_payload(marker, "patch_id")) patch.id = id->data();
  if (const auto* deprecated = marker_payload(marker, "deprecated")) {
    patch.deprecated = !deprecated->data().empty() && deprecated->data()[0] == 1;
  }
  return patch;
}

bool Patches::may_skip(const Event& event) {
  return event.event_type() == EVENT_TYPE_MARKER_RECORDED &&
         event.marker_recorded_event_attributes().marker_name() == kPatchMarker &&
         patch_marker(event).deprecated;
}

bool Patches::patched(std::string_view id, bool deprecated, bool replaying,
                      std::source_location where) {
  if (const auto before = answered_.find(id); before != answered_.end()) return before->second;
  auto known = known_.find(id);
  const bool holds = known != known_.end() || !replaying;
  answered_.emplace(id, holds);
  if (!holds) return false;
  if (known == known_.end()) known = known_.emplace(std::string(id), false).first;
  known->second = true;

  std::unique_ptr<CommandProto> command;
  if (commands_.recording) {
    command = std::make_unique<CommandProto>();
    command->set_command_type(COMMAND_TYPE_RECORD_MARKER);
    auto& attributes = *command->mutable_record_marker_command_attributes();
    attributes.set_marker_name(kPatchMarker);
    const nlohmann::json data = {{"id", id}, {"deprecated", deprecated}};
    *(*attributes.mutable_details())["patch-data"].add_payloads() = encode(data);
  }
  commands_.send(*new PatchMachine(std::string(id), where), EVENT_TYPE_MARKER_RECORDED,
                 std::move(command));

  std::vector<std::string> all;
  for (const auto& [patch, sent] : known_) {
    if (sent) all.push_back(patch);
  }
  send_patch_upsert(commands_, SearchAttributes().keywords(kChangeVersion, all), where);
  return true;
}

}  // namespace temporal::replay
