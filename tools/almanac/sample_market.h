// The market in which the sample's users trade: the closes of the price table over the simulated
// days, and what their habits look at. Immutable once read; any number of threads may read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "almanac/date.h"
#include "core/base/result.h"

namespace almanac {

struct Market {
  static constexpr int kDays = 262;          // simulated, the last one included
  static constexpr int kLookBackDays = 60;   // of `winners` and `losers`
  static constexpr int kLookAheadDays = 15;  // of `upcoming`

  struct Day {
    Date date;
    std::vector<double> close;       // by ticker; NaN where there is none
    std::vector<uint16_t> tradable;  // tickers with a close on this and every later simulated day
    std::vector<uint16_t> winners;   // of the tradable: the best 6 by their return of 60 days
    std::vector<uint16_t> losers;    // the worst 6
    std::vector<uint16_t> upcoming;  // the best 3 of the next 15 days
  };
  std::vector<std::string> tickers;  // sorted, without the index SP500; lots hold positions in it
  std::vector<Day> days;             // ascending; fewer than kDays where the table starts later

  int size() const { return static_cast<int>(days.size()); }
};

// Reads every *.parquet below `folder`: columns ticker and close, and date unless the path has a
// part date=YYYY-MM-DD. The simulated days end at `last`, which must be a day of the table, or at
// the table's last day. Data error when a file is not as described or the folder has no price.
Result<Market> read_market(const std::string& folder, std::optional<Date> last);

}  // namespace almanac
