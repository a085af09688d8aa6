#include "storage/root_data_files.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace almanac {

namespace {

struct Job {
  DataFile* file;
  const Dataset* dataset;
  int64_t read_ns = 0;  // the wall clock before it was read
};

std::string absolute(const Project& project, const std::string& path) {
  return project.root + "/" + path;
}

FingerprintCache::Key key_of(const Job& job, const Project& project) {
  return {job.file->path, job.dataset->dated_by_path() ? "" : job.dataset->date_column,
          project.timezone};
}

// The path promises which days a file holds; canaries and the handling of damaged files rely on it.
std::string outside_span(const DataFile& file) {
  if (!file.span.bounded()) return "";
  for (const Fingerprint::Day& day : file.fingerprint->days) {
    if (file.span.contains(day.date)) continue;
    return file.path + ": has rows of " + day.date.str() + "; its path promises " +
           file.span.first.str() + " to " + file.span.last.str();
  }
  return "";
}

// Reads a file until it was the same before and after, so that a writer cannot give it a
// fingerprint of bytes that never stood there together.
void read(const Project& project, const std::function<int64_t()>& now_ns, Job* job) {
  constexpr int kTries = 3;
  DataFile& file = *job->file;
  const std::string path = absolute(project, file.path);
  for (int tries = 0; tries < kTries; ++tries) {
    job->read_ns = now_ns();
    const auto before = FileStat::of(path);
    auto fingerprint = fingerprint_file(path, key_of(*job, project).date_column, project.timezone);
    if (!before || FileStat::of(path) != before) continue;
    file.stat = *before;
    if (fingerprint.ok()) {
      file.fingerprint = std::make_shared<Fingerprint>(std::move(fingerprint).value());
    } else {
      file.problem = file.path + ": " + fingerprint.error().message;
    }
    return;
  }
  file.problem = file.path + ": changes while it is read; expected a file that is finished";
}

void read_all(const Project& project, const std::function<int64_t()>& now_ns,
              std::vector<Job>* jobs) {
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i; (i = next.fetch_add(1)) < jobs->size();) read(project, now_ns, &(*jobs)[i]);
  };
  const size_t wanted = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::jthread> threads;
  for (size_t i = 1; i < std::min(wanted, jobs->size()); ++i) threads.emplace_back(work);
  work();
}

}  // namespace

bool DatasetFiles::closed(const Dataset& dataset, const DateSpan& span) const {
  return dataset.canary.empty() ||
         std::any_of(canaries.begin(), canaries.end(),
                     [&](const DateSpan& canary) { return canary.overlaps(span); });
}

DatasetFiles list_files(const Project& project, const Dataset& dataset) {
  DatasetFiles listed;
  for (FoundPath& found : find_paths(project.root, dataset.path)) {
    if (dataset.first && found.span.last < *dataset.first) continue;
    DataFile file{std::move(found.path), found.span, {}, nullptr, std::move(found.problem)};
    if (const auto stat = FileStat::of(absolute(project, file.path))) file.stat = *stat;
    listed.files.push_back(std::move(file));
  }
  if (!dataset.canary.empty()) {
    for (const FoundPath& found : find_paths(project.root, dataset.canary)) {
      if (found.problem.empty()) listed.canaries.push_back(found.span);
    }
  }
  return listed;
}

std::vector<std::pair<std::string, FileStat>> stat_files(const Project& project,
                                                         const Dataset& dataset, Date date) {
  std::vector<std::pair<std::string, FileStat>> stats;
  for (const FoundPath& found : find_paths(project.root, fill_pattern(dataset.path, date))) {
    const auto stat = FileStat::of(absolute(project, found.path));
    stats.emplace_back(found.path, stat.value_or(FileStat{}));
  }
  return stats;
}

size_t fingerprint_files(const Project& project, FingerprintCache* cache,
                         const std::function<int64_t()>& now_ns,
                         std::vector<DatasetFiles>* datasets) {
  std::vector<Job> jobs;
  for (size_t i = 0; i < datasets->size(); ++i) {
    const Dataset& dataset = project.datasets[i];
    for (DataFile& file : (*datasets)[i].files) {
      if (!file.problem.empty() || !(*datasets)[i].closed(dataset, file.span)) continue;
      const Job job{&file, &dataset};
      file.fingerprint = cache->find(key_of(job, project), file.stat);
      if (file.fingerprint == nullptr) jobs.push_back(job);
    }
  }
  read_all(project, now_ns, &jobs);
  for (const Job& job : jobs) {
    if (job.file->fingerprint == nullptr) continue;
    cache->put(key_of(job, project), job.file->stat, job.read_ns, job.file->fingerprint);
  }
  cache->save();
  for (size_t i = 0; i < datasets->size(); ++i) {
    if (project.datasets[i].dated_by_path()) continue;
    for (DataFile& file : (*datasets)[i].files) {
      if (file.fingerprint != nullptr) file.problem = outside_span(file);
      if (!file.problem.empty()) file.fingerprint = nullptr;
    }
  }
  return jobs.size();
}

}  // namespace almanac
