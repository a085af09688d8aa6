// LeaseOwner: who holds a lease, in a form that survives the reuse of process ids and a reboot.
#pragma once

#include <cstdint>
#include <string>

namespace almanac {

struct LeaseOwner {
  std::string host, boot;  // host name; the kernel's id of this boot
  std::string pids;        // the namespace in which `pid` is a process
  int64_t pid = 0;
  int64_t started = 0;  // clock ticks after boot

  bool operator==(const LeaseOwner&) const = default;

  static LeaseOwner self();

  // False only when it is certain:
  //   same boot, same pid namespace      no such process with that start
  //   same boot, other pid namespace     never: its processes cannot be seen from here
  //   other boot, same host name         the machine was started anew
  //   other boot, other host name        never: it is another machine
  // The boot tells the machine, because a container may get a new host name at every start.
  bool may_be_alive() const;
};

}  // namespace almanac
