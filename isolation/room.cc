#include "isolation/room.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "isolation/cgroup.h"

namespace almanac {

namespace {

constexpr uint64_t kPercent = 80;  // the rest is for the parents and for the system's file cache

// Whether a process that lives has the file.
bool is_held(int file) {
  if (flock(file, LOCK_SH | LOCK_NB) != 0) return true;
  flock(file, LOCK_UN);
  return false;
}

}  // namespace

Room::Room(Options options) : options_(std::move(options)) {
  if (options_.folder.empty() || !make_folders(options_.folder).ok()) return;
  FileHandle lock(open((options_.folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!lock.valid() || flock(lock.get(), LOCK_EX) != 0) return;
  std::string path = options_.folder + "/process-XXXXXX";
  FileHandle own(mkostemp(path.data(), O_CLOEXEC));
  if (own.valid() && flock(own.get(), LOCK_EX | LOCK_NB) == 0) {
    path_ = std::move(path);
    own_ = std::move(own);
  }
  flock(lock.get(), LOCK_UN);
  if (own_.valid()) lock_ = std::move(lock);
  note();
}

Room::~Room() {
  if (own_.valid()) unlink(path_.c_str());
}

uint64_t Room::bytes_of_others() const {
  uint64_t sum = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(options_.folder, error)) {
    const std::string path = entry.path();
    if (path == path_ || entry.path().filename() == "lock") continue;
    const FileHandle file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    uint64_t bytes = 0;
    if (!file.valid()) continue;
    if (!is_held(file.get())) {
      unlink(path.c_str());
    } else if (pread(file.get(), &bytes, sizeof bytes, 0) == ssize_t{sizeof bytes}) {
      sum += bytes;
    }
  }
  return sum;
}

void Room::note() {
  if (own_.valid()) (void)!pwrite(own_.get(), &bytes_, sizeof bytes_, 0);
}

bool Room::let_in(const Stay* stay, uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (waiting_.front() != stay || inside_ >= options_.places) return false;
  // Not waited for: who has it may be halted. Then nobody enters; one who is asked again may.
  const bool shared = lock_.valid();
  if (shared && flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) return false;
  const uint64_t all = bytes_ + (shared ? bytes_of_others() : 0);
  const bool fits = all == 0 || (bytes <= options_.bytes && all <= options_.bytes - bytes);
  if (fits) {
    waiting_.pop_front();
    ++inside_;
    bytes_ += bytes;
    note();
  }
  if (shared) flock(lock_.get(), LOCK_UN);
  return fits;
}

void Room::leave(uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  --inside_;
  bytes_ -= bytes;
  note();
}

Room::Stay::Stay(Room* room, uint64_t bytes) : room_(room), bytes_(std::max<uint64_t>(bytes, 1)) {
  const std::lock_guard lock(room_->mutex_);
  waiting_ = room_->waiting_.insert(room_->waiting_.end(), this);
}

Room::Stay::~Stay() {
  if (inside_) {
    room_->leave(bytes_);
  } else {
    const std::lock_guard lock(room_->mutex_);
    room_->waiting_.erase(waiting_);
  }
}

bool Room::Stay::enter() {
  if (!inside_) inside_ = room_->let_in(this, bytes_);
  return inside_;
}

uint64_t room_for_children() {
  const auto pages = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES));
  const uint64_t bytes = pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return std::min(bytes, Cgroup::own_limit()) / 100 * kPercent;
}

}  // namespace almanac
