// Sensitivity: whether mistakes in the lines that differ would be seen, by small changes of them
// (simulator/behaviour/mutation). Four decide; where those leave doubts, twelve. One of four may
// stay unseen, since it may mean the same: nobody has looked at it.
#pragma once

#include <utility>
#include <vector>

#include "simulator/behaviour/mutation.h"

namespace almanac::behaviour {

// Whether a change that has to be seen was not, or nobody knows. One of a table changes what the
// compiler makes, and is seen as such alone.
inline bool is_unseen(Mutation::Fate fate, bool of_table) {
  using Fate = Mutation::Fate;
  return of_table ? fate != Fate::ToldApart : fate == Fate::Survived || fate == Fate::Unclear;
}

class Sensitivity {
 public:
  void told_apart() {
    ++told_;
    look();
  }
  void survived(Survivor mutant) {
    survivors_.push_back(std::move(mutant));
    look();
  }

  size_t mutants() const { return told_ + survivors_.size(); }
  size_t told() const { return told_; }
  const std::vector<Survivor>& survivors() const { return survivors_; }
  bool is_through() const { return mutants() >= (doubtful_ ? kMost : kFew); }
  bool is_blind() const { return survivors_.size() * kOneIn > mutants(); }

 private:
  static constexpr size_t kFew = 4, kMost = 12, kOneIn = 4;
  void look() {
    if (mutants() == kFew) doubtful_ = is_blind();
  }

  size_t told_ = 0;
  std::vector<Survivor> survivors_;
  bool doubtful_ = false;
};

}  // namespace almanac::behaviour
