// RunCache: the runs a worker keeps in memory, the least recently used going first. Bounded by
// their number and by the bytes of their histories.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace temporal::worker {

class CachedRun;

// Not thread safe: its owner locks.
class RunCache {
 public:
  RunCache(int most_runs, std::int64_t most_bytes)
      : most_runs_(most_runs), most_bytes_(most_bytes) {}

  // The run, used now; null if it is not here.
  std::shared_ptr<CachedRun> find(const std::string& run_id);
  void add(const std::string& run_id, std::shared_ptr<CachedRun> run);
  void resize(const std::string& run_id, std::int64_t bytes);
  void erase(const std::string& run_id);
  // Takes out what is too much, but nothing that `busy` says is at work.
  template <class Busy>
  std::vector<std::shared_ptr<CachedRun>> shrink(const Busy& busy) {
    std::vector<std::shared_ptr<CachedRun>> out;
    for (auto key = used_.begin(); key != used_.end() && too_much();) {
      const auto& run = entries_.at(*key).run;
      if (busy(*run)) {
        ++key;
        continue;
      }
      out.push_back(run);
      const std::string gone = *key++;
      erase(gone);
    }
    return out;
  }
  std::vector<std::shared_ptr<CachedRun>> all() const;
  int size() const { return static_cast<int>(entries_.size()); }
  std::int64_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::shared_ptr<CachedRun> run;
    std::int64_t bytes = 0;
    std::list<std::string>::iterator used;
  };
  bool too_much() const { return size() > most_runs_ || bytes_ > most_bytes_; }

  const int most_runs_;
  const std::int64_t most_bytes_;
  std::int64_t bytes_ = 0;
  std::list<std::string> used_;  // the least recently used first
  std::map<std::string, Entry> entries_;
};

}  // namespace temporal::worker
