"""Edits of risk_points, written without a look at the others."""
from edit import alters, preserves

POINTS = "calculations/risk/risk_points.cc"
HULL = "layers/mathematics/hull.h"

EDITS = (
    preserves(
        "risk_points", "places that may be missing, and marks instead of searches",
        (POINTS, "#include <algorithm>\n#include <cmath>\n#include <vector>\n",
         "#include <cmath>\n#include <optional>\n#include <span>\n#include <vector>\n"),
        (POINTS, """\
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
""", """\
    const TrailingReturns trailing(day, extracted, symbol, ret_1d);
    std::vector<Point> points;
    std::vector<std::optional<size_t>> positions;  // of each stock among the points
    for (const auto& stock : trailing.stocks) {
      std::optional<size_t>& position = positions.emplace_back();
      const std::optional<Point> place = place_of(stock.returns);
      if (!place) continue;
      position = points.size();
      points.push_back(*place);
    }
    const std::vector<size_t> hull = convex_hull(points);
    const std::vector<bool> is_corner = marks(hull, points.size());
    const std::vector<bool> is_efficient = marks(efficient_frontier(points, hull), points.size());

    for (size_t i = 0; i < positions.size(); ++i) {
      Record record = out.add();
      record[ticker] = trailing.stocks[i].ticker;
      if (!positions[i]) {
        record[on_hull] = false;
        record[on_frontier] = false;
        continue;
      }
      const size_t position = *positions[i];
      const bool corner = is_corner[position], efficient = is_efficient[position];
      record[risk] = points[position].x;
      record[ret] = points[position].y;
      record[on_hull] = corner;
      record[on_frontier] = efficient;
    }
  }

  // Null without all returns, or where they are too large.
  static std::optional<Point> place_of(std::span<const double> returns) {
    if (returns.empty()) return std::nullopt;
    const double sd = sample_sd(returns), centre = mean(returns);
    const double x = sd * std::sqrt(kDaysPerYear), y = centre * kDaysPerYear;
    if (!std::isfinite(x) || !std::isfinite(y)) return std::nullopt;
    return Point{x, y};
  }

  // For each of n points whether it is one of these.
  static std::vector<bool> marks(const std::vector<size_t>& some, size_t n) {
    std::vector<bool> is_one(n, false);
    for (const size_t position : some) is_one[position] = true;
    return is_one;
  }
""")),
    preserves(
        "risk_points", "chains of the hull by iterators, nothing is turned round",
        (HULL, """\
// Positions of the corners, counter-clockwise from the lexicographic minimum. Points on an edge are
""", """\
// Adds the chain from `next` on to the hull, without its last point, which begins the other chain.
template <class Iterator>
void add_chain(const std::vector<Point>& points, Iterator next, Iterator end,
               std::vector<size_t>* hull) {
  const size_t start = hull->size();
  while (next != end) {
    const Point& point = points[*next];
    for (size_t size = hull->size(); size >= start + 2; size = hull->size()) {
      const Point &before_last = points[(*hull)[size - 2]], &last = points[(*hull)[size - 1]];
      if (!(cross(before_last, last, point) <= 0)) break;
      hull->pop_back();
    }
    hull->push_back(*next);
    ++next;
  }
  hull->pop_back();
}

// Positions of the corners, counter-clockwise from the lexicographic minimum. Points on an edge are
"""),
        (HULL, """\
  // Adds the chain over `order` to the hull, without its last point, which begins the other chain.
  std::vector<size_t> hull;
  const auto add_chain = [&] {
    const size_t start = hull.size();
    for (const size_t next : order) {
      while (hull.size() >= start + 2 &&
             cross(points[hull[hull.size() - 2]], points[hull.back()], points[next]) <= 0) {
        hull.pop_back();
      }
      hull.push_back(next);
    }
    hull.pop_back();  // its last point
  };
  add_chain();  // the lower hull
  std::reverse(order.begin(), order.end());
  add_chain();  // the upper hull
  return hull;
""", """\
  std::vector<size_t> hull;
  add_chain(points, order.cbegin(), order.cend(), &hull);    // the lower hull
  add_chain(points, order.crbegin(), order.crend(), &hull);  // the upper hull
  return hull;
""")),
    alters(
        "risk_points", "the end of the frontier by max_element",
        (HULL, """\
  size_t first = 0, end = 0;  // positions in hull
  for (size_t i = 1; i < hull.size(); ++i) {
    const Point &corner = points[hull[i]], &least = points[hull[first]], &best = points[hull[end]];
    if (corner.x < least.x || (corner.x == least.x && corner.y > least.y)) first = i;
    if (corner.y > best.y || (corner.y == best.y && corner.x < best.x)) end = i;
  }
""", """\
  size_t first = 0;  // positions in hull
  for (size_t i = 1; i < hull.size(); ++i) {
    const Point &corner = points[hull[i]], &least = points[hull[first]];
    if (corner.x < least.x || (corner.x == least.x && corner.y > least.y)) first = i;
  }
  const auto is_lower = [&](size_t a, size_t b) { return points[a].y < points[b].y; };
  const auto best = std::max_element(hull.begin(), hull.end(), is_lower);
  const auto end = static_cast<size_t>(best - hull.begin());
"""),
        where="three stocks with 252 returns: -0.01 and -0.03 in turn for A, 0.02 and -0.02 for B, "
              "0.04 and -0.04 for C, so that ret is 0 for B and C: on_frontier of C was false and "
              "is true"),
    alters(
        "risk_points", "points are sorted without their positions",
        (HULL, """\
    return std::tuple(points[a].x, points[a].y, a) < std::tuple(points[b].x, points[b].y, b);
""", """\
    return std::tuple(points[a].x, points[a].y) < std::tuple(points[b].x, points[b].y);
"""),
        where="17 stocks, A to Q, which have the same 252 returns, 0.01 and -0.01 in turn, each: "
              "std::sort of more than 16 equal elements is not stable, so on_hull and on_frontier "
              "were true for A and are true for I"),
)
