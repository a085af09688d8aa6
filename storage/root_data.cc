#include "storage/root_data.h"

#include <arrow/record_batch.h>

#include <algorithm>
#include <chrono>

#include "columns/cast.h"
#include "core/base/names.h"
#include "core/base/nearest.h"
#include "core/data/calendar.h"
#include "storage/batch_stream.h"
#include "storage/day_cache.h"
#include "storage/root_data_files.h"
#include "storage/root_data_partitions.h"
#include "storage/table_file.h"

namespace almanac {

namespace {

constexpr size_t kDecodedBytes = 256u << 20;

std::string cache_path(const Project& project) {
  return project.root + "/.almanac/cache/fingerprints.db";
}

const DatasetAvailability* find(const std::vector<DatasetAvailability>& datasets,
                                const std::string& name) {
  const auto found =
      std::find_if(datasets.begin(), datasets.end(),
                   [&](const DatasetAvailability& dataset) { return dataset.name == name; });
  return found == datasets.end() ? nullptr : &*found;
}

// Whether a file is one of those that the path pattern names for a date.
bool behind(const Dataset& dataset, const DataFile& file, Date date) {
  return dataset.is_static || file.span.contains(date);
}

Result<void> check_columns(const PartitionSchema& schema, const std::string& where,
                           const std::vector<Calculation::Column>& columns) {
  for (const Calculation::Column& column : columns) {
    if (std::find(schema.names.begin(), schema.names.end(), column.name) == schema.names.end()) {
      return data_error(where + " has no column " + in_quotes(column.name) + "; the nearest is " +
                        in_quotes(nearest(column.name, schema.names)));
    }
  }
  return {};
}

}  // namespace

struct FileRootData::Impl {
  const Project& project;
  Clock now_ns;
  FingerprintCache cache;
  DayCache days{kDecodedBytes};
  std::vector<DatasetFiles> files;  // in the order of the project's datasets
  size_t files_hashed = 0;

  Impl(const Project& p, Clock now) : project(p), now_ns(std::move(now)), cache(cache_path(p)) {}

  // Null before the first index() and for an unknown name.
  const DatasetFiles* files_of(const Dataset* dataset) const {
    if (dataset == nullptr || files.empty()) return nullptr;
    return &files[static_cast<size_t>(dataset - project.datasets.data())];
  }

  BatchSource source(const Dataset& dataset, const DataFile& file, Date date,
                     const std::vector<Calculation::Column>& columns) {
    const std::string path = project.root + "/" + file.path;
    if (!dataset.is_static && !dataset.dated_by_path()) {
      const DayCache::File dated{path, file.stat, dataset.date_column, project.timezone};
      return {file.path, [this, dated, columns, date] { return days.read(dated, columns, date); }};
    }
    return {file.path, [path, columns]() -> Result<BatchStream> {
              std::vector<std::string> names;
              for (const Calculation::Column& column : columns) names.push_back(column.name);
              TRY(auto opened, open_table(path, &names));
              return cast_reader(std::move(opened), columns);
            }};
  }
};

int64_t FileRootData::wall_clock_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

FileRootData::FileRootData(const Project& project, Clock now_ns)
    : impl_(std::make_unique<Impl>(project, std::move(now_ns))) {}
FileRootData::~FileRootData() = default;

Result<Availability> FileRootData::index(const std::vector<DatasetAvailability>& recorded,
                                         Date last_day) {
  const Project& project = impl_->project;
  std::vector<DatasetFiles> files;
  for (const Dataset& dataset : project.datasets) files.push_back(list_files(project, dataset));
  impl_->files_hashed = fingerprint_files(project, &impl_->cache, impl_->now_ns, &files);

  Availability availability;
  for (size_t i = 0; i < files.size(); ++i) {
    const Dataset& dataset = project.datasets[i];
    availability.datasets.push_back(
        make_partitions(dataset, files[i], find(recorded, dataset.name), last_day));
  }
  availability.calendar_problem = calendar_problem(project, availability.datasets);
  if (availability.calendar_problem.empty()) {
    availability.calendar = calendar_of(project, availability.datasets, last_day);
  }
  impl_->files = std::move(files);
  return availability;
}

size_t FileRootData::files_hashed() const {
  return impl_->files_hashed;
}

Result<BatchStream> FileRootData::read(const std::string& name, Date date,
                                       const std::vector<Calculation::Column>& columns) const {
  const Dataset* dataset = impl_->project.dataset(name);
  const DatasetFiles* files = impl_->files_of(dataset);
  const std::string where = "dataset " + in_quotes(name) +
                            (dataset != nullptr && dataset->is_static ? "" : " on " + date.str());
  if (files == nullptr) return data_error(where + " is not indexed");
  const Date day = dataset->is_static || dataset->dated_by_path() ? Date() : date;
  std::vector<BatchSource> sources;
  for (const DataFile& file : files->files) {
    if (file.fingerprint == nullptr || !behind(*dataset, file, date)) continue;
    const auto& days = file.fingerprint->days;
    const bool has_rows = std::any_of(days.begin(), days.end(), [&](const Fingerprint::Day& found) {
      return found.date == day && found.rows > 0;
    });
    if (!has_rows) continue;
    TRY_VOID(check_columns(*file.fingerprint->schema, where, columns));
    sources.push_back(impl_->source(*dataset, file, date, columns));
  }
  if (sources.empty())
    return data_error(where + " has no rows; expected a partition that is there");
  return chained(arrow_schema(columns), std::move(sources));
}

bool FileRootData::unchanged(const std::string& name, Date date) const {
  const Dataset* dataset = impl_->project.dataset(name);
  const DatasetFiles* files = impl_->files_of(dataset);
  if (files == nullptr) return false;
  std::vector<std::pair<std::string, FileStat>> indexed;
  for (const DataFile& file : files->files) {
    if (behind(*dataset, file, date)) indexed.emplace_back(file.path, file.stat);
  }
  return indexed == stat_files(impl_->project, *dataset, date);
}

}  // namespace almanac
