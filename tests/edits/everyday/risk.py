"""Edits of risk."""
from edit import alters, preserves

EDITS = (
    preserves(
        "risk_points", "points in a header of their own",
        ("layers/mathematics/point.h",
         "",
         """// Points in the plane.
#pragma once

#include <cmath>

struct Point {
  double x, y;
};

// Above 0 where o -> a -> b turns left.
inline double cross(const Point& o, const Point& a, const Point& b) {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

inline bool is_finite(const Point& point) {
  return std::isfinite(point.x) && std::isfinite(point.y);
}
"""),
        ("layers/mathematics/hull.h",
         """#include "layers/mathematics/sum.h"

struct Point {
  double x, y;
};

inline bool is_finite(const Point& point) {
  return std::isfinite(point.x) && std::isfinite(point.y);
}

// Above 0 where o -> a -> b turns left.
inline double cross(const Point& o, const Point& a, const Point& b) {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

""",
         """#include "layers/mathematics/point.h"
#include "layers/mathematics/sum.h"

"""),
        ("layers/mathematics/hull.h",
         "#include <algorithm>\n#include <cmath>\n",
         "#include <algorithm>\n"),
        ("calculations/risk/risk_points.cc",
         """#include "layers/mathematics/numbers.h"
""",
         """#include "layers/mathematics/numbers.h"
#include "layers/mathematics/point.h"
"""),
        proved=True),
    preserves(
        "risk_geometry", "lambda to function, the market's returns collected apart",
        ("calculations/risk/risk_geometry.cc",
         """    const std::vector<size_t> corners = convex_hull(places);
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
""",
         """    const std::vector<size_t> hull_corners = convex_hull(places);
    const std::vector<size_t> efficient = efficient_frontier(places, hull_corners);
    Record record = out.add();
    record[frontier] = pick(names, efficient);
    record[hull] = pick(names, hull_corners);

    const std::optional<MeanVariance> market = mean_variance(returns_of(day));
    if (!market.has_value()) return;
    record[A] = market->A;
"""),
        ("calculations/risk/risk_geometry.cc",
         """    record[gmv_ret] = market->gmv_return();
  }
""",
         """    record[gmv_ret] = market->gmv_return();
  }

  // Those at the positions, in the order of these.
  static std::vector<std::string_view> pick(const std::vector<std::string_view>& names,
                                            const std::vector<size_t>& positions) {
    std::vector<std::string_view> picked(positions.size());
    for (size_t i = 0; i < positions.size(); ++i) picked[i] = names[positions[i]];
    return picked;
  }

  // Of the stocks that have them all, by ticker.
  std::vector<std::vector<double>> returns_of(const Day& day) const {
    const TrailingReturns trailing(day, extracted, symbol, ret_1d);
    std::vector<std::vector<double>> returns;
    for (const TrailingReturns::Stock& stock : trailing.stocks) {
      if (stock.returns.empty()) continue;
      returns.push_back(stock.returns);
    }
    return returns;
  }
""")),
    preserves(
        "frontier_gap", "the frontier walked by index, users kept as a struct",
        ("layers/mathematics/hull.h",
         """  const auto beyond = std::find_if(frontier.begin(), frontier.end(),
                                   [&](size_t corner) { return points[corner].x >= risk; });
  if (beyond == frontier.end()) return points[frontier.back()].y;
  if (beyond == frontier.begin()) return points[frontier.front()].y;
  const Point &a = points[*(beyond - 1)], &b = points[*beyond];
  return a.y + (b.y - a.y) * (risk - a.x) / (b.x - a.x);
""",
         """  size_t beyond = 0;  // position in frontier
  while (beyond < frontier.size() && !(points[frontier[beyond]].x >= risk)) beyond++;
  if (beyond == frontier.size()) return points[frontier.back()].y;
  if (beyond == 0) return points[frontier.front()].y;
  const Point& right = points[frontier[beyond]];
  const Point& left = points[frontier[beyond - 1]];
  return left.y + (right.y - left.y) * (risk - left.x) / (right.x - left.x);
"""),
        ("calculations/risk/frontier_gap.cc",
         """    std::vector<int64_t> ids;
    std::vector<Point> own, places;
    for (const Entity entity : day.each(users)) {
      const Row row = entity.rows(risk)[0];
      ids.push_back(entity.id<int64_t>());
      own.push_back({row[vol], row[mean_ret]});
      if (std::isfinite(own.back().x))
        places.push_back({rounded(row[vol]), rounded(row[mean_ret])});
    }
    const std::vector<size_t> frontier = efficient_frontier(places, convex_hull(places));
    for (size_t i = 0; i < ids.size(); ++i) {
      Record record = out.add();
      record[user] = ids[i];
      if (!std::isfinite(own[i].x)) continue;
      record[frontier_gap] = defined(frontier_return(places, frontier, own[i].x) - own[i].y);
    }
""",
         """    struct Investor {
      int64_t id;
      Point own;
    };
    std::vector<Investor> investors;
    std::vector<Point> places;
    for (const Entity entity : day.each(users)) {
      const Row row = entity.rows(risk)[0];
      const Point own = {row[vol], row[mean_ret]};
      investors.push_back({entity.id<int64_t>(), own});
      if (!std::isfinite(own.x)) continue;
      places.push_back({rounded(own.x), rounded(own.y)});
    }
    const std::vector<size_t> corners = convex_hull(places);
    const std::vector<size_t> frontier = efficient_frontier(places, corners);
    for (const auto& [id, own] : investors) {
      Record record = out.add();
      record[user] = id;
      if (std::isfinite(own.x)) {
        const double best = frontier_return(places, frontier, own.x);
        record[frontier_gap] = defined(best - own.y);
      }
    }
""")),
    preserves(
        "user_risk_geometry", "stakes to points in a function, corners with the next one wrapped",
        ("layers/mathematics/hull.h",
         """  if (hull.size() < 3) return 0;
  Sum doubled;
  for (size_t i = 0; i < hull.size(); ++i) {
    const Point &a = points[hull[i]], &b = points[hull[(i + 1) % hull.size()]];
    doubled += a.x * b.y - b.x * a.y;
  }
  return doubled / 2;
""",
         """  constexpr size_t kLeastCorners = 3;
  const size_t corners = hull.size();
  if (corners < kLeastCorners) return 0;
  Sum doubled;
  for (size_t i = 0; i < corners; i++) {
    const size_t next = i + 1 == corners ? 0 : i + 1;
    const Point& from = points[hull[i]];
    const Point& to = points[hull[next]];
    doubled += from.x * to.y - to.x * from.y;
  }
  return doubled / 2;
"""),
        ("calculations/risk/user_risk_geometry.cc",
         """    std::vector<Point> places;
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
""",
         """    Sum all;
    std::vector<double> invested;
    std::vector<Point> places;
    for (const auto& [name, stake] : stakes) {
      const Point place = place_of(name, stake);
      if (!is_finite(place)) continue;
      const double money = stake.invested;
      all += money;
      invested.push_back(money);
      places.push_back({rounded(place.x), rounded(place.y)});
    }
    const std::vector<size_t> hull = convex_hull(places);
    const std::vector<size_t> frontier = efficient_frontier(places, hull);
    Sum efficient;
    for (size_t i = 0; i < frontier.size(); ++i) efficient += invested[frontier[i]];
    Record record = out.add();
"""),
        ("calculations/risk/user_risk_geometry.cc",
         """    record[efficiency] = defined(ratio(efficient, all));
  }
""",
         """    record[efficiency] = defined(ratio(efficient, all));
  }

  // Not finite where the ticker has no volatility or the stake no profit in percent.
  Point place_of(std::string_view name, const Stake& stake) const {
    const double percent = 100 * ratio(stake.net_profit, stake.invested);
    const auto found = volatility.find(name);
    if (found == volatility.end()) return {kUndefined, percent};
    return {found->second, percent};
  }
""")),
    alters(
        "user_risk_geometry", "the least risk alone decides where the frontier begins",
        ("layers/mathematics/hull.h",
         "    if (corner.x < least.x || (corner.x == least.x && corner.y > least.y)) first = i;\n",
         "    if (corner.x < least.x) first = i;\n"),
        where="a user with a lot of each of two tickers with the same closes, hence the same "
              "volatility, bought on different days at different prices, and one of a ticker with "
              "more risk and more profit: the worse of the two is efficient, too"),
    alters(
        "risk_points", "order of points written out",
        ("layers/mathematics/hull.h",
         """  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::tuple(points[a].x, points[a].y, a) < std::tuple(points[b].x, points[b].y, b);
  });
  const auto same = [&](size_t a, size_t b) {
    return points[a].x == points[b].x && points[a].y == points[b].y;
  };
""",
         """  const auto before = [&points](size_t i, size_t j) {
    const Point& a = points[i];
    const Point& b = points[j];
    if (a.x != b.x) return a.x < b.x;
    if (a.y != b.y) return a.y < b.y;
    return i > j;
  };
  const auto same = [&points](size_t i, size_t j) {
    const Point& a = points[i];
    const Point& b = points[j];
    return a.x == b.x && a.y == b.y;
  };
  std::sort(order.begin(), order.end(), before);
"""),
        where="two tickers with the same closes on all days that are a corner of the hull: the "
              "second one by name is on it instead of the first"),
)
