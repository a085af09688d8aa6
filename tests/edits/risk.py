"""Edits of risk/user_risk_geometry, frontier_gap, risk_points, risk_geometry and their layers."""
from edit import alters, preserves

USER = "calculations/risk/user_risk_geometry.cc"
GAP = "calculations/risk/frontier_gap.cc"
POINTS = "calculations/risk/risk_points.cc"
GEOMETRY = "calculations/risk/risk_geometry.cc"
HULL = "layers/mathematics/hull.h"
LOTS = "layers/schemas/lots.h"
MEAN_VARIANCE = "layers/mathematics/mean_variance.h"
NUMBERS = "layers/mathematics/numbers.h"
TICKERS = "layers/market/tickers.h"
TRAILING = "layers/market/trailing_returns.h"

ORDER = """\
    return std::tuple(points[a].x, points[a].y, a) < std::tuple(points[b].x, points[b].y, b);
"""
UNIQUE = "  order.erase(std::unique(order.begin(), order.end(), same), order.end());\n"
CHAINS = """\
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
"""
AREA = """\
  if (hull.size() < 3) return 0;
  Sum doubled;
  for (size_t i = 0; i < hull.size(); ++i) {
    const Point &a = points[hull[i]], &b = points[hull[(i + 1) % hull.size()]];
    doubled += a.x * b.y - b.x * a.y;
  }
  return doubled / 2;
"""
ENDS = """\
  size_t first = 0, end = 0;  // positions in hull
  for (size_t i = 1; i < hull.size(); ++i) {
    const Point &corner = points[hull[i]], &least = points[hull[first]], &best = points[hull[end]];
    if (corner.x < least.x || (corner.x == least.x && corner.y > least.y)) first = i;
    if (corner.y > best.y || (corner.y == best.y && corner.x < best.x)) end = i;
  }
"""
BETWEEN = """\
  const auto beyond = std::find_if(frontier.begin(), frontier.end(),
                                   [&](size_t corner) { return points[corner].x >= risk; });
  if (beyond == frontier.end()) return points[frontier.back()].y;
  if (beyond == frontier.begin()) return points[frontier.front()].y;
  const Point &a = points[*(beyond - 1)], &b = points[*beyond];
  return a.y + (b.y - a.y) * (risk - a.x) / (b.x - a.x);
"""

PREPARE = """\
  std::map<std::string_view, double> volatility;
  void prepare(const Day& day) override {
    volatility.clear();
    for (const Row row : day.rows(layers)) volatility[row[ticker]] = row[vol60];
  }

"""
STAKES = """\
    std::map<std::string_view, Stake> stakes;
    each_lot(open, entity, [&](Date, Row lot) {
      Stake& stake = stakes[lot[open.ticker]];
      const LotNumbers numbers = numbers_of(open, lot);
      stake.invested += numbers.invested;
      stake.net_profit += numbers.net_profit;
    });
"""
NO_PROFIT = "    if (entity.rows(profit).empty()) return;\n"
FOUND = """\
      const auto found = volatility.find(name);
      const double x = found == volatility.end() ? kUndefined : found->second;
"""
MONEY = """\
    Sum all, efficient;
    for (const double money : invested) all += money;
    for (const size_t corner : efficient_frontier(places, hull)) efficient += invested[corner];
"""
LETTERS = """\
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return !ticker.empty() && ticker.size() <= 16 && std::all_of(ticker.begin(), ticker.end(), fits);
"""

USERS = """\
    std::vector<int64_t> ids;
    std::vector<Point> own, places;
    for (const Entity entity : day.each(users)) {
      const Row row = entity.rows(risk)[0];
      ids.push_back(entity.id<int64_t>());
      own.push_back({row[vol], row[mean_ret]});
      if (std::isfinite(own.back().x))
        places.push_back({rounded(row[vol]), rounded(row[mean_ret])});
    }
"""
GAPS = """\
    for (size_t i = 0; i < ids.size(); ++i) {
      Record record = out.add();
      record[user] = ids[i];
      if (!std::isfinite(own[i].x)) continue;
      record[frontier_gap] = defined(frontier_return(places, frontier, own[i].x) - own[i].y);
    }
"""

