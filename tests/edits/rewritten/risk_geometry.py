"""Edits of risk_geometry, written without a look at the others."""
from edit import alters, preserves

GEOMETRY = "calculations/risk/risk_geometry.cc"
MEAN_VARIANCE = "layers/mathematics/mean_variance.h"

EDITS = (
    preserves(
        "risk_geometry", "one function for the hull, one for the constants",
        (GEOMETRY, "#include <optional>\n#include <vector>\n",
         "#include <optional>\n#include <utility>\n#include <vector>\n"),
        (GEOMETRY, """\
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
""", """\
  using Names = std::vector<std::string_view>;

  void process(const Day& day, Output& out) const override {
    const Record record = out.add();
    write_corners(day, record);
    if (const std::optional<MeanVariance> market = mean_variance(returns_of(day))) {
      record[gmv_ret] = market->gmv_return();
      record[gmv_risk] = market->gmv_risk();
      record[A] = market->A;
      record[B] = market->B;
      record[C] = market->C;
      record[D] = market->D;
    }
  }

  void write_corners(const Day& day, const Record& record) const {
    Names names;
    std::vector<Point> places;
    for (const Row point : day.rows(points)) {
      const bool is_point = point.has(risk);
      if (is_point) {
        names.push_back(point[ticker]);
        places.push_back({point[risk], point[ret]});
      }
    }
    const std::vector<size_t> corners = convex_hull(places);
    record[hull] = named(names, corners);
    record[frontier] = named(names, efficient_frontier(places, corners));
  }

  static Names named(const Names& names, const std::vector<size_t>& positions) {
    Names list(positions.size());
    for (size_t i = 0; i < positions.size(); ++i) list[i] = names[positions[i]];
    return list;
  }

  // Of the stocks with a whole year.
  std::vector<std::vector<double>> returns_of(const Day& day) const {
    TrailingReturns trailing(day, extracted, symbol, ret_1d);
    std::vector<std::vector<double>> returns;
    returns.reserve(trailing.stocks.size());
    for (auto& stock : trailing.stocks) {
      if (stock.returns.empty()) continue;
      returns.push_back(std::move(stock.returns));
    }
    return returns;
  }
""")),
    preserves(
        "risk_geometry", "standardised returns in a function of their own",
        (MEAN_VARIANCE, """\
// `returns`: daily, by stock, all of the same length of at least 2. Null where S is singular, which
""", """\
struct Standardised {
  Eigen::MatrixXd returns;      // each stock less its mean, of length 1
  Eigen::VectorXd ones, means;  // 1 and mu, each in units of the stock's risk
};

// Null where a stock has no variance; there is a stock.
inline std::optional<Standardised> standardised(const std::vector<std::vector<double>>& returns) {
  const auto n = static_cast<Eigen::Index>(returns.size());
  const auto days = static_cast<Eigen::Index>(returns.front().size());
  Standardised found{Eigen::MatrixXd(days, n), Eigen::VectorXd(n), Eigen::VectorXd(n)};
  Eigen::Index i = 0;
  for (const std::vector<double>& stock : returns) {
    const double centre = mean(stock);
    const double risk = sample_sd(stock) * std::sqrt(kDaysPerYear);
    Eigen::Index day = 0;
    for (const double ret : stock) {
      if (day == days) break;
      found.returns(day, i) = ret - centre;
      ++day;
    }
    if (!(found.returns.col(i).norm() > 0)) return std::nullopt;
    found.returns.col(i).normalize();
    found.ones[i] = 1 / risk;
    found.means[i] = centre * kDaysPerYear / risk;
    ++i;
  }
  return found;
}

// `returns`: daily, by stock, all of the same length of at least 2. Null where S is singular, which
"""),
        (MEAN_VARIANCE, """\
  const auto n = static_cast<Eigen::Index>(returns.size());
  const auto days = static_cast<Eigen::Index>(returns.front().size());
  Eigen::MatrixXd scaled(days, n);    // each stock less its mean, of length 1
  Eigen::VectorXd ones(n), means(n);  // 1 and mu, each in units of the stock's risk
  for (Eigen::Index i = 0; i < n; ++i) {
    const std::vector<double>& stock = returns[static_cast<size_t>(i)];
    const double centre = mean(stock), risk = sample_sd(stock) * std::sqrt(kDaysPerYear);
    for (Eigen::Index day = 0; day < days; ++day) {
      scaled(day, i) = stock[static_cast<size_t>(day)] - centre;
    }
    if (!(scaled.col(i).norm() > 0)) return std::nullopt;
    scaled.col(i).normalize();
    ones[i] = 1 / risk;
    means[i] = centre * kDaysPerYear / risk;
  }
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(scaled);
""", """\
  const std::optional<Standardised> stocks = standardised(returns);
  if (!stocks) return std::nullopt;
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(stocks->returns);
"""),
        (MEAN_VARIANCE, "qr.matrixR().topRows(n)", "qr.matrixR().topRows(stocks->returns.cols())"),
        (MEAN_VARIANCE, "  const Eigen::VectorXd u = solve(ones), v = solve(means);\n",
         "  const Eigen::VectorXd u = solve(stocks->ones), v = solve(stocks->means);\n")),
    alters(
        "risk_geometry", "singular by length instead of variance",
        (MEAN_VARIANCE, "  if (!(least * least > kNothingLeft)) return std::nullopt;\n",
         "  if (least <= kNothingLeft) return std::nullopt;\n"),
        where="there are two stocks with 252 returns each, 0.01 and -0.01 in turn for both, but that "
              "one return of the second is 0.01000001: A, B, C, D, gmv_risk and gmv_ret were null "
              "and are numbers"),
)
