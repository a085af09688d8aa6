// Backfill: chunks of consecutive dates go through their passes in order, a few chunks at a time. A
// chunk begins a pass when the chunk before it is through with that pass, so that history and
// windows are final when they are read. Each pass is a child.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "workflows/pass.h"

namespace almanac {

// The signal with which a run is told what is done so far.
inline constexpr const char* kNote = "note";

class Backfill {
 public:
  wf::Task<Done> run(Sweep sweep, std::vector<Chunk> chunks, Control control, Done before);
  void steer(Control control);

  static wf::Definition<Backfill> definition() {
    return wf::define("Backfill", &Backfill::run).signal("steer", &Backfill::steer);
  }

 private:
  wf::Task<> chunk(size_t index);
  wf::Task<> pass(size_t index, uint32_t pass);
  void tell_parent() const;
  bool may_begin(size_t index, uint32_t pass) const;

  Sweep sweep_;
  std::vector<Chunk> chunks_;
  Control control_;
  Done done_;
  std::vector<uint32_t> through_;                 // passes below this are through, by chunk
  std::map<size_t, wf::ChildHandle<Done>> open_;  // pass that a chunk is in
  int children_ = 0;
  std::optional<temporal::Failure> failure_;
};

}  // namespace almanac
