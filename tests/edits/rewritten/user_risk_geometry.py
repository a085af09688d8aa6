"""Edits of user_risk_geometry, written without a look at the others."""
from edit import alters, preserves

SHAPES = "calculations/risk/user_risk_geometry.cc"
NUMBERS = "layers/mathematics/numbers.h"

EDITS = (
    preserves(
        "user_risk_geometry", "known volatilities only, the place of a ticker in a function",
        (SHAPES, "#include <algorithm>\n#include <map>\n#include <string_view>\n",
         "#include <cmath>\n#include <map>\n#include <optional>\n#include <string_view>\n"),
        (SHAPES, """\
    volatility.clear();
    for (const Row row : day.rows(layers)) volatility[row[ticker]] = row[vol60];
  }
""", """\
    volatility.clear();
    for (const Row row : day.rows(layers)) {  // one for each ticker
      const double vol = row[vol60];
      if (std::isfinite(vol)) volatility.insert_or_assign(row[ticker], vol);
    }
  }
"""),
        (SHAPES, """\
  struct Stake {
    Sum invested, net_profit;
  };

  void process(const Entity& entity, Output& out) const override {
    std::map<std::string_view, Stake> stakes;
    each_lot(open, entity, [&](Date, Row lot) {
      Stake& stake = stakes[lot[open.ticker]];
      const LotNumbers numbers = numbers_of(open, lot);
      stake.invested += numbers.invested;
      stake.net_profit += numbers.net_profit;
    });
    if (entity.rows(profit).empty()) return;
    std::vector<Point> places;
    std::vector<double> invested;
    for (const auto& [name, stake] : stakes) {
      const auto found = volatility.find(name);
      const double x = found == volatility.end() ? kUndefined : found->second;
      const double y = 100 * ratio(stake.net_profit, stake.invested);
      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      places.push_back({rounded(x), rounded(y)});
      invested.push_back(stake.invested);
    }
    const std::vector<size_t> hull = convex_hull(places);
    Sum all, efficient;
    for (const double money : invested) all += money;
    for (const size_t corner : efficient_frontier(places, hull)) efficient += invested[corner];
    Record record = out.add();
    record[points] = places.size();
    record[hull_points] = hull.size();
    record[hull_area] = polygon_area(places, hull);
    record[efficiency] = defined(ratio(efficient, all));
  }
""", """\
  struct Stake {
    Sum invested, net_profit;

    void add(const LotNumbers& numbers) {
      net_profit += numbers.net_profit;
      invested += numbers.invested;
    }
    double percent() const { return 100 * ratio(net_profit, invested); }
  };
  using Stakes = std::map<std::string_view, Stake>;

  void process(const Entity& entity, Output& out) const override {
    const Stakes stakes = stakes_of(entity);
    if (entity.rows(profit).empty()) return;
    Sum all;
    std::vector<Point> places;
    std::vector<double> invested;
    for (const auto& [name, stake] : stakes) {
      const std::optional<Point> place = place_of(name, stake);
      if (!place) continue;
      places.push_back(*place);
      invested.push_back(stake.invested);
      all += invested.back();
    }
    const std::vector<size_t> hull = convex_hull(places);
    const std::vector<size_t> frontier = efficient_frontier(places, hull);
    Sum efficient;
    for (size_t i = 0; i < frontier.size(); ++i) efficient += invested[frontier[i]];
    Record record = out.add();
    record[efficiency] = defined(ratio(efficient, all));
    record[hull_area] = polygon_area(places, hull);
    record[hull_points] = hull.size();
    record[points] = places.size();
  }

  Stakes stakes_of(const Entity& entity) const {
    Stakes stakes;
    each_lot(open, entity, [&](Date, Row lot) {
      stakes[lot[open.ticker]].add(numbers_of(open, lot));
    });
    return stakes;
  }

  // Null where either coordinate is not known.
  std::optional<Point> place_of(std::string_view name, const Stake& stake) const {
    const auto found = volatility.find(name);
    if (found == volatility.end()) return std::nullopt;
    const double percent = stake.percent();
    if (!std::isfinite(percent)) return std::nullopt;
    return Point{rounded(found->second), rounded(percent)};
  }
""")),
    alters(
        "user_risk_geometry", "halves are rounded away from 0",
        (NUMBERS, "std::nearbyint(x * kScale) / kScale", "std::round(x * kScale) / kScale"),
        where="a user's open lots are in three tickers with vol60 0.2, 0.3 and 0.4: invested 32768 "
              "with net_profit 1, which is 0.0030517578125 percent and half a step of the 12th "
              "decimal, invested 100 with net_profit 1, and invested 100 with net_profit 0: "
              "hull_area was 0.09984741210940001 and is 0.09984741210935"),
    alters(
        "user_risk_geometry", "a ticker is found by its beginning",
        (SHAPES, """\
      const auto found = volatility.find(name);
      const double x = found == volatility.end() ? kUndefined : found->second;
""", """\
      const auto found = volatility.lower_bound(name);
      const bool known = found != volatility.end() && found->first.starts_with(name);
      const double x = known ? found->second : kUndefined;
"""),
        where="a user's only lot is in BRK, invested 100 with net_profit 5; price_layers has a row "
              "for BRK.B with vol60 0.2 and none for BRK: points was 0 and is 1, efficiency was "
              "null and is 1"),
)
