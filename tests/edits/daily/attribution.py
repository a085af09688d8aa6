"""Edits of attribution."""
from edit import alters, preserves

EDITS = (
    preserves("active_return", "the sum of an effect by a member function", (
        "calculations/attribution/active_return.cc",
        """    if (effects.empty()) return;
    Sum benchmark;
    for (const Row row : effects) benchmark += row[wb] * row[rb];
    const auto total = [&](In<double> effect) {
      Sum sum;
      for (const Row row : effects) sum += row[effect];
      return defined(sum);
    };
    record[active_return] = defined(own[0][daily_return] - benchmark);
    record[bf_allocation] = total(allocation);
    record[bf_selection] = total(selection);
    record[bf_interaction] = total(interaction);
  }
""",
        """    if (!effects.empty()) {
      record[bf_allocation] = total(effects, allocation);
      record[bf_selection] = total(effects, selection);
      record[bf_interaction] = total(effects, interaction);
      record[active_return] = defined(own[0][daily_return] - benchmark_return(effects));
    }
  }

  double benchmark_return(const Rows& rows) const {
    Sum sum;
    for (size_t i = 0; i < rows.size(); ++i) {
      const Row row = rows[i];
      sum += row[wb] * row[rb];
    }
    return sum;
  }

  static std::optional<double> total(const Rows& rows, In<double> effect) {
    Sum sum;
    for (size_t i = 0; i < rows.size(); ++i) sum += rows[i][effect];
    return defined(sum);
  }
""")),

    preserves("capm", "the header of market returns is renamed", (
        "calculations/attribution/capm.cc",
        '#include "layers/market/market_returns.h"', '#include "layers/market/index_returns.h"'), (
        "calculations/profiling/smart_money_score.cc",
        '#include "layers/market/market_returns.h"', '#include "layers/market/index_returns.h"'), (
        "layers/market/index_returns.h",
        """  for (const almanac::WindowDay there : day.window(table)) {
    returns.push_back(kUndefined);
    for (const almanac::Row row : there.rows) {
      if (row[ticker] == kMarketIndex) returns.back() = row[ret_1d];
    }
  }
""",
        """  for (const almanac::WindowDay past : day.window(table)) {
    double of_index = kUndefined;
    for (const almanac::Row row : past.rows) {
      if (row[ticker] != kMarketIndex) continue;
      of_index = row[ret_1d];
    }
    returns.push_back(of_index);
  }
"""), moves=(("layers/market/market_returns.h", "layers/market/index_returns.h"),)),

    alters("sector_attribution", "the index counts as a stock of its sector", (
        "layers/attribution/brinson.h",
        """    for (const auto& [ticker, ret] : returns) {
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
""",
        """    for (const auto& [ticker, ret] : returns) {
      if (!std::isfinite(ret)) continue;
      const std::string_view sector = sector_name(ticker);
      if (!sector.empty()) {
        by_sector.emplace_back(sector, ret);
        all.push_back(ret);
      }
    }
    std::sort(by_sector.begin(), by_sector.end());
    const auto n = static_cast<double>(all.size());
    size_t i = 0;
    while (i < by_sector.size()) {
      const std::string_view name = by_sector[i].first;
      std::vector<double> mine;
      while (i < by_sector.size() && by_sector[i].first == name) {
        mine.push_back(by_sector[i].second);
        ++i;
      }
      const double weight = static_cast<double>(mine.size()) / n;
      sectors_.push_back({name, weight, mean(mine)});
    }
"""), where="sectors with a row SP500, Index, and a return of SP500 on the date: a user who was worth"
            " something the day before has a row of the sector Index more, and each wb is smaller"),
)
