#include <almanac/calculation.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "layers/mathematics/hull.h"
#include "layers/mathematics/numbers.h"
#include "layers/schemas/lots.h"

using namespace almanac;

// The shape of each user's holdings between risk and return: each ticker is a point, its volatility
// of 60 days against what the user has earned with it so far, in percent of what it cost. A ticker
// without either is none.
//
//   hull_area   of the convex hull, 0 with less than three corners
//   efficiency  the share of the money that lies in tickers on the efficient frontier of the points
struct UserRiskGeometry : PerEntity {
  Lots open{dataset("positions"), "price"};
  Table profit = calculation("net_profit");  // has a row for each user
  In<int64_t> n_open = profit["n_open"];
  Table layers = calculation("price_layers");
  In<std::string_view> ticker = layers["ticker"];
  In<double> vol60 = layers["vol60"];

  Key<int64_t> user = key("user_id");
  Out<int64_t> points = column("points").constant();
  Out<int64_t> hull_points = column("hull_points").constant();
  Out<double> hull_area = column("hull_area").constant();
  Out<double> efficiency = column("efficiency").sparse().constant();

  UserRiskGeometry() { lines({"crowd"}); }

  std::map<std::string_view, double> volatility;
  void prepare(const Day& day) override {
    volatility.clear();
    for (const Row row : day.rows(layers)) volatility[row[ticker]] = row[vol60];
  }

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
};
ALMANAC_CALCULATION(UserRiskGeometry, "risk", "user_risk_geometry")
