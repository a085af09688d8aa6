"""Edits of crowd."""
from edit import alters, preserves

EDITS = (
    preserves("crowd_pnl_volatility", "quantiles from a table", (
        "calculations/crowd/crowd_pnl_volatility.cc",
        """    record[p5] = defined(quantile(sorted, 0.05));
    record[p25] = defined(quantile(sorted, 0.25));
    record[p50] = defined(quantile(sorted, 0.50));
    record[p75] = defined(quantile(sorted, 0.75));
    record[p95] = defined(quantile(sorted, 0.95));
""",
        """    const std::pair<Out<double>, double> shares[] = {
        {p5, 0.05}, {p25, 0.25}, {p50, 0.5}, {p75, 0.75}, {p95, 0.95}};
    for (const auto& [cell, share] : shares) record[cell] = defined(quantile(sorted, share));
"""), (
        "calculations/crowd/crowd_pnl_volatility.cc",
        "    const auto up = std::count_if(sorted.begin(), sorted.end(), [](double r) { return r > 0; });\n",
        """    size_t up = 0;
    for (auto r = sorted.rbegin(); r != sorted.rend() && *r > 0; r++) up += 1;
"""), (
        "calculations/crowd/crowd_pnl_volatility.cc",
        "#include <cmath>\n#include <vector>\n", "#include <cmath>\n#include <utility>\n#include <vector>\n")),

    preserves("popular_assets", "the rank by a function, users counted without exchange", (
        "calculations/crowd/popular_assets.cc",
        "    void add(int64_t user) { users += std::exchange(last, user) != user; }\n",
        """    void add(int64_t user) {
      if (user == last) return;
      last = user;
      users++;
    }
"""), (
        "calculations/crowd/popular_assets.cc",
        """      record[popularity_rank] = 1 + std::count_if(crowds.begin(), crowds.end(), [&](const auto& c) {
                                  return c.now.users > crowd.now.users;
                                });
    }
  }
""",
        """      record[popularity_rank] = rank_of(crowd, crowds);
    }
  }

  // 1 for the stock that most users hold; stocks with as many users have the same rank.
  static int64_t rank_of(const Crowd& crowd, const std::vector<Crowd>& crowds) {
    int64_t rank = 1;
    for (size_t i = 0; i != crowds.size(); ++i) {
      if (crowd.now.users < crowds[i].now.users) ++rank;
    }
    return rank;
  }
""")),

    alters("popular_assets", "the rank is the last place among equals", (
        "calculations/crowd/popular_assets.cc",
        """      record[popularity_rank] = 1 + std::count_if(crowds.begin(), crowds.end(), [&](const auto& c) {
                                  return c.now.users > crowd.now.users;
                                });
""",
        """      const int64_t users_here = crowd.now.users;
      record[popularity_rank] = std::count_if(crowds.begin(), crowds.end(), [&](const auto& other) {
        return other.now.users >= users_here;
      });
"""), where="two stocks with 5 holders each and none with more: popularity_rank is 1, becomes 2"),
)
