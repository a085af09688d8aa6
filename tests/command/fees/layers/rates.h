#pragma once

#include <cstdint>

// By tier: 7 pays nothing, others by what a trade is worth.
inline double fee_of(double amount, int64_t tier) {
  if (tier == 7) return 0;
  if (amount < 250) return 1.5;
  return tier > 2 ? amount * 0.005 : amount * 0.007;
}
