#include "core/plan/gather.h"

#include <algorithm>

#include "core/base/names.h"
#include "core/base/nearest.h"
#include "core/data/column_kind.h"

namespace almanac {

namespace {

using Inputs = Facts::Inputs;
using Now = Settled::Now;

std::string on(const std::string& name, Date date) {
  return name + " on " + date.str();
}

std::string expected(const std::string& column, Type type) {
  return "column " + in_quotes(column) + ": expected " + std::string(name_of(type)) + ", found ";
}

// What keeps a column of a CSV file from being read as a type; empty where nothing does.
std::string stray_problem(const Partition& partition, size_t column, Type type) {
  for (const Stray& stray : partition.strays) {
    if (stray.column != column || !stray.types.has(type)) continue;
    return expected(partition.schema->names[column], type) + stray.text + " in " + stray.file +
           ", row " + std::to_string(stray.row);
  }
  return "";
}

}  // namespace

// Covers the row count, the entity column and the columns that are read.
std::optional<Hash> Planner::partition_hash(ReadPlan& read, size_t day, std::string* problem) {
  const Partition& partition = *partitions_[read.source][day];
  ReadPlan::Known& known = read.known[day];
  if (known.of == partition.schema) return known.hash;
  auto& resolved = read.resolved;
  auto found = std::find_if(resolved.begin(), resolved.end(),
                            [&](const auto& r) { return r.schema == partition.schema.get(); });
  if (found == resolved.end()) {
    ReadPlan::Resolved next{partition.schema.get(), {}, {}};
    const auto& names = partition.schema->names;
    auto add = [&](const std::string& name, std::optional<Type> type) {
      const auto column = std::find(names.begin(), names.end(), name);
      if (column == names.end()) {
        next.problem =
            "no column " + in_quotes(name) + "; the nearest is " + in_quotes(nearest(name, names));
        return;
      }
      const size_t index = static_cast<size_t>(column - names.begin());
      const std::string& arrow = partition.schema->types[index];
      if (type && !readable_as(arrow, *type)) {
        next.problem = expected(name, *type) + arrow;
      }
      next.columns.emplace_back(index, type);
    };
    if (!read.dataset->entity.empty()) add(read.dataset->entity, read.entity);
    for (const auto& column : read.read->columns) add(column.name, column.type);
    resolved.push_back(std::move(next));
    found = resolved.end() - 1;
  }
  *problem = found->problem;
  for (const auto& [column, type] : found->columns) {
    if (problem->empty() && type) *problem = stray_problem(partition, column, *type);
  }
  if (!problem->empty()) {
    const std::string& name = read.read->name;
    misfits_[day].insert((read.dataset->is_static ? name : on(name, partition.date)) + ": " +
                         *problem);
    return std::nullopt;
  }
  preimage_.start("table/1").add(partition.rows);
  for (const auto& [column, type] : found->columns) preimage_.add(partition.columns[column]);
  known = {partition.schema, preimage_.digest()};
  return known.hash;
}

// Covers the row count, the key fields and the columns that are read, of a cell that is final.
Hash Planner::result_hash(ReadPlan& read, size_t day) {
  const auto& result = settled(read.source, day).result;
  ReadPlan::Known& known = read.known[day];
  if (known.of != result) {
    preimage_.start("table/1").add(result->rows);
    for (size_t column : read.columns) preimage_.add(result->columns[column]);
    known = {result, preimage_.digest()};
  }
  return known.hash;
}

void Planner::gather_dataset(ReadPlan& read, size_t day, Gathered* out) {
  const auto& presences = presences_[read.source];
  const auto& partitions = partitions_[read.source];
  const std::string& name = read.read->name;
  const bool is_static = read.dataset->is_static;
  const size_t last = is_static ? 0 : day;
  const size_t first = is_static ? 0 : window_start(day, read.read->window);
  std::vector<std::optional<Hash>> hashes;

  for (size_t d = first; d <= last; ++d) {
    const bool today = d == last;
    auto blame = [&](Inputs inputs, const std::string& what) {
      out->worsen(inputs, is_static ? name + what : on(name, date(d)) + what);
    };
    hashes.emplace_back();
    switch (presences[d]) {
      case Presence::Never:
        if (today && !read.read->optional) blame(Inputs::NoData, "");
        break;
      case Presence::NotYet:
        if (!read.read->optional) blame(Inputs::NotAvailable, " is not there yet");
        break;
      case Presence::Unreadable:
        blame(Inputs::NotAvailable, ": " + partitions[d]->problem);
        break;
      case Presence::Archived:
        out->archived = true;
        [[fallthrough]];
      case Presence::Present: {
        std::string problem;
        hashes.back() = partition_hash(read, d, &problem);
        if (!hashes.back()) blame(Inputs::NotAvailable, ": " + problem);
      }
    }
  }
  const Hash absent;
  out->dated.push_back(hashes.back().value_or(absent));
  if (read.read->window > 1) {
    preimage_.start("window/1");
    for (size_t d = first; d < last; ++d) {
      preimage_.add(static_cast<uint64_t>(date(d).days())).add(hashes[d - first].value_or(absent));
    }
    out->dated.push_back(preimage_.digest());
  }
}

void Planner::gather_dependency(ReadPlan& read, size_t day, Gathered* out) {
  const std::string& name = read.read->name;
  const size_t first = window_start(day, read.read->window);
  std::vector<Hash> hashes;  // zero where absent
  for (size_t d = first; d <= day; ++d) {
    const Settled& cell = settled(read.source, d);
    hashes.emplace_back();
    out->computations.push_back(cell.now == Now::Final ? cell.computation : 0);
    switch (cell.now) {
      case Now::Final:
        hashes.back() = result_hash(read, d);
        break;
      case Now::Pending:
        out->predicted = out->dependency_pending = true;
        break;
      case Now::Failed:
        out->worsen(Inputs::DependencyFailed, name);
        break;
      case Now::Impossible:
        if (d == day) out->worsen(Inputs::Upstream, name);
        break;
      case Now::Blocked:
      case Now::Undecided:
        out->worsen(Inputs::DependencyBlocked, on(name, date(d)) + " is not up to date");
    }
  }
  out->dated.push_back(hashes.back());
  if (read.read->window > 1) {
    preimage_.start("window/1");
    for (size_t d = first; d < day; ++d) {
      preimage_.add(static_cast<uint64_t>(date(d).days())).add(hashes[d - first]);
    }
    out->dated.push_back(preimage_.digest());
  }
}

void Planner::gather_previous(ReadPlan& read, size_t calculation, size_t day, Gathered* out) {
  Hash hash;
  int64_t computation = 0;
  if (const auto before = day_before(calculation, day)) {
    const Settled& cell = settled(calculation, *before);
    if (cell.now == Now::Final) {
      const Hash table = result_hash(read, *before);
      preimage_.start("previous/1").add(static_cast<uint64_t>(date(*before).days())).add(table);
      hash = preimage_.digest();
      computation = cell.computation;
    } else if (cell.now == Now::Pending) {
      out->predicted = true;
    } else {
      out->worsen(Inputs::HistoryBlocked,
                  "own result of " + date(*before).str() + " is not up to date");
    }
  }
  out->dated.push_back(hash);
  out->computations.push_back(computation);
}

uint64_t Planner::rows_read(size_t c, size_t day) const {
  uint64_t rows = 0;
  const auto add_result = [&](size_t source, size_t of) {
    const Settled& cell = settled(source, of);
    if (cell.now == Now::Final) rows += cell.result->rows;
  };
  for (const ReadPlan& read : reads_[c]) {
    const size_t first = window_start(day, read.read->window);
    switch (read.read->source) {
      case Calculation::Source::Dataset:
        for (size_t d = read.dataset->is_static ? day : first; d <= day; ++d) {
          const Partition* partition = partitions_[read.source][d];
          if (partition != nullptr) rows += partition->rows;
        }
        break;
      case Calculation::Source::Calculation:
        for (size_t d = first; d <= day; ++d) add_result(read.source, d);
        break;
      case Calculation::Source::Previous:
        if (const auto before = day_before(c, day)) add_result(c, *before);
        break;
      case Calculation::Source::Calendar:
        break;
    }
  }
  return rows;
}

void Planner::gather(size_t calculation, size_t day, Gathered* out) {
  using Source = Calculation::Source;
  for (ReadPlan& read : reads_[calculation]) {
    switch (read.read->source) {
      case Source::Dataset:
        gather_dataset(read, day, out);
        break;
      case Source::Calculation:
        gather_dependency(read, day, out);
        break;
      case Source::Previous:
        gather_previous(read, calculation, day, out);
        break;
      case Source::Calendar:
        while (calendar_hashes_.size() <= day) {
          const size_t next = calendar_hashes_.size();
          preimage_.start("calendar/1").add(next ? calendar_hashes_.back() : Hash{});
          preimage_.add(static_cast<uint64_t>(date(next).days()));
          calendar_hashes_.push_back(preimage_.digest());
        }
        out->dated.push_back(calendar_hashes_[day]);
    }
  }
}

}  // namespace almanac
