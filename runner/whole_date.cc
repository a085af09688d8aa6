#include "runner/whole_date.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "runner/batch_view.h"
#include "runner/entity_feed.h"
#include "runner/outcome.h"
#include "runner/whole_table.h"

namespace almanac {

namespace {

// One call for all dates: fills the sink.
MaybeFailure call(Instance& instance, const CellTask& task, CellSink* sink,
                  Statistics* statistics) {
  std::vector<ReadTables> tables;
  std::vector<const ReadTables*> reads;
  {
    Timer timer(Stage::Input, &statistics->input_us);
    for (size_t r = 0; r < task.inputs.size(); ++r) {
      auto table = read_whole(task.calculation->reads[r], task.inputs[r]);
      if (!table.ok()) return input_failure(table.error().message);
      tables.push_back(std::move(*table));
    }
  }
  for (const ReadTables& table : tables) reads.push_back(&table);
  note_memory(statistics);
  Timer timer(Stage::Process, &statistics->process_us);
  const BatchView view(task.dates, reads, nullptr, task.calendar);
  auto failure = process(instance, view.batch(), sink);
  note_memory(statistics);
  return failure;
}

// The same where tables are streamed by entity. Begins again while a table turns out not to be
// sorted.
MaybeFailure call_streamed(Instance& instance, const CellTask& task, std::optional<CellSink>* sink,
                           Statistics* statistics) {
  std::set<size_t> in_memory;
  for (;;) {
    EntityFeed feed(task, in_memory, statistics);
    std::vector<const ReadTables*> reads;
    if (auto failure = feed.open(&reads)) return failure;
    BatchView view(task.dates, reads, nullptr, task.calendar);
    view.stream_from(&EntityFeed::next, &feed);
    sink->emplace(*task.calculation, task.dates);
    const int64_t input_us = statistics->input_us;
    MaybeFailure failure;
    {
      Timer timer(Stage::Process, &statistics->process_us);
      failure = process(instance, view.batch(), &**sink);
    }
    statistics->process_us -= statistics->input_us - input_us;
    note_memory(statistics);
    const auto read = feed.disordered();
    if (!read) return feed.failure() ? feed.failure() : failure;
    in_memory.insert(*read);
  }
}

CellOutcome write(const CellTask& task, Date date, CellSink::Day* day, const StagePath& stage,
                  Statistics statistics) {
  CellOutcome outcome;
  outcome.date = date;
  outcome.statistics = std::move(statistics);
  MaybeFailure failure;
  {
    Timer timer(Stage::Store, &outcome.statistics.commit_us);
    ResultWriter writer(*task.calculation, date, task.limits, stage);
    failure = write_day(day, &writer);
    if (!failure) failure = writer.finish(&outcome);
  }
  if (!failure) return outcome;
  CellOutcome failed = failed_outcome(date, *failure);
  failed.statistics = std::move(outcome.statistics);
  return failed;
}

}  // namespace

std::vector<CellOutcome> execute_whole(Instance& instance, const CellTask& task,
                                       const StagePath& stage) {
  std::vector<CellOutcome> outcomes;
  Statistics statistics;
  std::optional<CellSink> sink;
  sink.emplace(*task.calculation, task.dates);
  const auto failure = task.calculation->streamed_by().name.empty()
                           ? call(instance, task, &*sink, &statistics)
                           : call_streamed(instance, task, &sink, &statistics);
  if (failure && task.dates.size() > 1) {
    for (size_t i = 0; i < task.dates.size(); ++i) {
      outcomes.push_back(std::move(execute_whole(instance, one_date(task, i), stage)[0]));
    }
    return outcomes;
  }
  if (failure) {
    outcomes.push_back(failed_outcome(task.dates[0], *failure));
    outcomes[0].statistics = std::move(statistics);
    return outcomes;
  }
  const auto dates = static_cast<int64_t>(task.dates.size());
  statistics.input_us /= dates;  // each date's share
  statistics.process_us /= dates;
  for (Date date : task.dates) {
    outcomes.push_back(write(task, date, &sink->days[date], stage, statistics));
  }
  return outcomes;
}

}  // namespace almanac
