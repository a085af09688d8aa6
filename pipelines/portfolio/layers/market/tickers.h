// The stocks of a date, and how to find one by its ticker.
#pragma once

#include <almanac/calculation.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

inline constexpr std::string_view kMarketIndex = "SP500";  // has prices, but is no stock

// The position of a name among ascending ones.
inline std::optional<size_t> find_name(const std::vector<std::string_view>& names,
                                       std::string_view name) {
  const auto found = std::lower_bound(names.begin(), names.end(), name);
  if (found == names.end() || *found != name) return std::nullopt;
  return static_cast<size_t>(found - names.begin());
}

class Tickers {
 public:
  // One row per ticker.
  Tickers(almanac::Rows rows, almanac::In<std::string_view> ticker) {
    for (const std::string_view name : rows.column(ticker)) {
      if (name != kMarketIndex) names_.push_back(name);
    }
    std::sort(names_.begin(), names_.end());
  }

  const std::vector<std::string_view>& names() const { return names_; }  // ascending

  // The position in names(); null where it is no stock of the date.
  std::optional<size_t> find(std::string_view ticker) const { return find_name(names_, ticker); }

 private:
  std::vector<std::string_view> names_;
};
