#include "storage/root_data_partitions.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/names.h"
#include "core/data/column_kind.h"

namespace almanac {

namespace {

using Partitions = std::map<Date, Partition>;

Partition& entry(Partitions* partitions, Date date, Presence presence) {
  Partition& partition = (*partitions)[date];
  partition.date = date;
  partition.presence = presence;
  return partition;
}

void unreadable(Partitions* partitions, Date date, const std::string& problem) {
  Partition& partition = entry(partitions, date, Presence::Unreadable);
  if (partition.problem.empty()) partition.problem = problem;
  partition.rows = 0;
  partition.schema = nullptr;
  partition.columns.clear();
  partition.strays.clear();
}

// Makes the schema of a day's files so far describe another one of them, too. Empty when it does,
// otherwise what keeps it from that.
std::string widen(const DataFile& a, const DataFile& b,
                  std::shared_ptr<const PartitionSchema>* schema) {
  const PartitionSchema one = **schema, &other = *b.fingerprint->schema;
  if (one.names == other.names && one.types == other.types) return "";
  PartitionSchema both = one;
  const std::string start = b.path + " differs from " + a.path + " in its columns: ";
  for (size_t i = 0; i < std::max(one.names.size(), other.names.size()); ++i) {
    if (i >= one.names.size()) return start + in_quotes(other.names[i]) + " is only in it";
    if (i >= other.names.size()) return start + in_quotes(one.names[i]) + " is not in it";
    if (one.names[i] != other.names[i]) {
      return start + "expected " + in_quotes(one.names[i]) + ", found " + in_quotes(other.names[i]);
    }
    const std::string* type = wider(one.types[i], other.types[i]);
    if (type == nullptr) {
      return start + in_quotes(one.names[i]) + " is " + one.types[i] + " there, " + other.types[i] +
             " here";
    }
    both.types[i] = *type;
  }
  if (both.types != one.types) *schema = std::make_shared<PartitionSchema>(std::move(both));
  return "";
}

struct Source {
  const DataFile* file;
  const Fingerprint::Day* day;
};

void add_rows(const Dataset& dataset, const DatasetFiles& files, Partitions* partitions) {
  std::map<Date, std::vector<Source>> sources;
  for (const DataFile& file : files.files) {
    if (file.fingerprint == nullptr) continue;
    for (const Fingerprint::Day& day : file.fingerprint->days) {
      if (day.rows == 0) continue;
      sources[dataset.dated_by_path() ? file.span.first : day.date].push_back({&file, &day});
    }
  }
  for (const auto& [date, parts] : sources) {
    std::string problem;
    std::vector<const Fingerprint::Day*> days;
    auto schema = parts[0].file->fingerprint->schema;
    for (const Source& part : parts) {
      if (problem.empty()) problem = widen(*parts[0].file, *part.file, &schema);
      days.push_back(part.day);
    }
    if (!problem.empty()) {
      unreadable(partitions, date, problem);
      continue;
    }
    Fingerprint::Day whole = concatenated(date, days);
    Partition& partition = entry(partitions, date, Presence::Present);
    partition.rows = whole.rows;
    partition.schema = std::move(schema);
    partition.columns = std::move(whole.columns);
    for (const Source& part : parts) {
      for (const Stray& stray : part.day->strays) {
        partition.strays.push_back(stray);
        partition.strays.back().file = part.file->path;
      }
    }
  }
}

bool was_there(const Partition& partition) {
  return partition.rows > 0;
}

// The days that a file which cannot be read may hold, and whether somebody knows them.
struct Hidden {
  std::set<Date> days;
  bool guessed = false;
};

Hidden hidden_by(const Dataset& dataset, const DataFile& file, const Partitions& partitions,
                 const DatasetAvailability* recorded, Date last_day) {
  if (dataset.is_static) return {{Date()}};
  if (dataset.dated_by_path()) return {{file.span.first}};
  std::set<Date> days;
  for (const auto& [date, partition] : partitions) {
    if (file.span.contains(date)) days.insert(date);
  }
  for (size_t i = 0; recorded != nullptr && i < recorded->partitions.size(); ++i) {
    const Partition& partition = recorded->partitions[i];
    if (was_there(partition) && file.span.contains(partition.date)) days.insert(partition.date);
  }
  if (!days.empty()) return {days};
  if (!file.span.bounded()) return {{last_day}, true};
  for (Date day = file.span.first; day <= std::min(file.span.last, last_day); day = day + 1) {
    days.insert(day);
  }
  return {days, true};
}

void add_unreadable(const Dataset& dataset, const DatasetFiles& files,
                    const DatasetAvailability* recorded, Date last_day, Partitions* partitions) {
  std::map<Date, std::pair<std::string, bool>> problems;
  for (const DataFile& file : files.files) {
    if (file.problem.empty()) continue;
    const Hidden hidden = hidden_by(dataset, file, *partitions, recorded, last_day);
    for (const Date day : hidden.days) problems.try_emplace(day, file.problem, hidden.guessed);
  }
  for (const auto& [day, problem] : problems) {
    unreadable(partitions, day, problem.first);
    (*partitions)[day].guessed = problem.second;
  }
}

DateSpan span_of(const Dataset& dataset, Date date) {
  return dataset.is_static ? DateSpan() : DateSpan{date, date};
}

void wait_for_canaries(const Dataset& dataset, const DatasetFiles& files, Partitions* partitions) {
  for (auto& [date, partition] : *partitions) {
    if (!files.closed(dataset, span_of(dataset, date))) {
      partition = Partition{date, Presence::NotYet};
    }
  }
  // Files without a canary were not read: only those with their date in the path are known.
  for (const DataFile& file : files.files) {
    if (files.closed(dataset, file.span)) continue;
    if (dataset.is_static || dataset.dated_by_path()) {
      entry(partitions, dataset.is_static ? Date() : file.span.first, Presence::NotYet);
    }
  }
}

void close_empty(const Dataset& dataset, const DatasetFiles& files, Date last_day,
                 Partitions* partitions) {
  if (dataset.is_static) {
    if (!files.canaries.empty() && partitions->empty()) entry(partitions, Date(), Presence::Never);
    return;
  }
  for (const DateSpan& canary : files.canaries) {
    if (!canary.bounded()) continue;
    for (Date day = canary.first; day <= std::min(canary.last, last_day); day = day + 1) {
      if (!partitions->contains(day)) entry(partitions, day, Presence::Never);
    }
  }
}

// What was recorded with rows, and whose file is gone. A file that is there without rows restates
// its date as empty: that is as if it never had any.
void archive(const Dataset& dataset, const DatasetFiles& files, const DatasetAvailability* recorded,
             Partitions* partitions) {
  if (recorded == nullptr) return;
  // By files that can be read: those with rows of that date made it Present. A column with dates
  // says nothing about a date that it does not have: old rows leave such files by retention.
  std::set<Date> with_file;
  for (const DataFile& file : files.files) {
    if (file.fingerprint == nullptr) continue;
    if (dataset.is_static) with_file.insert(Date());
    if (dataset.dated_by_path()) with_file.insert(file.span.first);
  }
  for (const Partition& last : recorded->partitions) {
    if (!was_there(last) || partitions->contains(last.date) || with_file.contains(last.date)) {
      continue;
    }
    Partition& archived = (*partitions)[last.date] = last;
    archived.presence = Presence::Archived;
    archived.problem.clear();
  }
}

}  // namespace

DatasetAvailability make_partitions(const Dataset& dataset, const DatasetFiles& files,
                                    const DatasetAvailability* recorded, Date last_day) {
  Partitions partitions;
  add_rows(dataset, files, &partitions);
  add_unreadable(dataset, files, recorded, last_day, &partitions);
  wait_for_canaries(dataset, files, &partitions);
  close_empty(dataset, files, last_day, &partitions);
  archive(dataset, files, recorded, &partitions);

  DatasetAvailability made{dataset.name, dataset.entity, dataset.is_static, dataset.first, {}};
  for (auto& [date, partition] : partitions) {
    const bool early = !dataset.is_static && dataset.first && date < *dataset.first;
    if (!early) made.partitions.push_back(std::move(partition));
  }
  return made;
}

}  // namespace almanac
