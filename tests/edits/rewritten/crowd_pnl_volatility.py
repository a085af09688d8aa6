"""Edits of crowd_pnl_volatility, written without a look at the others."""
from edit import alters, preserves

VOLATILITY = "calculations/crowd/crowd_pnl_volatility.cc"
MOMENTS = "layers/mathematics/moments.h"

EDITS = (
    preserves("crowd_pnl_volatility", "a user's share and the record taken out", (VOLATILITY, """\
  void process(const Day& day, Output& out) const override {
    const Prices& prices = books.prices;
    const TickerWindow closes(day, prices.table, prices.ticker, prices.close);
    std::vector<double> returns;
    std::vector<CrowdDay> days(kDays);  // the last is the date
    for (const Entity user : day.each(users)) {
      const Rows row = user.rows(daily);
      if (row.empty()) {  // a price is missing, or nothing is accepted
        each_lot(books.open, user, [](Date, Row) {});
        each_lot(books.closed, user, [](Date, Row) {});
        continue;
      }
      if (std::isfinite(row[0][daily_return])) returns.push_back(row[0][daily_return]);
      const Book book(user, books.open, books.closed, closes);
      for (auto day = book.begin(); day < book.end(); ++day) {
        const double earned = book.pnl(day), before = book.value(day - 1);
        if (!std::isfinite(earned) || !std::isfinite(before)) continue;
        CrowdDay& all = days[static_cast<size_t>(day - 1)];  // the window begins a day earlier
        all.pnl += earned;
        all.value_before += before;
      }
    }
    std::vector<double> crowd;
    for (const CrowdDay& all : days) crowd.push_back(ratio(all.pnl, all.value_before));
    const std::vector<double> sorted = ascending(returns);
    const auto up = std::count_if(sorted.begin(), sorted.end(), [](double r) { return r > 0; });

    Record record = out.add();
""", """\
  void process(const Day& day, Output& out) const override {
    const TickerWindow closes(day, books.prices.table, books.prices.ticker, books.prices.close);
    std::vector<double> returns;
    std::vector<CrowdDay> days(kDays);  // the last is the date
    for (const Entity user : day.each(users)) {
      const Rows row = user.rows(daily);
      if (row.empty()) {
        count_rejected(user);
      } else {
        const double ret = row[0][daily_return];
        if (std::isfinite(ret)) returns.push_back(ret);
        add(Book(user, books.open, books.closed, closes), days);
      }
    }
    put_out(ascending(returns), days, out);
  }

  // Of a user of whom a price is missing, or nothing is accepted.
  void count_rejected(const Entity& user) const {
    const auto ignore = [](Date, Row) {};
    for (const Lots* lots : {&books.open, &books.closed}) each_lot(*lots, user, ignore);
  }

  static void add(const Book& book, std::vector<CrowdDay>& days) {
    auto all = days.rbegin();
    for (auto day = book.end(); day-- > book.begin(); ++all) {
      const double before = book.value(day - 1), earned = book.pnl(day);
      const bool known = std::isfinite(earned) && std::isfinite(before);
      if (known) {
        all->value_before += before;
        all->pnl += earned;
      }
    }
  }

  void put_out(const std::vector<double>& sorted, const std::vector<CrowdDay>& days,
               Output& out) const {
    std::vector<double> crowd(days.size());
    std::transform(days.begin(), days.end(), crowd.begin(),
                   [](const CrowdDay& all) { return ratio(all.pnl, all.value_before); });
    const auto up = sorted.end() - std::upper_bound(sorted.begin(), sorted.end(), 0.0);

    Record record = out.add();
""")),
    preserves("crowd_pnl_volatility", "all moments in one pass", (MOMENTS, """\
// The mean of (x - mean)^power; undefined without values.
inline double central_moment(std::span<const double> values, int power) {
  const double centre = mean(values);
  Sum sum;
  for (const double x : values) {
    double term = x - centre;
    for (int i = 1; i < power; ++i) term *= x - centre;
    sum += term;
  }
  return ratio(sum, static_cast<double>(values.size()));
}
""", """\
// The means of the second, third and fourth powers of x - mean; undefined without values.
struct CentralMoments {
  double second, third, fourth;
};
inline CentralMoments central_moments(std::span<const double> values) {
  const double centre = mean(values);
  Sum squares, cubes, fourths;
  for (const double x : values) {
    const double distance = x - centre;
    const double square = distance * distance;
    const double cube = square * distance;
    squares += square;
    cubes += cube;
    fourths += cube * distance;
  }
  const auto n = static_cast<double>(values.size());
  return {ratio(squares, n), ratio(cubes, n), ratio(fourths, n)};
}
"""), (MOMENTS, """\
  const auto n = static_cast<double>(values.size());
  const double m2 = central_moment(values, 2);
  if (values.size() < 3 || !(m2 > kNoVariance)) return kUndefined;
  return std::sqrt(n * (n - 1)) / (n - 2) * central_moment(values, 3) / std::pow(m2, 1.5);
""", """\
  if (values.size() < 3) return kUndefined;
  const CentralMoments moments = central_moments(values);
  if (!(moments.second > kNoVariance)) return kUndefined;
  const auto n = static_cast<double>(values.size());
  const double correction = std::sqrt(n * (n - 1)) / (n - 2);
  return correction * moments.third / std::pow(moments.second, 1.5);
"""), (MOMENTS, """\
  const auto n = static_cast<double>(values.size());
  const double m2 = central_moment(values, 2);
  if (values.size() < 4 || !(m2 > kNoVariance)) return kUndefined;
  const double g2 = central_moment(values, 4) / (m2 * m2) - 3;
  return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6);
""", """\
  if (values.size() < 4) return kUndefined;
  const auto [m2, m3, m4] = central_moments(values);
  if (m2 > kNoVariance) {
    const auto n = static_cast<double>(values.size());
    const double g2 = m4 / (m2 * m2) - 3;
    const double correction = (n - 1) / ((n - 2) * (n - 3));
    return correction * ((n + 1) * g2 + 6);
  }
  return kUndefined;
""")),
    alters("crowd_pnl_volatility", "each sum takes what it knows", (VOLATILITY, """\
        if (!std::isfinite(earned) || !std::isfinite(before)) continue;
        CrowdDay& all = days[static_cast<size_t>(day - 1)];  // the window begins a day earlier
        all.pnl += earned;
        all.value_before += before;
""", """\
        CrowdDay& all = days[static_cast<size_t>(day - 1)];  // the window begins a day earlier
        if (std::isfinite(earned)) all.pnl += earned;
        if (std::isfinite(before)) all.value_before += before;
"""), where="two users who were worth 100 each the day before; today one has earned 10, and the "
            "lot of the other has a null as price: crowd_return is 10 / 200 instead of 10 / 100"),
    alters("crowd_pnl_volatility", "rounding is relative to the mean", (MOMENTS, """\
#include <cmath>
""", """\
#include <algorithm>
#include <cmath>
"""), (MOMENTS, """\
// G1 = sqrt(""", """\
// Whether a variance is more than the rounding of values of that size.
inline bool varies(double variance, std::span<const double> values) {
  const double centre = mean(values);
  return variance > kNoVariance * std::max(1.0, centre * centre);
}

// G1 = sqrt("""), (MOMENTS, "if (values.size() < 3 || !(m2 > kNoVariance)) return",
                    "if (values.size() < 3 || !varies(m2, values)) return"),
           (MOMENTS, "if (values.size() < 4 || !(m2 > kNoVariance)) return",
            "if (values.size() < 4 || !varies(m2, values)) return"),
           where="four users whose daily_return is 2, 2, 2 and 2.000000000003: the variance is "
                 "1.7e-24, so skew and kurt_excess are numbers; now they are null"),
)
