// The convex hull of points in the plane and its efficient frontier.
//
// Hull: A. M. Andrew, Another efficient algorithm for convex hulls in two dimensions, Information
// Processing Letters 9 (1979): sort by (x, y), drop duplicates, pop while the turn is not to the
// left. O(n log n).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <tuple>
#include <vector>

#include "layers/mathematics/sum.h"

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

// Positions of the corners, counter-clockwise from the lexicographic minimum. Points on an edge are
// no corners; of equal points the first one counts. 0 to 2 points: themselves; all collinear: the
// two ends.
inline std::vector<size_t> convex_hull(const std::vector<Point>& points) {
  std::vector<size_t> order(points.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::tuple(points[a].x, points[a].y, a) < std::tuple(points[b].x, points[b].y, b);
  });
  const auto same = [&](size_t a, size_t b) {
    return points[a].x == points[b].x && points[a].y == points[b].y;
  };
  order.erase(std::unique(order.begin(), order.end(), same), order.end());
  if (order.size() <= 2) return order;

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
}

// The area within corners in counter-clockwise order, by the shoelace formula; 0 below three.
inline double polygon_area(const std::vector<Point>& points, const std::vector<size_t>& hull) {
  if (hull.size() < 3) return 0;
  Sum doubled;
  for (size_t i = 0; i < hull.size(); ++i) {
    const Point &a = points[hull[i]], &b = points[hull[(i + 1) % hull.size()]];
    doubled += a.x * b.y - b.x * a.y;
  }
  return doubled / 2;
}

// Positions of the corners of the upper hull, from the point with the least risk (ties: the higher
// return) to the one with the highest return (ties: the lower risk). `hull` is that of `points`.
inline std::vector<size_t> efficient_frontier(const std::vector<Point>& points,
                                              const std::vector<size_t>& hull) {
  if (hull.empty()) return {};
  size_t first = 0, end = 0;  // positions in hull
  for (size_t i = 1; i < hull.size(); ++i) {
    const Point &corner = points[hull[i]], &least = points[hull[first]], &best = points[hull[end]];
    if (corner.x < least.x || (corner.x == least.x && corner.y > least.y)) first = i;
    if (corner.y > best.y || (corner.y == best.y && corner.x < best.x)) end = i;
  }
  std::vector<size_t> frontier = {hull[first]};
  while (first != end) {  // the upper hull from left to right is clockwise
    first = (first == 0 ? hull.size() : first) - 1;
    frontier.push_back(hull[first]);
  }
  return frontier;
}

// The return of a frontier (as above) at a risk: linear between its corners, flat beyond its ends.
inline double frontier_return(const std::vector<Point>& points, const std::vector<size_t>& frontier,
                              double risk) {
  const auto beyond = std::find_if(frontier.begin(), frontier.end(),
                                   [&](size_t corner) { return points[corner].x >= risk; });
  if (beyond == frontier.end()) return points[frontier.back()].y;
  if (beyond == frontier.begin()) return points[frontier.front()].y;
  const Point &a = points[*(beyond - 1)], &b = points[*beyond];
  return a.y + (b.y - a.y) * (risk - a.x) / (b.x - a.x);
}
