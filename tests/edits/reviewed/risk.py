"""Edits of risk, as a review may bring them."""
from edit import alters, preserves

USER_GEOMETRY = "calculations/risk/user_risk_geometry.cc"
GAP = "calculations/risk/frontier_gap.cc"
POINTS = "calculations/risk/risk_points.cc"
GEOMETRY = "calculations/risk/risk_geometry.cc"
HULL = "layers/mathematics/hull.h"

STAKES = """    std::map<std::string_view, Stake> stakes;
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
"""

GAP_BODY = """    std::vector<int64_t> ids;
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
"""

POINTS_BODY = """    TrailingReturns trailing(day, extracted, symbol, ret_1d);
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
"""

EDITS = (
    alters(
        "user_risk_geometry", "of equal points the last",
        (HULL,
         """  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::tuple(points[a].x, points[a].y, a) < std::tuple(points[b].x, points[b].y, b);
  });
""",
         """  const auto before = [&](size_t a, size_t b) {
    if (points[a].x != points[b].x) return points[a].x < points[b].x;
    if (points[a].y != points[b].y) return points[a].y < points[b].y;
    return b < a;
  };
  std::sort(order.begin(), order.end(), before);
"""),
        where="a user with two tickers, both of vol60 0.2, A with 10 earned on 100 and B with 30 on "
              "300, so both at 10 %: the one corner is A before, B after, efficiency 0.25 and 0.75"),
    alters(
        "user_risk_geometry", "percent of a stake, 0 of nothing",
        (USER_GEOMETRY,
         """  struct Stake {
    Sum invested, net_profit;
  };
""",
         """  struct Stake {
    Sum invested, net_profit;

    void add(const LotNumbers& numbers) {
      invested += numbers.invested;
      net_profit += numbers.net_profit;
    }
    double percent() const { return invested != 0 ? 100 * (net_profit / invested) : 0; }
  };

  // Undefined where the ticker has no row.
  double volatility_of(std::string_view name) const {
    const auto found = volatility.find(name);
    return found == volatility.end() ? kUndefined : found->second;
  }
"""),
        (USER_GEOMETRY, STAKES,
         """    std::map<std::string_view, Stake> stakes;
    each_lot(open, entity,
             [&](Date, Row lot) { stakes[lot[open.ticker]].add(numbers_of(open, lot)); });
    if (entity.rows(profit).empty()) return;
    std::vector<Point> places;
    std::vector<double> invested;
    for (const auto& [name, stake] : stakes) {
      const double x = volatility_of(name), y = stake.percent();
      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      places.push_back({rounded(x), rounded(y)});
      invested.push_back(stake.invested);
    }
"""),
        where="a user whose only lot of a ticker with vol60 0.2 has 0 units, which are accepted "
              "(invested and net_profit 0): points and hull_points 0 before, 1 after"),
    preserves(
        "user_risk_geometry", "lots by ticker in a sorted vector",
        (USER_GEOMETRY, "#include <map>\n#include <string_view>\n#include <vector>\n",
         "#include <map>\n#include <string_view>\n#include <utility>\n#include <vector>\n"),
        (USER_GEOMETRY,
         """    for (const Row row : day.rows(layers)) volatility[row[ticker]] = row[vol60];
""",
         """    for (const Row row : day.rows(layers)) volatility.insert_or_assign(row[ticker], row[vol60]);
"""),
        (USER_GEOMETRY, STAKES,
         """    std::vector<std::pair<std::string_view, LotNumbers>> lots;
    each_lot(open, entity, [&](Date, Row lot) {
      lots.emplace_back(lot[open.ticker], numbers_of(open, lot));
    });
    if (entity.rows(profit).empty()) return;
    // Those of a ticker stay in their order.
    std::stable_sort(lots.begin(), lots.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Point> places;
    std::vector<double> invested;
    for (auto lot = lots.begin(); lot != lots.end();) {
      const std::string_view name = lot->first;
      Stake stake;
      while (lot != lots.end() && lot->first == name) {
        stake.net_profit += lot->second.net_profit;
        stake.invested += lot->second.invested;
        lot++;
      }
      const auto found = volatility.find(name);
      if (found == volatility.end()) continue;
      const double x = found->second, y = 100 * ratio(stake.net_profit, stake.invested);
      if (std::isfinite(x) && std::isfinite(y)) {
        invested.push_back(stake.invested);
        places.push_back({rounded(x), rounded(y)});
      }
    }
""")),
    alters(
        "frontier_gap", "candidates, no gap below 0",
        (GAP, "#include <cmath>\n#include <vector>\n",
         "#include <algorithm>\n#include <cmath>\n#include <vector>\n"),
        (GAP,
         """  void process(const Day& day, Output& out) const override {
""",
         """  struct Candidate {
    int64_t id;
    Point place;

    bool has_risk() const { return std::isfinite(place.x); }
  };

  void process(const Day& day, Output& out) const override {
"""),
        (GAP, GAP_BODY,
         """    std::vector<Candidate> candidates;
    std::vector<Point> places;
    for (const Entity entity : day.each(users)) {
      const Row row = entity.rows(risk)[0];
      candidates.push_back({entity.id<int64_t>(), {row[vol], row[mean_ret]}});
      const Candidate& added = candidates.back();
      if (added.has_risk()) places.push_back({rounded(added.place.x), rounded(added.place.y)});
    }
    const std::vector<size_t> frontier = efficient_frontier(places, convex_hull(places));
    for (const Candidate& candidate : candidates) {
      Record record = out.add();
      record[user] = candidate.id;
      if (!candidate.has_risk()) continue;
      const double best = frontier_return(places, frontier, candidate.place.x);
      record[frontier_gap] = defined(std::max(0.0, best - candidate.place.y));
    }
"""),
        where="one user alone, with vol 0.2 and mean_ret 0.1234567890123456, which is rounded to "
              "0.123456789012: frontier_gap -3.456e-13 before, 0 after"),
    preserves(
        "frontier_gap", "frontier in a loop, users in a struct",
        (HULL,
         """  const auto beyond = std::find_if(frontier.begin(), frontier.end(),
                                   [&](size_t corner) { return points[corner].x >= risk; });
  if (beyond == frontier.end()) return points[frontier.back()].y;
  if (beyond == frontier.begin()) return points[frontier.front()].y;
  const Point &a = points[*(beyond - 1)], &b = points[*beyond];
  return a.y + (b.y - a.y) * (risk - a.x) / (b.x - a.x);
""",
         """  size_t right = 0;  // of the first corner that is not safer
  for (const size_t corner : frontier) {
    if (points[corner].x >= risk) break;
    right++;
  }
  if (right == 0) return points[frontier.front()].y;
  const Point& a = points[frontier[right - 1]];
  if (right == frontier.size()) return a.y;
  const Point& b = points[frontier[right]];
  const double rise = b.y - a.y, run = b.x - a.x;
  return a.y + rise * (risk - a.x) / run;
"""),
        (GAP, GAP_BODY,
         """    struct Investor {
      int64_t id;
      double risk, ret;
    };
    std::vector<Investor> investors;
    std::vector<Point> places;
    for (const Entity entity : day.each(users)) {
      const Row row = entity.rows(risk)[0];
      const Investor investor = {entity.id<int64_t>(), row[vol], row[mean_ret]};
      investors.push_back(investor);
      if (!std::isfinite(investor.risk)) continue;
      places.push_back({rounded(investor.risk), rounded(investor.ret)});
    }
    const std::vector<size_t> corners = convex_hull(places);
    const std::vector<size_t> frontier = efficient_frontier(places, corners);
    for (const auto& [id, x, y] : investors) {
      Record record = out.add();
      record[user] = id;
      if (std::isfinite(x)) {
        const double best = frontier_return(places, frontier, x);
        record[frontier_gap] = defined(best - y);
      }
    }
""")),
    alters(
        "risk_points", "corners by their place",
        (POINTS, POINTS_BODY,
         """    const TrailingReturns trailing(day, extracted, symbol, ret_1d);
    std::vector<Point> all, points;  // of all stocks, and those that are defined
    const auto is_point = [](const Point& point) {
      return std::isfinite(point.x) && std::isfinite(point.y);
    };
    for (const auto& stock : trailing.stocks) {
      all.push_back({sample_sd(stock.returns) * std::sqrt(kDaysPerYear),
                     mean(stock.returns) * kDaysPerYear});
      if (is_point(all.back())) points.push_back(all.back());
    }
    const std::vector<size_t> hull = convex_hull(points);
    const std::vector<size_t> frontier = efficient_frontier(points, hull);
    const auto among = [&](const std::vector<size_t>& corners, const Point& point) {
      return std::any_of(corners.begin(), corners.end(), [&](size_t corner) {
        return points[corner].x == point.x && points[corner].y == point.y;
      });
    };

    for (size_t i = 0; i < all.size(); ++i) {
      Record record = out.add();
      record[ticker] = trailing.stocks[i].ticker;
      record[on_hull] = among(hull, all[i]);
      record[on_frontier] = among(frontier, all[i]);
      if (!is_point(all[i])) continue;
      record[risk] = all[i].x;
      record[ret] = all[i].y;
    }
"""),
        where="two stocks alone, the closes of XYZ always twice those of ABC, so that returns, risk "
              "and ret are the same: on_hull true and false before, as of equal points the first "
              "one counts, true and true after"),
    preserves(
        "risk_points", "flags by position, points as they are defined",
        (POINTS, POINTS_BODY,
         """    const TrailingReturns trailing(day, extracted, symbol, ret_1d);
    const double year = std::sqrt(kDaysPerYear);
    constexpr size_t kNone = static_cast<size_t>(-1);
    std::vector<Point> points;
    std::vector<size_t> place;  // of each stock among the points
    for (const auto& [name, returns] : trailing.stocks) {
      const double x = sample_sd(returns) * year, y = mean(returns) * kDaysPerYear;
      const bool undefined = !std::isfinite(x) || !std::isfinite(y);
      place.push_back(undefined ? kNone : points.size());
      if (!undefined) points.push_back({x, y});
    }
    const std::vector<size_t> hull = convex_hull(points);
    std::vector<bool> is_corner(points.size()), is_efficient(points.size());
    for (const size_t i : hull) is_corner[i] = true;
    for (const size_t i : efficient_frontier(points, hull)) is_efficient[i] = true;

    for (size_t i = 0; i < place.size(); i++) {
      const size_t mine = place[i];
      const Record record = out.add();
      record[ticker] = trailing.stocks[i].ticker;
      if (mine == kNone) {
        record[on_hull] = false;
        record[on_frontier] = false;
      } else {
        record[risk] = points[mine].x;
        record[ret] = points[mine].y;
        record[on_hull] = static_cast<bool>(is_corner[mine]);
        record[on_frontier] = static_cast<bool>(is_efficient[mine]);
      }
    }
""")),
    alters(
        "risk_geometry", "ends of the frontier by algorithm",
        (HULL,
         """  size_t first = 0, end = 0;  // positions in hull
  for (size_t i = 1; i < hull.size(); ++i) {
    const Point &corner = points[hull[i]], &least = points[hull[first]], &best = points[hull[end]];
    if (corner.x < least.x || (corner.x == least.x && corner.y > least.y)) first = i;
    if (corner.y > best.y || (corner.y == best.y && corner.x < best.x)) end = i;
  }
""",
         """  const auto safer = [&](size_t a, size_t b) {
    if (points[a].x != points[b].x) return points[a].x < points[b].x;
    return points[a].y > points[b].y;
  };
  const auto lower = [&](size_t a, size_t b) { return points[a].y < points[b].y; };
  const auto least = std::min_element(hull.begin(), hull.end(), safer);
  const auto best = std::max_element(hull.begin(), hull.end(), lower);
  auto first = static_cast<size_t>(least - hull.begin());  // positions in hull
  const auto end = static_cast<size_t>(best - hull.begin());
"""),
        where="risk_points with A at risk 0.1 and ret 0.05, B at 0.2 and 0.3, C at 0.4 and 0.3: the "
              "hull is A, C, B and the frontier A, B before; after, C comes first among the highest "
              "and it is A, B, C"),
    preserves(
        "risk_geometry", "names by function, returns moved",
        (GEOMETRY, "#include <cmath>\n#include <optional>\n#include <vector>\n",
         "#include <cmath>\n#include <optional>\n#include <utility>\n#include <vector>\n"),
        (GEOMETRY,
         """    std::vector<Point> places;
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
""",
         """    std::vector<std::string_view> names;
    std::vector<Point> places;
    for (const Row row : day.rows(points)) {
      if (row.has(risk)) {
        names.push_back(row[ticker]);
        places.push_back({row[risk], row[ret]});
      }
    }
    const std::vector<size_t> corners = convex_hull(places);
    const std::vector<size_t> efficient = efficient_frontier(places, corners);

    std::vector<std::vector<double>> returns;
    TrailingReturns trailing(day, extracted, symbol, ret_1d);
    for (auto& [name, values] : trailing.stocks) {
      if (values.empty()) continue;
      returns.push_back(std::move(values));
    }

    const Record record = out.add();
    record[frontier] = at(names, efficient);
    record[hull] = at(names, corners);
    if (const auto market = mean_variance(returns)) {
      const auto [a, b, c, d] = *market;
      record[gmv_ret] = market->gmv_return();
      record[gmv_risk] = market->gmv_risk();
      record[D] = d;
      record[C] = c;
      record[B] = b;
      record[A] = a;
    }
  }

  // The names at positions, in the order of these.
  static std::vector<std::string_view> at(const std::vector<std::string_view>& names,
                                          const std::vector<size_t>& positions) {
    std::vector<std::string_view> list(positions.size());
    for (size_t i = 0; i < positions.size(); i++) list[i] = names[positions[i]];
    return list;
  }
""")),
)
