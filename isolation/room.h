// Room: how many calculations run at a time in this process, and how much memory they may need
// together with those of all processes of this host that share a folder. Who finds no room waits;
// who came first in this process enters first. What is larger than the room enters when nobody else
// is inside.
//
// Each process notes what it has let in in a file of its own, which it keeps locked as long as it
// lives (flock(2)): a file that is not locked is of a process that is gone. Where the folder cannot
// be used, a process counts its own alone.
//
// Thread rule: thread safe.
#pragma once

#include <cstdint>
#include <limits>
#include <list>
#include <mutex>
#include <string>

#include "storage/files.h"

namespace almanac {

class Room {
 public:
  struct Options {
    size_t places = std::numeric_limits<size_t>::max();
    uint64_t bytes = std::numeric_limits<uint64_t>::max();
    std::string folder;  // empty: this process alone
  };
  explicit Room(Options options);
  ~Room();

  // Waits for room from the beginning to the end of its life, or has it.
  class Stay {
   public:
    Stay(Room* room, uint64_t bytes);
    ~Stay();
    Stay(const Stay&) = delete;
    Stay& operator=(const Stay&) = delete;
    bool enter();  // true where it has entered; to be asked again otherwise

   private:
    Room* const room_;
    const uint64_t bytes_;
    bool inside_ = false;
    std::list<const Stay*>::iterator waiting_;
  };

 private:
  bool let_in(const Stay* stay, uint64_t bytes);
  void leave(uint64_t bytes);
  // Of the other processes. The folder is locked.
  uint64_t bytes_of_others() const;
  void note();  // how much is inside

  const Options options_;
  std::mutex mutex_;  // of all below
  std::list<const Stay*> waiting_;
  size_t inside_ = 0;
  uint64_t bytes_ = 0;
  std::string path_;  // of its own file
  FileHandle own_, lock_;
};

// Of the memory of this machine, or of the group that this process is in: what its children may
// need together.
uint64_t room_for_children();

}  // namespace almanac
