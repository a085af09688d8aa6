// Backfill: chunks of consecutive dates go through their passes in order, a few chunks at a time. A
// chunk begins a pass when all chunks before it are through with that pass, so that history and
// windows are final when they are read. Each pass is a child.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "workflows/pass.h"

namespace almanac {

// How far a backfill is: the passes that are through, and the workflows of those that are not.
struct BackfillProgress {
  Done done;
  std::vector<std::string> passes;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(BackfillProgress, done, passes)

class Backfill {
 public:
  wf::Task<Done> run(Sweep sweep, std::vector<Chunk> chunks, Control control, Done before);
  void steer(Control control);
  BackfillProgress progress() const;

  static wf::Definition<Backfill> definition() {
    return wf::define("Backfill", &Backfill::run)
        .signal("steer", &Backfill::steer)
        .query("progress", &Backfill::progress);
  }

 private:
  wf::Task<> chunk(size_t index);
  wf::Task<> pass(size_t index, uint32_t pass);
  bool may_begin(size_t index, uint32_t pass) const;

  Sweep sweep_;
  std::vector<Chunk> chunks_;
  Control control_;
  Done done_;
  std::vector<uint32_t> through_;                 // passes below this are through, by chunk
  std::map<size_t, wf::ChildHandle<Done>> open_;  // pass that a chunk is in
  std::optional<temporal::Failure> failure_;
};

}  // namespace almanac
