// The files of a dataset as they are now: found by listing, with their fingerprints.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/manifest/project.h"
#include "storage/file_stat.h"
#include "storage/fingerprint.h"
#include "storage/fingerprint_cache.h"
#include "storage/path_pattern.h"

namespace almanac {

struct DataFile {
  std::string path;  // relative to the project
  DateSpan span;     // the days that its path speaks of
  FileStat stat;
  std::shared_ptr<const Fingerprint> fingerprint;  // null: gated or a problem
  std::string problem;                             // why it cannot be read; starts with the path
};

struct DatasetFiles {
  std::vector<DataFile> files;  // by path; those on dates before `first` are left out
  std::vector<DateSpan> canaries;

  // Whether a canary says that the rows of these days are complete; always without a canary.
  bool closed(const Dataset& dataset, const DateSpan& span) const;
};

// Lists the files and canaries of a dataset; nothing is read.
DatasetFiles list_files(const Project& project, const Dataset& dataset);

// The files behind one date of a dataset, as stats by path; for a dataset without dates all of
// them.
std::vector<std::pair<std::string, FileStat>> stat_files(const Project& project,
                                                         const Dataset& dataset, Date date);

// Fingerprints the files of all datasets (in the order of the project's), on all processors. Files
// that no canary covers are not read. Returns how many files had to be read.
size_t fingerprint_files(const Project& project, FingerprintCache* cache,
                         const std::function<int64_t()>& now_ns,
                         std::vector<DatasetFiles>* datasets);

}  // namespace almanac
