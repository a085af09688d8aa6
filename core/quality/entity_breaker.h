// EntityBreaker: gives a cell up when too many of its entities fail.
//
// It is told of every entity in entity order and judges at fixed counts, the multiples of 100 above
// 100, and once more at the end whatever the count; so what it says does not depend on how entities
// are cut into batches. It is open when more than 10 % of the entities so far failed, and stays so.
// Pure.
#pragma once

#include <cstdint>
#include <string>

namespace almanac {

class EntityBreaker {
 public:
  static constexpr uint64_t kEvery = 100;  // entities between two judgements
  static constexpr uint64_t kMaxFailedPercent = 10;

  // The next entity. Returns false when the breaker is open.
  bool add(bool failed);
  // The last entity was added. Returns false when the breaker is open.
  bool finish();

  uint64_t entities() const { return entities_; }
  uint64_t failed() const { return failed_; }

  // "25.0 % of 200 entities failed (50), more than 10 %"; of the entities up to the judgement.
  std::string message() const;

 private:
  bool judge();

  uint64_t entities_ = 0, failed_ = 0;
  bool open_ = false;
};

}  // namespace almanac
