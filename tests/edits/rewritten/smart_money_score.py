"""Edits of smart_money_score, written without a look at the others."""
from edit import alters, preserves

SCORE = "calculations/profiling/smart_money_score.cc"
ORDER = "layers/mathematics/order.h"

EDITS = (
    preserves(
        "smart_money_score", "one candidate a user instead of five vectors",
        (SCORE, """\
  void process(const Day& day, Output& out) const override {
    const std::vector<double> market = market_returns(day, extracted, ticker, ret_1d);
    std::vector<int64_t> ids;
    std::vector<double> alphas, sharpes, firsts, seconds;
    for (const Entity entity : day.each(users)) {
      const Rows row = entity.rows(series);
      if (row.empty()) continue;
      const auto list = row[0][returns];
      const std::vector<double> own(list.begin(), list.end());
      const auto skill = [&](size_t before_last) {
        return fitted_line(half(market, before_last), half(own, before_last), kLeastPairs).alpha_t;
      };
      ids.push_back(entity.id<int64_t>());
      alphas.push_back(number(entity.rows(line), alpha_t));
      sharpes.push_back(number(entity.rows(risk), sharpe));
      firsts.push_back(skill(1));
      seconds.push_back(skill(0));
    }
    const auto alpha_ranks = rank_shares(alphas), sharpe_ranks = rank_shares(sharpes);
    const auto first_ranks = rank_shares(firsts), second_ranks = rank_shares(seconds);
    for (size_t i = 0; i < ids.size(); ++i) {
      const double steady =
          std::isnan(second_ranks[i]) ? kUndefined : std::min(first_ranks[i], second_ranks[i]);
      Record record = out.add();
      record[user] = ids[i];
      record[skill_h1] = defined(firsts[i]);
      record[skill_h2] = defined(seconds[i]);
      record[smart_score] =
          defined(100 * (0.5 * alpha_ranks[i] + 0.3 * sharpe_ranks[i] + 0.2 * steady));
    }
  }
""", """\
  // What is known of a user before all are ranked.
  struct Candidate {
    int64_t id;
    double alpha, sharpe_ratio, first, second;
  };

  void process(const Day& day, Output& out) const override {
    const std::vector<double> market = market_returns(day, extracted, ticker, ret_1d);
    std::vector<Candidate> candidates;
    for (const Entity entity : day.each(users)) {
      const Rows row = entity.rows(series);
      if (!row.empty()) candidates.push_back(candidate(entity, row[0], market));
    }
    const auto alpha_ranks = ranks_by(&Candidate::alpha, candidates);
    const auto sharpe_ranks = ranks_by(&Candidate::sharpe_ratio, candidates);
    const auto first_ranks = ranks_by(&Candidate::first, candidates);
    const auto second_ranks = ranks_by(&Candidate::second, candidates);
    size_t i = 0;
    for (const Candidate& found : candidates) {
      Record record = out.add();
      record[user] = found.id;
      record[skill_h1] = defined(found.first);
      record[skill_h2] = defined(found.second);
      record[smart_score] = defined(
          score(alpha_ranks[i], sharpe_ranks[i], steadiness(first_ranks[i], second_ranks[i])));
      ++i;
    }
  }

  Candidate candidate(const Entity& entity, const Row& row,
                      const std::vector<double>& market) const {
    const auto list = row[returns];
    const std::vector<double> own(list.begin(), list.end());
    const auto skill = [&](size_t before_last) {
      return fitted_line(half(market, before_last), half(own, before_last), kLeastPairs).alpha_t;
    };
    const double first = skill(1), second = skill(0);
    return {entity.id<int64_t>(), number(entity.rows(line), alpha_t),
            number(entity.rows(risk), sharpe), first, second};
  }

  static std::vector<double> ranks_by(double Candidate::*field,
                                      const std::vector<Candidate>& candidates) {
    std::vector<double> values;
    values.reserve(candidates.size());
    for (const Candidate& found : candidates) values.push_back(found.*field);
    return rank_shares(values);
  }

  // The worse of both halves; undefined where one of them is.
  static double steadiness(double first, double second) {
    if (std::isnan(first) || std::isnan(second)) return kUndefined;
    return second < first ? second : first;
  }

  static double score(double alpha, double sharpe, double steady) {
    return 100 * (0.5 * alpha + 0.3 * sharpe + 0.2 * steady);
  }
""")),
    preserves(
        "smart_money_score", "ranks of sorted pairs, ties by find_if",
        (ORDER, """\
  std::vector<size_t> order;
  std::vector<double> keys(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    keys[i] = rounded(values[i]);
    if (std::isfinite(values[i])) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return keys[a] < keys[b]; });
  std::vector<double> shares(values.size(), kUndefined);
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    end = begin + 1;
    while (end < order.size() && keys[order[end]] == keys[order[begin]]) ++end;
    const double average = static_cast<double>(begin + 1 + end) / 2;
    for (size_t i = begin; i < end; ++i) {
      shares[order[i]] = (average - 0.5) / static_cast<double>(order.size());
    }
  }
  return shares;
""", """\
  struct Ranked {
    double key;
    size_t place;
  };
  std::vector<Ranked> ranked;
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) ranked.push_back({rounded(values[i]), i});
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Ranked& a, const Ranked& b) { return a.key < b.key; });
  const auto n = static_cast<double>(ranked.size());
  std::vector<double> shares(values.size(), kUndefined);
  auto tied = ranked.begin();
  while (tied != ranked.end()) {
    const double key = tied->key;
    const auto next = std::find_if(tied, ranked.end(),
                                   [key](const Ranked& other) { return other.key != key; });
    // Ranks are counted from 1.
    const auto lowest = tied - ranked.begin() + 1, highest = next - ranked.begin();
    const double average = static_cast<double>(lowest + highest) / 2;
    const double share = (average - 0.5) / n;
    for (; tied != next; ++tied) shares[tied->place] = share;
  }
  return shares;
""")),
    alters(
        "smart_money_score", "a short series is cut in the middle",
        (SCORE, """\
  // The last 30 values, or the 30 before them; fewer where there are no more.
  static std::span<const double> half(std::span<const double> values, size_t before_last) {
    const size_t end = values.size() - std::min<size_t>(values.size(), before_last * kHalf);
    return values.first(end).last(std::min<size_t>(end, kHalf));
  }
""", """\
  // The last 30 values, or the 30 before them; of a shorter series its halves.
  static std::span<const double> half(std::span<const double> values, size_t before_last) {
    const size_t length = std::min<size_t>(values.size() / 2, kHalf);
    return values.first(values.size() - before_last * length).last(length);
  }
"""),
        where="the calendar has 49 days and return_series of a user a list of 49 values, of which "
              "only the first is null, as the market's return of the first day is; values and "
              "market's returns are random numbers of about 0.01: skill_h1 was null and is a "
              "number"),
)
