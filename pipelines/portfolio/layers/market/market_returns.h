// The daily returns of the market index, oldest first, one for each of the last days of the
// calendar; undefined on a day without one.
#pragma once

#include <almanac/calculation.h>

#include <string_view>
#include <vector>

#include "layers/market/tickers.h"
#include "layers/mathematics/numbers.h"

// `ret_1d` is a column of `table`, price_extractor with a window.
inline std::vector<double> market_returns(const almanac::Context& day, const almanac::Table& table,
                                          almanac::In<std::string_view> ticker,
                                          almanac::In<double> ret_1d) {
  std::vector<double> returns;
  for (const almanac::WindowDay there : day.window(table)) {
    returns.push_back(kUndefined);
    for (const almanac::Row row : there.rows) {
      if (row[ticker] == kMarketIndex) returns.back() = row[ret_1d];
    }
  }
  return returns;
}
