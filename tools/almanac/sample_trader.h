// One user of the sample and all the lots that the user ever opens. A user is a function of
// (seed, user id) and the market alone, so a sample of more users or more days begins with the
// same. All randomness is a fixed algorithm on integers and +, *, /: the same everywhere.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tools/almanac/sample_market.h"

namespace almanac {

struct Trader {
  int32_t id;
  std::string_view type;  // index_holder, disposition_prone, ...: see sample_trader.cc
  bool smart;             // half of the picks are the market's `upcoming`
  bool dormant;           // sells everything and stops long before the sample ends
  int join;               // first day that the user trades on, a position in Market::days
  double equity;          // what the user's lots are meant to cost together, in dollars
};

struct Lot {
  static constexpr int64_t kPerUser = 1 << 20;  // position_id = user id * kPerUser + sequence

  int64_t position_id;
  double units;
  uint16_t ticker;      // position in Market::tickers
  int16_t open, close;  // positions in Market::days; close is Market::size() while it is open
  bool is_buy;

  int32_t user_id() const { return static_cast<int32_t>(position_id / kPerUser); }
};

Trader make_trader(uint64_t seed, int32_t id, const Market& market);

// Appends the trader's lots by position_id. A lot closes on a later day than it opens.
void trade(const Trader& trader, uint64_t seed, const Market& market, std::vector<Lot>* lots);

}  // namespace almanac