AMONG = """\
    const auto among = [](const std::vector<size_t>& corners, size_t point) {
      return std::find(corners.begin(), corners.end(), point) != corners.end();
    };
"""
KEEP_POINT = """\
      if (is_finite(point)) {
        points.push_back(point);
      } else {
        stock.returns.clear();
      }
"""
STOCKS = """\
    for (size_t i = days.size() - std::min<size_t>(days.size(), kDays); i < days.size(); ++i) {
      for (const almanac::Row row : days[i].rows) {
        const auto stock = tickers.find(row[ticker]);
        if (stock && std::isfinite(row[ret])) stocks[*stock].returns.push_back(row[ret]);
      }
    }
"""
NAMES = """\
    for (const std::string_view name : rows.column(ticker)) {
      if (name != kMarketIndex) names_.push_back(name);
    }
    std::sort(names_.begin(), names_.end());
"""

PLACES = """\
    std::vector<Point> places;
    std::vector<std::string_view> names;
    for (const Row point : day.rows(points)) {
      if (!point.has(risk)) continue;
      places.push_back({point[risk], point[ret]});
      names.push_back(point[ticker]);
    }
"""
NAMED = """\
      std::vector<std::string_view> list;
      for (const size_t i : positions) list.push_back(names[i]);
      return list;
"""
RETURNS = """\
    for (auto& stock : TrailingReturns(day, extracted, symbol, ret_1d).stocks) {
      if (!stock.returns.empty()) returns.push_back(stock.returns);
    }
"""
SCALED = """\
    for (Eigen::Index day = 0; day < days; ++day) {
      scaled(day, i) = stock[static_cast<size_t>(day)] - centre;
    }
"""

