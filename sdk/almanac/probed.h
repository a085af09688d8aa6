// Probed: is included before all else where a module is compiled with probes (almanac/probes.h). It
// puts the comparison of std::min, max and clamp, and of dates, where they are called: a function
// that all call would be one probe, in nobody's source. Authors do not need this header.
#pragma once

#include <algorithm>

#include "almanac/date.h"

namespace std {

#define ALMANAC_PROBED(T)                                                                 \
  template <>                                                                             \
  [[gnu::always_inline]] constexpr inline const T& min<T>(const T& a, const T& b) {       \
    return b < a ? b : a;                                                                 \
  }                                                                                       \
  template <>                                                                             \
  [[gnu::always_inline]] constexpr inline const T& max<T>(const T& a, const T& b) {       \
    return a < b ? b : a;                                                                 \
  }                                                                                       \
  template <>                                                                             \
  [[gnu::always_inline]] constexpr inline const T& clamp<T>(const T& value, const T& low, \
                                                            const T& high) {              \
    return value < low ? low : high < value ? high : value;                               \
  }
ALMANAC_PROBED(double)
ALMANAC_PROBED(float)
ALMANAC_PROBED(int)
ALMANAC_PROBED(unsigned)
ALMANAC_PROBED(long)
ALMANAC_PROBED(unsigned long)
ALMANAC_PROBED(long long)
ALMANAC_PROBED(unsigned long long)
#undef ALMANAC_PROBED

}  // namespace std

namespace almanac {

// Preferred to what the compiler makes of <=>. A branch each, as what follows tells what came out.
#define ALMANAC_PROBED(OPERATOR)                                                                 \
  [[gnu::always_inline]] constexpr inline bool operator OPERATOR(const Date& a, const Date& b) { \
    const int left = a.days(), right = b.days();                                                 \
    if (left OPERATOR right) return true;                                                        \
    return false;                                                                                \
  }
ALMANAC_PROBED(<)
ALMANAC_PROBED(<=)
ALMANAC_PROBED(>)
ALMANAC_PROBED(>=)
#undef ALMANAC_PROBED

}  // namespace almanac
