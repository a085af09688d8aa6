// What a portfolio did otherwise than its benchmark, sector by sector, for one day: G. P. Brinson,
// N. Fachler, Measuring non-U.S. equity portfolio performance, Journal of Portfolio Management 11
// (1985), arithmetic, with the interaction apart. The sum of all three effects over all sectors is
// the return of the portfolio less that of the benchmark.
#pragma once

#include <almanac/calculation.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "layers/market/tickers.h"
#include "layers/mathematics/numbers.h"

struct Effects {
  double allocation, selection, interaction;
};

// Weights and returns of a sector in the portfolio (p) and in the benchmark (b), whose return is
// `whole`. What the portfolio does not hold has the benchmark's return.
inline Effects effects_of(double wp, double rp, double wb, double rb, double whole) {
  return {(wp - wb) * (rb - whole), wb * (rp - rb), (wp - wb) * (rp - rb)};
}

// All stocks with a return on the date and a sector, weighted equally.
class SectorBenchmark {
 public:
  struct Sector {
    std::string_view name;
    double weight, ret;
  };

  SectorBenchmark() = default;
  // Pairs of ticker and sector, and of ticker and return. Names live as long as what they are of.
  SectorBenchmark(std::vector<std::pair<std::string_view, std::string_view>> sectors,
                  const std::vector<std::pair<std::string_view, double>>& returns)
      : sector_of_(std::move(sectors)) {
    std::sort(sector_of_.begin(), sector_of_.end());
    std::vector<std::pair<std::string_view, double>> by_sector;
    std::vector<double> all;
    for (const auto& [ticker, ret] : returns) {
      const std::string_view sector = sector_name(ticker);
      if (sector.empty() || ticker == kMarketIndex || !std::isfinite(ret)) continue;
      by_sector.emplace_back(sector, ret);
      all.push_back(ret);
    }
    std::sort(by_sector.begin(), by_sector.end());
    for (size_t begin = 0, end; begin < by_sector.size(); begin = end) {
      std::vector<double> mine;
      for (end = begin; end < by_sector.size() && by_sector[end].first == by_sector[begin].first;) {
        mine.push_back(by_sector[end++].second);
      }
      sectors_.push_back({by_sector[begin].first,
                          static_cast<double>(mine.size()) / static_cast<double>(all.size()),
                          mean(mine)});
    }
    whole_ = mean(all);
  }

  const std::vector<Sector>& sectors() const { return sectors_; }  // by name
  double whole() const { return whole_; }

  // The position in sectors(); their number for a ticker that is in none of them.
  size_t find(std::string_view ticker) const {
    const std::string_view name = sector_name(ticker);
    const auto found = std::find_if(sectors_.begin(), sectors_.end(),
                                    [&](const Sector& sector) { return sector.name == name; });
    return static_cast<size_t>(found - sectors_.begin());
  }

 private:
  // Empty for a ticker without a sector.
  std::string_view sector_name(std::string_view ticker) const {
    const auto found = std::lower_bound(sector_of_.begin(), sector_of_.end(), ticker,
                                        [](const auto& pair, auto t) { return pair.first < t; });
    return found != sector_of_.end() && found->first == ticker ? found->second : std::string_view();
  }

  std::vector<std::pair<std::string_view, std::string_view>> sector_of_;  // by ticker
  std::vector<Sector> sectors_;
  double whole_ = kUndefined;
};
