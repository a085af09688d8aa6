#include "temporal/workflow/select.h"

#include <stdexcept>

namespace temporal::wf {

Group::Group(const std::vector<Future*>& futures, std::size_t enough) : missing_(enough) {
  if (futures.size() < enough) {
    throw std::invalid_argument(
        "any(): expected something to wait for, found an empty list, which nothing would end");
  }
  std::size_t index = 0;
  for (Future* future : futures) {
    if (done()) break;
    if (future->done()) {
      on_settled(index);
    } else {
      One& one = ones_.emplace_back();
      one.group = this;
      one.index = index;
      future->watch(one.watch, one);
    }
    ++index;
  }
  if (missing_ == 0 && !done()) settle();
}

void Group::on_settled(std::size_t index) {
  if (done()) return;
  if (first_ == static_cast<std::size_t>(-1)) first_ = index;
  if (--missing_ > 0) return;
  for (One& one : ones_) {
    one.watch.unlink();
    one.unlink();
  }
  settle();
}

}  // namespace temporal::wf
