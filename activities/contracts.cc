#include "activities/contracts.h"

namespace almanac {

void add(const Done& done, Done* to) {
  to->computed += done.computed;
  to->failed += done.failed;
  to->left += done.left;
  to->moved |= done.moved;
  to->lost |= done.lost;
  to->ending |= done.ending;
  for (const Failed& failed : done.failures) {
    if (to->failures.size() < kShownFailures) to->failures.push_back(failed);
  }
}

}  // namespace almanac
