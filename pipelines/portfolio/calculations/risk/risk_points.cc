#include <almanac/calculation.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "layers/market/trailing_returns.h"
#include "layers/mathematics/hull.h"
#include "layers/mathematics/numbers.h"

using namespace almanac;

// Where each stock lies between risk (the annual volatility of its daily returns) and return (their
// annual mean), and whether it is a corner of the convex hull and of the efficient frontier.
struct RiskPoints : WholeDate {
  Table extracted = calculation("price_extractor").window(TrailingReturns::kDays);
  In<std::string_view> symbol = extracted["ticker"];
  In<double> ret_1d = extracted["ret_1d"];

  Key<std::string_view> ticker = key("ticker");
  Out<double> risk = column("risk").sparse();
  Out<double> ret = column("ret").sparse();
  Out<bool> on_hull = column("on_hull");
  Out<bool> on_frontier = column("on_frontier");

  RiskPoints() { lines({"stocks"}); }

  void process(const Day& day, Output& out) const override {
    TrailingReturns trailing(day, extracted, symbol, ret_1d);
    std::vector<Point> points;
    for (auto& stock : trailing.stocks) {
      const Point point = {sample_sd(stock.returns) * std::sqrt(kDaysPerYear),
                           mean(stock.returns) * kDaysPerYear};
      if (is_finite(point)) {
        points.push_back(point);
      } else {
        stock.returns.clear();
      }
    }
    const std::vector<size_t> hull = convex_hull(points);
    const std::vector<size_t> frontier = efficient_frontier(points, hull);
    const auto among = [](const std::vector<size_t>& corners, size_t point) {
      return std::find(corners.begin(), corners.end(), point) != corners.end();
    };

    size_t point = 0;
    for (const auto& stock : trailing.stocks) {
      const bool is_point = !stock.returns.empty();
      Record record = out.add();
      record[ticker] = stock.ticker;
      record[on_hull] = is_point && among(hull, point);
      record[on_frontier] = is_point && among(frontier, point);
      if (!is_point) continue;
      record[risk] = points[point].x;
      record[ret] = points[point].y;
      ++point;
    }
  }
};
ALMANAC_CALCULATION(RiskPoints, "risk", "risk_points")
