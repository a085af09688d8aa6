// LeaseOwner: who holds a lease, in a form that survives the reuse of process ids and a reboot.
#pragma once

#include <cstdint>
#include <string>

namespace almanac {

struct LeaseOwner {
  std::string host, boot;  // host name; the kernel's id of this boot
  int64_t pid = 0;
  int64_t started = 0;  // clock ticks after boot

  static LeaseOwner self();

  // False only when it is certain: on this host, another boot, or no such process with that start.
  bool may_be_alive() const;
};

}  // namespace almanac
