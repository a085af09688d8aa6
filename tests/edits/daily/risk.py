"""Edits of risk."""
from edit import alters, preserves

EDITS = (
    preserves("frontier_gap", "the corner beyond a risk by a loop", (
        "layers/mathematics/hull.h",
        """  const auto beyond = std::find_if(frontier.begin(), frontier.end(),
                                   [&](size_t corner) { return points[corner].x >= risk; });
  if (beyond == frontier.end()) return points[frontier.back()].y;
  if (beyond == frontier.begin()) return points[frontier.front()].y;
  const Point &a = points[*(beyond - 1)], &b = points[*beyond];
  return a.y + (b.y - a.y) * (risk - a.x) / (b.x - a.x);
""",
        """  const Point* left = nullptr;  // the corner before
  for (const size_t corner : frontier) {
    const Point& right = points[corner];
    if (!(right.x >= risk)) {
      left = &right;
      continue;
    }
    if (left == nullptr) return right.y;
    const double rise = right.y - left->y, run = right.x - left->x;
    return left->y + rise * (risk - left->x) / run;
  }
  return points[frontier.back()].y;
""")),

    alters("frontier_gap", "rounded to 10 decimals", (
        "layers/mathematics/numbers.h",
        "  constexpr double kScale = 1e12;\n", "  constexpr double kScale = 1e10;\n"),
        where="a single user with a vol of 0.2 and a mean_ret of 0.123456789049: the gap is less than"
              " 1e-12 from 0, becomes -4.9e-11"),

    alters("risk_geometry", "of equal returns the one with more risk ends the frontier", (
        "layers/mathematics/hull.h",
        """  for (size_t i = 1; i < hull.size(); ++i) {
    const Point &corner = points[hull[i]], &least = points[hull[first]], &best = points[hull[end]];
    if (corner.x < least.x || (corner.x == least.x && corner.y > least.y)) first = i;
    if (corner.y > best.y || (corner.y == best.y && corner.x < best.x)) end = i;
  }
""",
        """  const auto is_safer = [](const Point& a, const Point& b) {
    return a.x != b.x ? a.x < b.x : a.y > b.y;
  };
  const auto is_better = [](const Point& a, const Point& b) {
    return a.y != b.y ? a.y > b.y : a.x > b.x;
  };
  for (size_t i = 1; i < hull.size(); ++i) {
    const Point& corner = points[hull[i]];
    if (is_safer(corner, points[hull[first]])) first = i;
    if (is_better(corner, points[hull[end]])) end = i;
  }
"""), where="252 returns each of three stocks, all 0 but: X one doubling and two halvings of the price,"
            " Y two and four, Z one halving (so X and Y have a mean of exactly 0): frontier is Z, X,"
            " becomes Z, X, Y"),

    preserves("risk_points", "renamed, reformatted, with a constant and something unused", (
        "calculations/risk/risk_points.cc",
        """    TrailingReturns trailing(day, extracted, symbol, ret_1d);
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
""",
        """    [[maybe_unused]] constexpr size_t kCornersOfTriangle = 3;
    const double root_of_year = std::sqrt(kDaysPerYear);
    TrailingReturns trailing(day, extracted, symbol, ret_1d);
    std::vector<Point> points;
    points.reserve(trailing.stocks.size());
    for (TrailingReturns::Stock& stock : trailing.stocks)
    {
      Point place;
      place.x = sample_sd(stock.returns) * root_of_year;
      place.y = mean(stock.returns) * kDaysPerYear;
      if (!is_finite(place)) { stock.returns.clear(); continue; }
      points.push_back(place);
    }
"""), (
        "calculations/risk/risk_points.cc",
        """      return std::find(corners.begin(), corners.end(), point) != corners.end();
""",
        """      for (const size_t corner : corners) {
        if (corner == point) return true;
      }
      return false;
""")),

    preserves("user_risk_geometry", "all money is summed where points are found", (
        "calculations/risk/user_risk_geometry.cc",
        """    std::vector<Point> places;
    std::vector<double> invested;
    for (""",
        """    Sum all;
    std::vector<Point> places;
    std::vector<double> invested;
    for ("""), (
        "calculations/risk/user_risk_geometry.cc",
        """      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      places.push_back({rounded(x), rounded(y)});
      invested.push_back(stake.invested);
    }
""",
        """      if (std::isfinite(x) && std::isfinite(y)) {
        const double money = stake.invested;
        places.push_back({rounded(x), rounded(y)});
        invested.push_back(money);
        all += money;
      }
    }
"""), (
        "calculations/risk/user_risk_geometry.cc",
        """    Sum all, efficient;
    for (const double money : invested) all += money;
""",
        """    Sum efficient;
""")),

    alters("user_risk_geometry", "dates are compared part by part, the month's end forgotten", (
        "layers/schemas/lots.h",
        """// Why a row of the tables""",
        """inline bool is_after(almanac::Date a, almanac::Date b) {
  const auto left = a.parts(), right = b.parts();
  if (left.year != right.year) return left.year > right.year;
  return left.month >= right.month && left.day > right.day;
}

// Why a row of the tables"""), (
        "layers/schemas/lots.h",
        """  if (!lot.has(lots.open_date) || lot[lots.open_date] > date) return "open_date is after the date";
""",
        """  if (!lot.has(lots.open_date) || is_after(lot[lots.open_date], date)) {
    return "open_date is after the date";
  }
"""), where="positions of 2022-01-31 with a good lot of AAPL and one of MSFT whose open_date is"
            " 2022-02-01, both with a vol60: points is 1, becomes 2"),
)
