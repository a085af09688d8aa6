// Hulls of degenerate points, and that a hull is a hull whatever the points.
#include "layers/mathematics/hull.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace {

using Places = std::vector<std::pair<double, double>>;

std::vector<Point> points_of(const Places& places) {
  std::vector<Point> points;
  for (const auto& [x, y] : places) points.push_back({x, y});
  return points;
}

Places at(const Places& places, const std::vector<size_t>& positions) {
  Places picked;
  for (const size_t i : positions) picked.push_back(places[i]);
  return picked;
}

TEST(Hull, WorkedCases) {
  const auto cases = nlohmann::json::parse(
      std::ifstream(ALMANAC_SOURCE_DIR "/tests/pipelines/data/edge_cases.json"))["hull"];
  for (const auto& [name, wanted] : cases.items()) {
    const Places places = wanted["points"];
    const std::vector<size_t> hull = convex_hull(points_of(places));
    EXPECT_EQ(at(places, hull), wanted["hull"].get<Places>()) << name;
    EXPECT_EQ(at(places, efficient_frontier(points_of(places), hull)),
              wanted["frontier"].get<Places>())
        << name;
  }
}

TEST(Hull, OfEqualPointsTheFirstCounts) {
  EXPECT_EQ(convex_hull({{1, 1}, {0, 0}, {1, 1}, {0, 0}, {2, 0}}), (std::vector<size_t>{1, 4, 0}));
}

TEST(Hull, TurnsLeftAndHasEveryPointOnItsLeft) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<int8_t, int8_t>>& places) {
    std::vector<Point> points;
    for (const auto& [x, y] : places) points.push_back({double(x), double(y)});
    const std::vector<size_t> hull = convex_hull(points);
    RC_ASSERT(hull.empty() == points.empty());
    for (size_t i = 0; hull.size() >= 3 && i < hull.size(); ++i) {
      const Point &a = points[hull[i]], &b = points[hull[(i + 1) % hull.size()]];
      RC_ASSERT(cross(a, b, points[hull[(i + 2) % hull.size()]]) > 0);
      for (const Point& point : points) RC_ASSERT(cross(a, b, point) >= 0);
    }
  }));
}

TEST(Frontier, HasNoPointAboveItAndRises) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<int8_t, int8_t>>& places) {
    std::vector<Point> points;
    for (const auto& [x, y] : places) points.push_back({double(x), double(y)});
    const std::vector<size_t> frontier = efficient_frontier(points, convex_hull(points));
    RC_ASSERT(frontier.empty() == points.empty());
    for (const Point& point : points) {
      RC_ASSERT(point.x >= points[frontier.front()].x);
      RC_ASSERT(point.y <= points[frontier.back()].y);
    }
    for (size_t i = 1; i < frontier.size(); ++i) {
      const Point &a = points[frontier[i - 1]], &b = points[frontier[i]];
      RC_ASSERT(a.x < b.x && a.y < b.y);
      for (const Point& point : points) RC_ASSERT(cross(a, b, point) <= 0);
    }
  }));
}

}  // namespace
