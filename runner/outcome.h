// What the kinds of calculations have in common when they turn calls into outcomes.
#pragma once

#include <chrono>
#include <cstdint>

#include "runner/cell_sink.h"
#include "runner/execute.h"
#include "runner/failure.h"
#include "runner/module.h"
#include "runner/result_writer.h"
#include "runner/vitals.h"

namespace almanac {

// A stage: its time goes to a statistic, in microseconds.
class Timer {
 public:
  Timer(Stage stage, int64_t* total)
      : before_(Vitals::here().stage), total_(total), start_(std::chrono::steady_clock::now()) {
    Vitals::here().enter(stage);
  }
  ~Timer() {
    Vitals::here().enter(before_);
    *total_ += std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::steady_clock::now() - start_)
                   .count();
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

 private:
  const Stage before_;
  int64_t* total_;
  std::chrono::steady_clock::time_point start_;
};

// One call of the module; PERMANENT, FAILED, or what the sink objects to.
MaybeFailure process(Instance& instance, const abi::Batch& batch, CellSink* sink);

// Hands the rows and rejections of one call for one date over; frees them.
MaybeFailure write_day(CellSink::Day* day, ResultWriter* writer);

// An outcome without a result.
CellOutcome failed_outcome(Date date, const Failure& failure);

// Remembers the memory in use, where it is more than before.
uint64_t note_memory(Statistics* statistics);

}  // namespace almanac
