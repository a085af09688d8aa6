// Patches: changes of a workflow's code that runs which passed the place before do not follow. A
// marker says that a run passed with the new code; the search attribute TemporalChangeVersion,
// which lists the run's patches, is set with it.
//
// Markers are written as the Core-based SDKs write them: name "core_patch", detail "patch-data",
// JSON
// {"id": ..., "deprecated": ...}. Older ones have the details "patch_id" and "deprecated".
//
//   the code asks \ the history has   no marker         marker           deprecated marker
//   patched()                         false             true             true
//   deprecate_patch()                 -                 -                -
//   neither                           -                 nondeterminism   marker is passed over
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "temporal/replay/commands.h"
#include "temporal/replay/machine.h"

namespace temporal::replay {

inline constexpr char kPatchMarker[] = "core_patch";

struct PatchMarker {
  std::string id;
  bool deprecated = false;
};
// Of a marker event of this name.
PatchMarker patch_marker(const Event& event);

class Patches {
 public:
  explicit Patches(Commands& commands) : commands_(commands) {}

  // The history of the workflow task that comes next has the marker.
  void seen(std::string id) { known_.emplace(std::move(id), false); }
  // What the code asks; sends the marker the first time that it holds.
  bool patched(std::string_view id, bool deprecated, bool replaying, std::source_location where);
  bool sent(const std::string& id) const {
    const auto known = known_.find(id);
    return known != known_.end() && known->second;
  }
  // Whether a marker that the code does not ask for may be passed over.
  static bool may_skip(const Event& event);

 private:
  Commands& commands_;
  std::map<std::string, bool, std::less<>> known_;     // id -> its marker was sent
  std::map<std::string, bool, std::less<>> answered_;  // id -> what patched() said
};

}  // namespace temporal::replay
