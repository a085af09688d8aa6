#include "runner/per_entity.h"

#include <arrow/array.h>

#include <set>
#include <string>

#include "core/quality/entity_breaker.h"
#include "runner/batch_view.h"
#include "runner/entity_stream.h"
#include "runner/memory_use.h"
#include "runner/outcome.h"

namespace almanac {

namespace {

constexpr size_t kSamples = 5;

std::string id_at(const arrow::Array& ids, size_t entity) {
  const auto i = static_cast<int64_t>(entity);
  if (ids.type_id() == arrow::Type::INT64) {
    return std::to_string(static_cast<const arrow::Int64Array&>(ids).Value(i));
  }
  return static_cast<const arrow::StringArray&>(ids).GetString(i);
}

// One pass over the inputs.
class Pass {
 public:
  Pass(Instance& instance, const CellTask& task, const StagePath& stage,
       const std::set<size_t>& in_memory)
      : instance_(instance),
        task_(task),
        stream_(task, in_memory),
        writer_(*task.calculation, task.dates[0], task.limits, stage) {}

  CellOutcome run() {
    auto failure = stream();
    if (!failure) {
      Timer timer(Stage::Store, &outcome_.statistics.commit_us);
      failure = writer_.finish(&outcome_);
    }
    note_memory(&outcome_.statistics);
    if (!failure) {
      outcome_.date = task_.dates[0];
      return std::move(outcome_);
    }
    CellOutcome failed = failed_outcome(task_.dates[0], *failure);
    failed.statistics = std::move(outcome_.statistics);
    return failed;
  }

  std::optional<size_t> disordered() const { return stream_.disordered(); }

 private:
  MaybeFailure stream() {
    const uint64_t flush_at = task_.limits.flush_at_bytes();
    const auto pressure = [&] { return note_memory(&outcome_.statistics) > flush_at; };
    {
      Timer timer(Stage::Input, &outcome_.statistics.input_us);
      if (auto opened = stream_.open(); !opened.ok()) return input_failure(opened.error().message);
    }
    for (;;) {
      {
        Timer timer(Stage::Input, &outcome_.statistics.input_us);
        const auto more = stream_.next(pressure);
        if (!more.ok()) return input_failure(more.error().message);
        if (!*more) break;
      }
      if (auto failure = compute()) return failure;
      if (stream_.flush() == EntityStream::Flush::Limit) ++outcome_.statistics.flushes_batch;
      if (stream_.flush() != EntityStream::Flush::Memory) continue;
      ++outcome_.statistics.flushes_memory;
      if (auto failure = writer_.flush()) return failure;
      release_unused_memory();
    }
    return breaker_.finish() ? MaybeFailure() : breaker_open();
  }

  MaybeFailure compute() {
    CellSink sink(*task_.calculation, task_.dates);
    {
      Timer timer(Stage::Process, &outcome_.statistics.process_us);
      const BatchView view(task_.dates, stream_.reads(), stream_.entities().get(), task_.calendar);
      auto failure = process(instance_, view.batch(), &sink);
      note_memory(&outcome_.statistics);
      if (failure) return failure;
    }
    outcome_.statistics.skipped += sink.skipped;
    Vitals::here().entities += static_cast<uint64_t>(stream_.entities()->length());
    if (auto failure = count(sink)) return failure;
    Timer timer(Stage::Store, &outcome_.statistics.commit_us);
    return write_day(&sink.days.begin()->second, &writer_);
  }

  MaybeFailure count(const CellSink& sink) {
    const arrow::Array& ids = *stream_.entities();
    auto failed = sink.failed.begin();
    for (size_t e = 0; e < static_cast<size_t>(ids.length()); ++e) {
      const bool fails = failed != sink.failed.end() && failed->entity == e;
      ++outcome_.statistics.entities;
      if (fails) {
        ++outcome_.statistics.failed;
        const std::string id = id_at(ids, e);
        writer_.entity_failed(id, failed->message);
        if (outcome_.statistics.samples.size() < kSamples) {
          outcome_.statistics.samples.push_back(task_.calculation->entity() + " " + id + ": " +
                                                failed->message);
        }
        ++failed;
      }
      if (!breaker_.add(fails)) return breaker_open();
    }
    return {};
  }

  Failure breaker_open() const {
    std::string first;
    if (!outcome_.statistics.samples.empty()) first = "; first " + outcome_.statistics.samples[0];
    return {"ENTITY_CIRCUIT_BREAKER", breaker_.message() + first, "process", false, false};
  }

  Instance& instance_;
  const CellTask& task_;
  EntityStream stream_;
  ResultWriter writer_;
  EntityBreaker breaker_;
  CellOutcome outcome_;
};

}  // namespace

CellOutcome execute_per_entity(Instance& instance, const CellTask& task, const StagePath& stage) {
  std::set<size_t> in_memory;
  for (;;) {
    Pass pass(instance, task, stage, in_memory);
    CellOutcome outcome = pass.run();
    const auto read = pass.disordered();
    if (!read) return outcome;
    in_memory.insert(*read);
  }
}

}  // namespace almanac
