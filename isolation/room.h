// Room: how many calculations run at a time in this process, and how much memory they may need
// together with those of all processes that share a folder. Who finds no room waits; who came first
// enters first, whichever process it is in. What is larger than the room enters when nobody else is
// inside.
//
// Each process notes what it has let in, and what waits there for memory, in a file of its own,
// which it keeps locked as long as it lives (flock(2)): a file that is not locked is of a process
// that is gone. One that is halted keeps what is inside, and loses its turn after kPatienceMs.
// Where the folder cannot be used, a process counts its own alone; where it cannot be read for want
// of descriptors, one cell at a time is let in.
//
// Thread rule: thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <mutex>
#include <optional>
#include <string>

#include "storage/files.h"

namespace almanac {

class Room {
 public:
  static constexpr int64_t kPatienceMs = 5000;  // without a sign of who waits in another process

  struct Options {
    size_t places = std::numeric_limits<size_t>::max();
    uint64_t bytes = std::numeric_limits<uint64_t>::max();
    std::string folder;                // empty: this process alone
    std::function<int64_t()> boot_ms;  // of this machine, for all processes; empty: the system's
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
    // True where it has entered; to be asked again otherwise, many times in kPatienceMs.
    bool enter();
    // What memory it waits for, and who has that, for people; empty: it waits for its turn among
    // those of this process.
    std::string waits_for() const;

   private:
    friend class Room;
    Room* const room_;
    const uint64_t bytes_;
    const int64_t since_ms_;
    bool inside_ = false;
    std::list<const Stay*>::iterator waiting_;
  };

 private:
  // What a process notes.
  struct Note {
    int64_t process = 0;
    uint64_t inside = 0;                 // bytes
    int64_t since_ms = 0, asked_ms = 0;  // of who waits for memory; 0: nobody
  };
  struct Others {
    uint64_t inside = 0;
    std::string processes;                                   // of those inside, "17, 18"
    int64_t since_ms = std::numeric_limits<int64_t>::max();  // of who waits the longest
  };

  bool let_in(const Stay* stay);
  void leave(uint64_t bytes);
  void give_up(std::list<const Stay*>::iterator waiting);
  std::optional<Others> others() const;  // null where the folder cannot be read
  void write_note();

  Options options_;
  std::mutex mutex_;  // of all below
  std::list<const Stay*> waiting_;
  size_t inside_ = 0;
  Note note_;
  std::string path_;  // of its own file
  FileHandle own_, lock_;
};

// The folder in which all processes of this user on this machine meet; empty where there is none
// that is this user's alone.
std::string room_folder();

// Of the memory of this machine, or of the group that this process is in: what its children may
// need together.
uint64_t room_for_children();

}  // namespace almanac
