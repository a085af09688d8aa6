// The daily returns of the last year, for what compares stocks with each other.
#pragma once

#include <almanac/calculation.h>

#include <cmath>
#include <string_view>
#include <vector>

#include "layers/market/tickers.h"

struct TrailingReturns {
  static constexpr uint32_t kDays = 252;

  struct Stock {
    std::string_view ticker;
    std::vector<double> returns;  // oldest first; empty unless there are all 252
  };
  std::vector<Stock> stocks;  // those with a row on the date, by ticker; without the index

  // `table` has a window of at least kDays calendar days.
  TrailingReturns(const almanac::Context& context, const almanac::Table& table,
                  almanac::In<std::string_view> ticker, almanac::In<double> ret) {
    const Tickers tickers(context.rows(table), ticker);
    for (const std::string_view name : tickers.names()) stocks.push_back({name, {}});
    const almanac::Window days = context.window(table);
    for (size_t i = days.size() - std::min<size_t>(days.size(), kDays); i < days.size(); ++i) {
      for (const almanac::Row row : days[i].rows) {
        const auto stock = tickers.find(row[ticker]);
        if (stock && std::isfinite(row[ret])) stocks[*stock].returns.push_back(row[ret]);
      }
    }
    for (Stock& stock : stocks) {
      if (stock.returns.size() < kDays) stock.returns.clear();
    }
  }
};
