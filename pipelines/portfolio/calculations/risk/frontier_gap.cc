#include <almanac/calculation.h>

#include <cmath>
#include <vector>

#include "layers/mathematics/hull.h"
#include "layers/mathematics/numbers.h"

using namespace almanac;

// By how much each user's mean return falls short of what the best users of the date have at the
// same risk: the distance to the efficient frontier of all users, which depends on all of them.
// Points of the frontier are rounded, so a gap may be below 0 by rounding.
struct FrontierGap : WholeDate {
  Entities<int64_t> users = entities("user_id");
  Table risk = calculation("user_risk");
  In<double> vol = risk["vol"];
  In<double> mean_ret = risk["mean_ret"];

  Key<int64_t> user = key("user_id");
  Out<double> frontier_gap = column("frontier_gap").sparse().constant();

  FrontierGap() {
    lines({"crowd"});
    tags({"whole_crowd"});
  }

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
};
ALMANAC_CALCULATION(FrontierGap, "risk", "frontier_gap")
