"""Edits of frontier_gap, written without a look at the others."""
from edit import alters, preserves

GAP = "calculations/risk/frontier_gap.cc"
HULL = "layers/mathematics/hull.h"

EDITS = (
    preserves(
        "frontier_gap", "a struct for each user, the interpolation in a loop",
        (GAP, """\
  void process(const Day& day, Output& out) const override {
    std::vector<int64_t> ids;
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
  }
""", """\
  struct Investor {
    int64_t id;
    Point own;

    bool has_risk() const { return std::isfinite(own.x); }
    Point place() const { return {rounded(own.x), rounded(own.y)}; }
  };

  void process(const Day& day, Output& out) const override {
    const std::vector<Investor> investors = investors_of(day);
    std::vector<Point> places;
    for (const Investor& investor : investors) {
      if (investor.has_risk()) places.push_back(investor.place());
    }
    const std::vector<size_t> hull = convex_hull(places);
    const std::vector<size_t> frontier = efficient_frontier(places, hull);
    for (const auto& [id, own] : investors) {
      Record record = out.add();
      record[user] = id;
      if (std::isfinite(own.x)) {
        const double best = frontier_return(places, frontier, own.x);
        record[frontier_gap] = defined(best - own.y);
      }
    }
  }

  std::vector<Investor> investors_of(const Day& day) const {
    std::vector<Investor> investors;
    for (const Entity entity : day.each(users)) {
      const Row row = entity.rows(risk)[0];
      investors.push_back({entity.id<int64_t>(), {row[vol], row[mean_ret]}});
    }
    return investors;
  }
"""),
        (HULL, """\
  const auto beyond = std::find_if(frontier.begin(), frontier.end(),
                                   [&](size_t corner) { return points[corner].x >= risk; });
  if (beyond == frontier.end()) return points[frontier.back()].y;
  if (beyond == frontier.begin()) return points[frontier.front()].y;
  const Point &a = points[*(beyond - 1)], &b = points[*beyond];
  return a.y + (b.y - a.y) * (risk - a.x) / (b.x - a.x);
""", """\
  for (size_t i = 0; i < frontier.size(); ++i) {
    const Point& b = points[frontier[i]];
    if (!(b.x >= risk)) continue;
    if (i == 0) return b.y;
    const Point& a = points[frontier[i - 1]];
    const double rise = b.y - a.y, run = b.x - a.x;
    return a.y + rise * (risk - a.x) / run;
  }
  return points[frontier.back()].y;
""")),
    alters(
        "frontier_gap", "the share of the way first",
        (HULL, "  return a.y + (b.y - a.y) * (risk - a.x) / (b.x - a.x);\n", """\
  const double share = (risk - a.x) / (b.x - a.x);
  return a.y + (b.y - a.y) * share;
"""),
        where="three users with (vol, mean_ret) (0.1, 0.05), (0.3, 0.12) and (0.2, 0.04): "
              "frontier_gap of the third was 0.04499999999999999 and is 0.045000000000000005"),
    alters(
        "frontier_gap", "the frontier begins where the hull does",
        (HULL, """\
  size_t first = 0, end = 0;  // positions in hull
  for (size_t i = 1; i < hull.size(); ++i) {
    const Point &corner = points[hull[i]], &least = points[hull[first]], &best = points[hull[end]];
    if (corner.x < least.x || (corner.x == least.x && corner.y > least.y)) first = i;
    if (corner.y > best.y""", """\
  size_t first = 0, end = 0;  // positions in hull, which begins with the least risk
  for (size_t i = 1; i < hull.size(); ++i) {
    const Point &corner = points[hull[i]], &best = points[hull[end]];
    if (corner.y > best.y"""),
        where="three users with (vol, mean_ret) (0.1, 0.02), (0.1, 0.05) and (0.2, 0.1): "
              "frontier_gap of the first was about 0.03 and is 0"),
)
