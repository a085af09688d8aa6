#include "isolation/room.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <utility>

#include "isolation/cgroup.h"

namespace almanac {

namespace {

constexpr uint64_t kPercent = 80;  // the rest is for the parents and for the system's file cache

constexpr const char* kProcess = "process-";  // names of files

int64_t boot_ms() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

// Whether a process that lives has the file.
bool is_held(int file) {
  if (flock(file, LOCK_SH | LOCK_NB) != 0) return true;
  flock(file, LOCK_UN);
  return false;
}

bool is_old(int file) {
  struct stat state = {};
  return fstat(file, &state) == 0 && state.st_mtime < time(nullptr) - 60;
}

}  // namespace

Room::Room(Options options) : options_(std::move(options)) {
  if (!options_.boot_ms) options_.boot_ms = boot_ms;
  if (options_.folder.empty() || !make_folders(options_.folder).ok()) return;
  FileHandle lock(open(options_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::string draft = options_.folder + "/draft-XXXXXX";
  FileHandle own(mkostemp(draft.data(), O_CLOEXEC));
  if (!own.valid()) return;
  // Locked before it has a name that others look at.
  std::string path = options_.folder + "/" + kProcess + draft.substr(draft.size() - 6);
  const bool mine = lock.valid() && flock(own.get(), LOCK_EX | LOCK_NB) == 0 &&
                    rename(draft.c_str(), path.c_str()) == 0;
  if (!mine) {
    unlink(draft.c_str());
    return;
  }
  path_ = std::move(path);
  own_ = std::move(own);
  lock_ = std::move(lock);
  note_.process = getpid();
  write_note();
}

Room::~Room() {
  if (own_.valid()) unlink(path_.c_str());
}

std::optional<Room::Others> Room::others() const {
  Others all;
  const auto names = names_in(options_.folder);
  if (!names.ok()) return std::nullopt;
  for (const std::string& name : *names) {
    const std::string path = options_.folder + "/" + name;
    if (path == path_) continue;
    const FileHandle file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid() && errno == ENOENT) continue;
    if (!file.valid()) return std::nullopt;
    Note note;
    if (!is_held(file.get())) {
      if (name.starts_with(kProcess) || is_old(file.get())) unlink(path.c_str());
    } else if (pread(file.get(), &note, sizeof note, 0) == ssize_t{sizeof note}) {
      all.inside += note.inside;
      if (note.inside > 0) {
        all.processes += (all.processes.empty() ? "" : ", ") + std::to_string(note.process);
      }
      const bool waits = note.since_ms > 0 && options_.boot_ms() - note.asked_ms < kPatienceMs;
      if (waits) all.since_ms = std::min(all.since_ms, note.since_ms);
    }
  }
  return all;
}

void Room::write_note() {
  if (own_.valid()) (void)!pwrite(own_.get(), &note_, sizeof note_, 0);
}

bool Room::let_in(const Stay* stay) {
  const std::lock_guard lock(mutex_);
  if (waiting_.front() != stay || inside_ >= options_.places) return false;
  // Not waited for: who has it may be halted. Then nobody enters; one who is asked again may.
  const bool shared = lock_.valid();
  if (shared && flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) return false;
  const std::optional<Others> others = shared ? this->others() : Others();
  const uint64_t all = note_.inside + (others ? others->inside : 0), bytes = stay->bytes_;
  const bool room =
      all == 0 || (others && bytes <= options_.bytes && all <= options_.bytes - bytes);
  const bool turn = !others || others->since_ms >= stay->since_ms_;
  if (room && turn) {
    waiting_.pop_front();
    ++inside_;
    note_ = {note_.process, note_.inside + bytes, 0, 0};
  } else {
    note_ = {note_.process, note_.inside, stay->since_ms_, options_.boot_ms()};
  }
  write_note();
  if (shared) flock(lock_.get(), LOCK_UN);
  return room && turn;
}

void Room::leave(uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  --inside_;
  note_.inside -= bytes;
  write_note();
}

void Room::give_up(std::list<const Stay*>::iterator waiting) {
  const std::lock_guard lock(mutex_);
  if (waiting == waiting_.begin()) note_.since_ms = 0;
  waiting_.erase(waiting);
  write_note();
}

Room::Stay::Stay(Room* room, uint64_t bytes)
    : room_(room), bytes_(std::max<uint64_t>(bytes, 1)), since_ms_(room->options_.boot_ms()) {
  const std::lock_guard lock(room_->mutex_);
  waiting_ = room_->waiting_.insert(room_->waiting_.end(), this);
}

Room::Stay::~Stay() {
  if (inside_) {
    room_->leave(bytes_);
  } else {
    room_->give_up(waiting_);
  }
}

bool Room::Stay::enter() {
  if (!inside_) inside_ = room_->let_in(this);
  return inside_;
}

std::string Room::Stay::waits_for() const {
  constexpr uint64_t kMegabyte = 1'000'000;
  const std::lock_guard lock(room_->mutex_);
  if (room_->waiting_.front() != this || room_->inside_ >= room_->options_.places) return "";
  const auto megabytes = [](uint64_t bytes) { return std::to_string(bytes / kMegabyte) + " MB"; };
  const std::optional<Others> others = room_->others();
  std::string text = "for " + megabytes(bytes_) + " of " + megabytes(room_->options_.bytes) +
                     "; cells of this process have " + megabytes(room_->note_.inside);
  if (!others || others->inside == 0) return text;
  return text + ", those of process " + others->processes + " " + megabytes(others->inside);
}

std::string room_folder() {
  std::error_code error;
  const auto shared = std::filesystem::temp_directory_path(error);
  if (error) return "";
  const std::string folder = shared / ("almanac-" + std::to_string(geteuid()));
  mkdir(folder.c_str(), 0700);
  struct stat state = {};
  const bool mine = lstat(folder.c_str(), &state) == 0 && S_ISDIR(state.st_mode) &&
                    state.st_uid == geteuid() && (state.st_mode & 0022) == 0;
  return mine ? folder + "/room" : "";
}

uint64_t room_for_children() {
  const auto pages = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES));
  const uint64_t bytes = pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return std::min(bytes, Cgroup::own_limit()) / 100 * kPercent;
}

}  // namespace almanac