EDITS = (
    preserves(
        "user_risk_geometry", "volatilities are looked up in their table",
        (USER, PREPARE, """\
  double volatility_of(const Entity& entity, std::string_view name) const {
    double found = kUndefined;
    for (const Row row : entity.rows(layers)) {
      if (row[ticker] == name) found = row[vol60];
    }
    return found;
  }

"""),
        (USER, FOUND, "      const double x = volatility_of(entity, name);\n")),
    preserves(
        "user_risk_geometry", "the upper hull goes over the points backwards",
        (HULL, CHAINS, """\
  const auto add_chain = [&](auto next, auto end) {
    const size_t start = hull.size();
    for (; next != end; ++next) {
      for (size_t n = hull.size(); n >= start + 2; n = hull.size()) {
        const Point &before = points[hull[n - 2]], &last = points[hull[n - 1]];
        if (!(cross(before, last, points[*next]) <= 0)) break;
        hull.pop_back();
      }
      hull.push_back(*next);
    }
    hull.pop_back();  // its last point
  };
  add_chain(order.begin(), order.end());    // the lower hull
  add_chain(order.rbegin(), order.rend());  // the upper hull
""")),
    preserves(
        "user_risk_geometry", "the next corner without a remainder, and half instead of by 2",
        (HULL, AREA, """\
  Sum doubled;
  if (hull.size() > 2) {
    for (size_t i = 0, next = 1; i < hull.size(); i++, next++) {
      if (next == hull.size()) next = 0;
      const Point &a = points[hull[i]], &b = points[hull[next]];
      doubled += a.x * b.y - b.x * a.y;
    }
  }
  return 0.5 * doubled;
""")),
    # Lots of a ticker stay in the order in which they are added up.
    preserves(
        "user_risk_geometry", "lots are sorted by ticker",
        (USER, "#include <string_view>\n#include <vector>\n",
         "#include <string_view>\n#include <utility>\n#include <vector>\n"),
        (USER, STAKES, """\
    std::vector<std::pair<std::string_view, LotNumbers>> lots;
    each_lot(open, entity, [&](Date, Row lot) {
      lots.emplace_back(lot[open.ticker], numbers_of(open, lot));
    });
    std::stable_sort(lots.begin(), lots.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::pair<std::string_view, Stake>> stakes;
    for (const auto& [name, numbers] : lots) {
      if (stakes.empty() || stakes.back().first != name) stakes.push_back({name, {}});
      stakes.back().second.net_profit += numbers.net_profit;
      stakes.back().second.invested += numbers.invested;
    }
""")),
    preserves(
        "user_risk_geometry", "letters of a ticker are a text, and money is added up at once",
        (LOTS, LETTERS, """\
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
  if (ticker.empty() || 16 < ticker.size()) return false;
  return ticker.find_first_not_of(kLetters) == std::string_view::npos;
"""),
        (USER, "    std::vector<double> invested;\n",
         "    std::vector<double> invested;\n    Sum all, efficient;\n"),
        (USER, "      invested.push_back(stake.invested);\n",
         "      invested.push_back(stake.invested);\n      all += invested.back();\n"),
        (USER, MONEY, """\
    for (const size_t corner : efficient_frontier(places, hull)) efficient += invested[corner];
""")),

    preserves(
        "frontier_gap", "users are read twice instead of kept",
        (GAP, USERS, """\
    std::vector<Point> places;
    for (const Entity entity : day.each(users)) {
      const Row row = entity.rows(risk)[0];
      if (!std::isfinite(row[vol])) continue;
      places.push_back({rounded(row[vol]), rounded(row[mean_ret])});
    }
"""),
        (GAP, GAPS, """\
    for (const Entity entity : day.each(users)) {
      const Row row = entity.rows(risk)[0];
      const double x = row[vol], y = row[mean_ret];
      Record record = out.add();
      record[user] = entity.id<int64_t>();
      if (!std::isfinite(x)) continue;
      record[frontier_gap] = defined(frontier_return(places, frontier, x) - y);
    }
""")),
    # What is not finite less something finite is not finite.
    preserves(
        "frontier_gap", "a struct for each user, and no gap without a return",
        (GAP, USERS, """\
    struct User {
      int64_t id;
      double x, y;
    };
    std::vector<User> all;
    std::vector<Point> places;
    for (const Entity entity : day.each(users)) {
      const Row row = entity.rows(risk)[0];
      const User& last = all.emplace_back(User{entity.id<int64_t>(), row[vol], row[mean_ret]});
      if (std::isfinite(last.x)) places.push_back({rounded(last.x), rounded(last.y)});
    }
"""),
        (GAP, GAPS, """\
    for (const User& one : all) {
      Record record = out.add();
      record[user] = one.id;
      if (!std::isfinite(one.x) || !std::isfinite(one.y)) continue;
      record[frontier_gap] = defined(frontier_return(places, frontier, one.x) - one.y);
    }
""")),
    preserves(
        "frontier_gap", "a loop finds the corner beyond",
        (HULL, BETWEEN, """\
  for (size_t i = 0; i < frontier.size(); ++i) {
    const Point& b = points[frontier[i]];
    if (!(risk <= b.x)) continue;
    if (i == 0) return b.y;
    const Point& a = points[frontier[i - 1]];
    const double rise = b.y - a.y, run = b.x - a.x;
    return a.y + rise * (risk - a.x) / run;
  }
  return points[frontier.back()].y;
""")),
    preserves(
        "frontier_gap", "another function that rounds to the nearest, and two bounds",
        (NUMBERS, "return std::abs(x) < 9e3 ? std::nearbyint(x * kScale) / kScale : x;", """\
if (x > -9e3 && x < 9e3) return std::rint(kScale * x) / kScale;
  return x;""")),
    # Where one of both is NaN neither comes first, and nothing else is compared, as with tuples.
    preserves(
        "frontier_gap", "points are compared by ifs",
        (HULL, ORDER, """\
    const Point &one = points[a], &other = points[b];
    if (one.x != other.x) return one.x < other.x;
    if (one.y != other.y) return one.y < other.y;
    return a < b;
"""),
        (HULL, "#include <tuple>\n", "")),

    preserves(
        "risk_points", "corners are marked",
        (POINTS, AMONG, """\
    std::vector<bool> in_hull(points.size()), in_frontier(points.size());
    for (const size_t corner : hull) in_hull[corner] = true;
    for (const size_t corner : frontier) in_frontier[corner] = true;
"""),
        (POINTS, "is_point && among(hull, point)", "is_point && in_hull[point]"),
        (POINTS, "is_point && among(frontier, point)", "is_point && in_frontier[point]")),
    preserves(
        "risk_points", "who is a point is kept apart",
        (POINTS, "    std::vector<Point> points;\n",
         "    std::vector<Point> points;\n    std::vector<bool> is_point;\n"),
        (POINTS, "    for (auto& stock : trailing.stocks) {\n",
         "    for (const auto& stock : trailing.stocks) {\n"),
        (POINTS, KEEP_POINT, """\
      is_point.push_back(is_finite(point));
      if (is_point.back()) points.push_back(point);
"""),
        (POINTS, "    size_t point = 0;\n    for (const auto& stock : trailing.stocks) {\n"
         "      const bool is_point = !stock.returns.empty();\n", """\
    size_t point = 0;
    for (size_t i = 0; i < trailing.stocks.size(); i++) {
"""),
        (POINTS, "record[ticker] = stock.ticker;", "record[ticker] = trailing.stocks[i].ticker;"),
        (POINTS, "is_point && among(hull, point)", "is_point[i] && among(hull, point)"),
        (POINTS, "is_point && among(frontier, point)", "is_point[i] && among(frontier, point)"),
        (POINTS, "      if (!is_point) continue;\n", "      if (!is_point[i]) continue;\n")),
    preserves(
        "risk_points", "duplicates are left out by a loop",
        (HULL, "  std::vector<size_t> order(points.size());\n"
         "  std::iota(order.begin(), order.end(), size_t{0});\n"
         "  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {\n",
         "  std::vector<size_t> all(points.size()), order;\n"
         "  std::iota(all.begin(), all.end(), size_t{0});\n"
         "  std::sort(all.begin(), all.end(), [&](size_t a, size_t b) {\n"),
        (HULL, UNIQUE, """\
  for (const size_t next : all) {
    if (order.empty() || !same(order.back(), next)) order.push_back(next);
  }
""")),
    # The window has as many days as are wanted.
    preserves(
        "risk_points", "each day of the window is read",
        (TRAILING, "    const almanac::Window days = context.window(table);\n", ""),
        (TRAILING, STOCKS, """\
    for (const almanac::WindowDay day : context.window(table)) {
      for (const almanac::Row row : day.rows) {
        const double number = row[ret];
        if (!std::isfinite(number)) continue;
        if (const auto found = tickers.find(row[ticker])) {
          stocks[*found].returns.push_back(number);
        }
      }
    }
""")),
    preserves(
        "risk_points", "the index is taken out at last",
        (TICKERS, NAMES, """\
    const auto all = rows.column(ticker);
    names_.assign(all.begin(), all.end());
    std::sort(names_.begin(), names_.end());
    std::erase(names_, kMarketIndex);
""")),

    # Both chains over two points leave one of them each.
    preserves(
        "risk_geometry", "two points are a hull like any other",
        (HULL, "  if (order.size() <= 2) return order;\n",
         "  if (order.size() < 2) return order;\n")),
    preserves(
        "risk_geometry", "algorithms find the ends of the frontier",
        (HULL, ENDS, """\
  const auto has_less_risk = [&](size_t a, size_t b) {
    const Point &one = points[a], &other = points[b];
    return one.x < other.x || (one.x == other.x && one.y > other.y);
  };
  const auto is_better = [&](size_t a, size_t b) {
    const Point &one = points[a], &other = points[b];
    return one.y > other.y || (one.y == other.y && one.x < other.x);
  };
  const auto position_of = [&](auto corner) { return static_cast<size_t>(corner - hull.begin()); };
  size_t first = position_of(std::min_element(hull.begin(), hull.end(), has_less_risk));
  const size_t end = position_of(std::min_element(hull.begin(), hull.end(), is_better));
""")),
    preserves(
        "risk_geometry", "a stock less its mean at once",
        (MEAN_VARIANCE, SCALED, """\
    scaled.col(i) = Eigen::Map<const Eigen::VectorXd>(stock.data(), days).array() - centre;
""")),
    # The opposite of a difference is the other difference, without any rounding.
    preserves(
        "risk_geometry", "a difference the other way round, and the minimum is kept",
        (MEAN_VARIANCE, "B * C - A * A", "-(A * A - B * C)"),
        (GEOMETRY, """\
    if (!market) return;
    record[A] = market->A;
    record[B] = market->B;
    record[C] = market->C;
    record[D] = market->D;
    record[gmv_risk] = market->gmv_risk();
    record[gmv_ret] = market->gmv_return();
""", """\
    if (market.has_value()) {
      const auto& [a, b, c, d] = *market;
      record[gmv_ret] = a / c;
      record[gmv_risk] = 1.0 / std::sqrt(c);
      record[D] = d;
      record[C] = c;
      record[B] = b;
      record[A] = a;
    }
""")),
    preserves(
        "risk_geometry", "a struct for each place, and returns are moved",
        (GEOMETRY, "#include <cmath>\n#include <optional>\n#include <vector>\n",
         "#include <algorithm>\n#include <cmath>\n#include <iterator>\n#include <optional>\n"
         "#include <utility>\n#include <vector>\n"),
        (GEOMETRY, PLACES, """\
    const Rows all = day.rows(points);
    std::vector<Point> places;
    std::vector<size_t> rows;  // of the places
    for (size_t row = 0; row < all.size(); row++) {
      if (!all[row].has(risk)) continue;
      const double x = all[row][risk], y = all[row][ret];
      places.push_back({x, y});
      rows.push_back(row);
    }
"""),
        (GEOMETRY, NAMED, """\
      std::vector<std::string_view> list;
      list.reserve(positions.size());
      std::transform(positions.begin(), positions.end(), std::back_inserter(list),
                     [&](size_t i) { return all[rows[i]][ticker]; });
      return list;
"""),
        (GEOMETRY, RETURNS, """\
    TrailingReturns trailing(day, extracted, symbol, ret_1d);
    std::erase_if(trailing.stocks, [](const auto& stock) { return stock.returns.empty(); });
    for (auto& stock : trailing.stocks) returns.push_back(std::move(stock.returns));
""")),

    alters("user_risk_geometry", "who has no profits leaves before the lots are read",
           (USER, STAKES + NO_PROFIT, NO_PROFIT + STAKES),
           where="a user with a lot that is rejected, and without a row of net_profit"),
    alters("user_risk_geometry", "three points are always corners",
           (HULL, "  if (order.size() <= 2) return order;\n",
            "  if (order.size() <= 3) return order;\n"),
           where="three tickers on a line"),
    alters("user_risk_geometry", "percent before the quotient",
           (USER, "100 * ratio(stake.net_profit, stake.invested)",
            "ratio(100 * stake.net_profit, stake.invested)"),
           where="three tickers that have earned 10,000 percent and more: the last bits"),
    alters("user_risk_geometry", "money in tickers that are no points counts",
           (USER, "for (const double money : invested) all += money;",
            "for (const auto& [name, stake] : stakes) all += stake.invested;"),
           where="a lot of a ticker without a volatility, and one with it"),
    alters("user_risk_geometry", "two corners have an area",
           (HULL, "  if (hull.size() < 3) return 0;\n", "  if (hull.size() < 2) return 0;\n"),
           where="two tickers, with volatilities and percents of 1e200: NaN instead of 0"),

    alters("frontier_gap", "ties are rounded away from 0",
           (NUMBERS, "std::nearbyint(x * kScale)", "std::round(x * kScale)"),
           where="a user with a mean return of 3,000.0000000000005"),
    alters("frontier_gap", "a corner is not beyond its own risk",
           (HULL, "points[corner].x >= risk;", "points[corner].x > risk;"),
           where="users at (0.1, 0) and (0.11, 0.03): the gap of the second one, by the last bit"),
    alters("frontier_gap", "risk is rounded where the frontier is read",
           (GAP, "frontier_return(places, frontier, own[i].x)",
            "frontier_return(places, frontier, rounded(own[i].x))"),
           where="a user between two corners, with a vol of 1 / 3"),
    alters("frontier_gap", "users without a return are no points",
           (GAP, "      if (std::isfinite(own.back().x))\n",
            "      if (std::isfinite(own.back().x) && std::isfinite(own.back().y))\n"),
           (GAP, "      if (!std::isfinite(own[i].x)) continue;\n",
            "      if (!std::isfinite(own[i].x) || !std::isfinite(own[i].y)) continue;\n"),
           where="the user of the least vol has a mean_ret of null"),
    alters("frontier_gap", "the frontier is interpolated otherwise",
           (HULL, "(b.y - a.y) * (risk - a.x) / (b.x - a.x)",
            "(b.y - a.y) / (b.x - a.x) * (risk - a.x)"),
           where="a user with a vol of 0.25, and corners at (0.1, 0.1) and (0.4, 0.3): last bits"),

    alters("risk_points", "251 returns are enough",
           (TRAILING, "if (stock.returns.size() < kDays) stock",
            "if (stock.returns.size() < kDays - 1) stock"),
           where="a stock with a row on the date, and without one on another of the 252 days"),
    alters("risk_points", "of equal returns the higher risk is the end of the frontier",
           (HULL, "corner.y == best.y && corner.x < best.x",
            "corner.y == best.y && corner.x > best.x"),
           where="two stocks with the highest return, of different risk"),
    alters("risk_points", "of equal points the last one counts",
           (HULL, ORDER, ORDER.replace("points[a].y, a)", "points[a].y, b)")
            .replace("points[b].y, b)", "points[b].y, a)")),
           where="two stocks with the same returns"),
    alters("risk_points", "points on an edge are corners",
           (HULL, "points[next]) <= 0) {", "points[next]) < 0) {"),
           where="returns of 0.25, 0.5 and 0.75 on all days, of one stock each"),
    alters("risk_points", "a stock that is no point has the place of the next one",
           (POINTS, "is_point && among(frontier, point)", "among(frontier, point)"),
           where="a stock with too few returns, before one on the frontier"),

    alters("risk_geometry", "a turn that is not known is none to the left",
           (HULL, "cross(points[hull[hull.size() - 2]], points[hull.back()], points[next]) <= 0)",
            "!(cross(points[hull[hull.size() - 2]], points[hull.back()], points[next]) > 0))"),
           where="a point with a risk, whose ret is null, between two others"),
    alters("risk_geometry", "more is nothing",
           (MEAN_VARIANCE, "kNothingLeft = 1e-12;", "kNothingLeft = 1e-11;"),
           where="two stocks of which the one explains all of the other but a share of 4e-12"),
    alters("risk_geometry", "a product is not rounded",
           (MEAN_VARIANCE, "B * C - A * A", "std::fma(B, C, -(A * A))"),
           where="two stocks with 252 returns: the last bits of D"),
    alters("risk_geometry", "the return of the minimum has no sign",
           (MEAN_VARIANCE, "return A / C;", "return std::abs(A) / C;"),
           where="two stocks whose returns have a mean below 0"),
    alters("risk_geometry", "means are rounded otherwise",
           (MEAN_VARIANCE, "centre * kDaysPerYear / risk", "centre / risk * kDaysPerYear"),
           where="two stocks with 252 returns: the last bits of A"),
)
