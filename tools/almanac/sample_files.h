// The Parquet files of a sample. Files appear whole: written beside their place, then renamed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "tools/almanac/sample_market.h"
#include "tools/almanac/sample_trader.h"

namespace almanac {

// Writes part files of positions and history. Used by one thread.
class LotWriter {
 public:
  enum Table { kPositions, kHistory };  // differ in the name of the price on the day

  LotWriter(const Market& market, int part) : market_(market), part_(part) {}

  // The lots at `rows`, priced at the close of `day`, as part-NNNNN.parquet in `folder` (created).
  Result<void> write(Table table, const std::string& folder, int day, const std::vector<Lot>& lots,
                     const std::vector<size_t>& rows) const;

 private:
  const Market& market_;
  int part_;
};

// users.parquet: one row per user with the labels.
Result<void> write_users(const std::string& out, int32_t users, uint64_t seed,
                         const Market& market);

}  // namespace almanac
