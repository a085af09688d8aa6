#include <almanac/calculation.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "layers/market/market_returns.h"
#include "layers/mathematics/order.h"
#include "layers/mathematics/regression.h"

using namespace almanac;

// How good each user seems to be, from 0 to 100, next to all others:
//
//   100 * (0.5 R(alpha_t) + 0.3 R(sharpe) + 0.2 min(R(skill_h1), R(skill_h2)))
//
// where skill_h1 and skill_h2 are the t statistics of alpha in the two halves of the last 60 days,
// and R is the share of users that one leaves behind. The formula is ours. A user who changes may
// change the score of everyone: it comes late in the graph, and little depends on it.
struct SmartMoneyScore : WholeDate {
  static constexpr uint32_t kHalf = 30;
  static constexpr size_t kLeastPairs = 20;  // of a half

  Entities<int64_t> users = entities("user_id");
  Table series = calculation("return_series");
  In<List<double>> returns = series["returns"];
  Table line = calculation("capm");
  In<double> alpha_t = line["alpha_t"];
  Table risk = calculation("user_risk");
  In<double> sharpe = risk["sharpe"];
  Table extracted = calculation("price_extractor").window(2 * kHalf);
  In<std::string_view> ticker = extracted["ticker"];
  In<double> ret_1d = extracted["ret_1d"];

  Key<int64_t> user = key("user_id");
  Out<double> skill_h1 = column("skill_h1").sparse().constant();
  Out<double> skill_h2 = column("skill_h2").sparse().constant();
  Out<double> smart_score = column("smart_score").sparse().constant();

  SmartMoneyScore() {
    lines({"crowd"});
    tags({"whole_crowd"});
  }

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

  static double number(const Rows& rows, In<double> column) {
    return rows.empty() ? kUndefined : rows[0][column];
  }

  // The last 30 values, or the 30 before them; fewer where there are no more.
  static std::span<const double> half(std::span<const double> values, size_t before_last) {
    const size_t end = values.size() - std::min<size_t>(values.size(), before_last * kHalf);
    return values.first(end).last(std::min<size_t>(end, kHalf));
  }
};
ALMANAC_CALCULATION(SmartMoneyScore, "profiling", "smart_money_score")
