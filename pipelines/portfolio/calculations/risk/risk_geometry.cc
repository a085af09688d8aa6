#include <almanac/calculation.h>

#include <cmath>
#include <optional>
#include <vector>

#include "layers/market/trailing_returns.h"
#include "layers/mathematics/hull.h"
#include "layers/mathematics/mean_variance.h"

using namespace almanac;

// The market of a date in one row: which stocks span the convex hull of risk and return, which of
// them are efficient, and the constants of the mean-variance frontier of all of them.
struct RiskGeometry : WholeDate {
  Table points = calculation("risk_points");
  In<std::string_view> ticker = points["ticker"];
  In<double> risk = points["risk"];
  In<double> ret = points["ret"];
  Table extracted = calculation("price_extractor").window(TrailingReturns::kDays);
  In<std::string_view> symbol = extracted["ticker"];
  In<double> ret_1d = extracted["ret_1d"];

  Out<List<std::string_view>> hull = column("hull");
  Out<List<std::string_view>> frontier = column("frontier");
  Out<double> A = column("A").sparse();
  Out<double> B = column("B").sparse();
  Out<double> C = column("C").sparse();
  Out<double> D = column("D").sparse();
  Out<double> gmv_risk = column("gmv_risk").sparse();
  Out<double> gmv_ret = column("gmv_ret").sparse();

  RiskGeometry() { lines({"stocks"}); }

  void process(const Day& day, Output& out) const override {
    std::vector<Point> places;
    std::vector<std::string_view> names;
    for (const Row point : day.rows(points)) {
      if (!point.has(risk)) continue;
      places.push_back({point[risk], point[ret]});
      names.push_back(point[ticker]);
    }
    const std::vector<size_t> corners = convex_hull(places);
    const auto named = [&](const std::vector<size_t>& positions) {
      std::vector<std::string_view> list;
      for (const size_t i : positions) list.push_back(names[i]);
      return list;
    };
    Record record = out.add();
    record[hull] = named(corners);
    record[frontier] = named(efficient_frontier(places, corners));

    std::vector<std::vector<double>> returns;
    for (auto& stock : TrailingReturns(day, extracted, symbol, ret_1d).stocks) {
      if (!stock.returns.empty()) returns.push_back(stock.returns);
    }
    const std::optional<MeanVariance> market = mean_variance(returns);
    if (!market) return;
    record[A] = market->A;
    record[B] = market->B;
    record[C] = market->C;
    record[D] = market->D;
    record[gmv_risk] = market->gmv_risk();
    record[gmv_ret] = market->gmv_return();
  }
};
ALMANAC_CALCULATION(RiskGeometry, "risk", "risk_geometry")
