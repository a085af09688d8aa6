// The disposition effect: winners are sold sooner than losers. T. Odean, Are investors reluctant to
// realize their losses?, Journal of Finance 53 (1998).
//
//   PGR = RG / (RG + PG), the share of gains that were realised; PLR = RL / (RL + PL), of losses
//
//   t = (PGR - PLR) / sqrt(PGR (1 - PGR) / (RG + PG) + PLR (1 - PLR) / (RL + PL))
#pragma once

#include <cmath>

#include "layers/mathematics/numbers.h"

// How many gains and losses. Of zero nobody knows which it is; undefined once a profit is.
struct Profits {
  double gains = 0, losses = 0;

  void add(double profit) {
    gains += std::isnan(profit) ? kUndefined : profit > 0 ? 1 : 0;
    losses += std::isnan(profit) ? kUndefined : profit < 0 ? 1 : 0;
  }
};

// Undefined where a denominator is 0.
struct DispositionEffect {
  double pgr, plr, difference, t;

  DispositionEffect(const Profits& realised, const Profits& paper) {
    const double gains = realised.gains + paper.gains, losses = realised.losses + paper.losses;
    pgr = ratio(realised.gains, gains);
    plr = ratio(realised.losses, losses);
    difference = pgr - plr;
    t = ratio(difference, std::sqrt(pgr * (1 - pgr) / gains + plr * (1 - plr) / losses));
  }
};
