#include "temporal/worker/cache.h"

namespace temporal::worker {

std::shared_ptr<CachedRun> RunCache::find(const std::string& run_id) {
  const auto found = entries_.find(run_id);
  if (found == entries_.end()) return nullptr;
  used_.splice(used_.end(), used_, found->second.used);
  return found->second.run;
}

void RunCache::add(const std::string& run_id, std::shared_ptr<CachedRun> run) {
  erase(run_id);
  entries_[run_id] = {std::move(run), 0, used_.insert(used_.end(), run_id)};
}

void RunCache::resize(const std::string& run_id, std::int64_t bytes) {
  const auto found = entries_.find(run_id);
  if (found == entries_.end()) return;
  bytes_ += bytes - found->second.bytes;
  found->second.bytes = bytes;
}

void RunCache::erase(const std::string& run_id) {
  const auto found = entries_.find(run_id);
  if (found == entries_.end()) return;
  bytes_ -= found->second.bytes;
  used_.erase(found->second.used);
  entries_.erase(found);
}

std::vector<std::shared_ptr<CachedRun>> RunCache::all() const {
  std::vector<std::shared_ptr<CachedRun>> runs;
  for (const auto& [id, entry] : entries_) runs.push_back(entry.run);
  return runs;
}

}  // namespace temporal::worker
