// The generator behind `almanac sample`: user data in the documented layout from real prices.
//
// For each of the simulated days (Market::kDays, fewer where the prices start later) it writes
// history/date=D/part-NNNNN.parquet, the lots closed on D; for the last `days` of them also
// positions/date=D/part-NNNNN.parquet, the lots open after D; and users.parquet, the labels for
// judging. A part has 25,000 users and is written even if it has no row. See the project's
// data/README.md for the columns.
//
// What a user does depends on (seed, user id) and the prices alone. Memory is bounded by one part
// per thread, whatever the number of users.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "almanac/date.h"
#include "core/base/result.h"

namespace almanac {

struct SampleOptions {
  int32_t users = 0;  // ids 1 to users
  int days = 0;       // dates with positions
  uint64_t seed = 1;
  std::optional<Date> last;  // last simulated day; unset: the last day with prices
  std::string prices;        // folder of the price table, as read_market reads it
  std::string out;           // folder; created
  int threads = 0;           // 0: one per processor
  std::function<void(int32_t users_done)> progress;  // never called by two threads at once; or null
};

// Replaces an earlier sample in `out` (one that has users.parquet). Usage error when the numbers
// are out of range, or `out` has positions or history that no sample made; data error when the
// prices cannot be read; temporary error when a file cannot be written. A failed sample leaves
// whole files.
Result<void> sample(const SampleOptions& options);

}  // namespace almanac
