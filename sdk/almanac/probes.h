// Probes: which blocks of a module ran, and what its comparisons compared. For modules that are
// compiled with -fsanitize-coverage=trace-pc,trace-cmp in order to be looked at; authors do not
// need this header. Where they are linked with --wrap for kRoundings and kChoices, calls of these
// are comparisons, too: of a number with the next at which its rounding steps, of the arguments.
//
// ALMANAC_PROBES makes a source the collector of its module: what the compiler calls (the interface
// of SanitizerCoverage) and the one function that the engine asks. Addresses are those in the file
// of the module. Not thread-safe, as calculations have no threads.
#pragma once

#include <cstddef>
#include <cstdint>

namespace almanac::probes {

// What is known of the executions of one comparison.
struct Comparison {
  uint64_t address;              // behind the call that reported it
  double left, right;            // the operands that came nearest to each other
  uint64_t followers[2];         // blocks that ran next; 0: none
  bool less, equal, greater;     // how left was to right
  bool unordered;                // one of them was NaN
  bool just_less, just_greater;  // by one unit, or one step of its floating-point type
  bool fixed_left, fixed_right;  // the same in all executions
  uint64_t cases, chosen;        // of a switch: how many, and which (a bit each) were met
  uint64_t again;                // the comparison that compared the same just before; 0: not always
};

struct Seen {
  const uint64_t* blocks;  // behind the calls that reported them
  size_t n_blocks;
  const Comparison* comparisons;
  size_t n_comparisons;
};

// What was seen since the last call. Lives until code of the module runs again.
using Take = Seen (*)();
inline constexpr const char* kTakeName = "almanac_probes_take";

inline constexpr const char* kRoundings[] = {"floor", "ceil",   "trunc", "round",   "nearbyint",
                                             "rint",  "lround", "lrint", "llround", "llrint"};
inline constexpr const char* kChoices[] = {"fmin", "fmax"};

}  // namespace almanac::probes

#ifdef ALMANAC_PROBES

extern "C" const char __ehdr_start[] __attribute__((visibility("hidden")));  // of the module

namespace almanac::probes {

// Things by address, in the order in which they were first met.
template <class Thing, size_t kMost>
struct Table {
  Thing things[kMost];
  size_t count = 0;
  uint32_t slots[kMost * 2];  // position + 1; 0: free

  Thing* find(uint64_t address, bool* is_new) {
    size_t slot = static_cast<size_t>(address * 0x9e3779b97f4a7c15u >> 32) % (kMost * 2);
    for (; slots[slot] != 0; slot = (slot + 1) % (kMost * 2)) {
      Thing& thing = things[slots[slot] - 1];
      if (address_of(thing) == address) return &thing;
    }
    if (count == kMost) return nullptr;  // what is not seen does not count as seen
    slots[slot] = static_cast<uint32_t>(++count);
    *is_new = true;
    return &things[count - 1];
  }
  void clear() {
    if (count == 0) return;
    __builtin_memset(slots, 0, sizeof slots);
    count = 0;
  }
  static uint64_t address_of(uint64_t block) { return block; }
  static uint64_t address_of(const Comparison& comparison) { return comparison.address; }
};

inline Table<uint64_t, 1 << 14> blocks;
inline Table<Comparison, 1 << 12> comparisons;
// Whose follower is the next block: a truth value is compared again before it is branched on.
inline Comparison* pending[8];
inline size_t n_pending = 0;
// The latest comparison.
inline uint64_t latest = 0;
inline double latest_left, latest_right;

inline uint64_t in_file(void* address) {
  return static_cast<uint64_t>(static_cast<const char*>(address) - __ehdr_start);
}

inline void note_block(void* address) {
  const uint64_t block = in_file(address);
  for (; n_pending > 0; --n_pending) {
    uint64_t* followers = pending[n_pending - 1]->followers;
    if (followers[0] == 0) {
      followers[0] = block;
    } else if (followers[0] != block) {
      followers[1] = block;
    }
  }
  bool is_new = false;
  if (uint64_t* known = blocks.find(block, &is_new); known != nullptr) *known = block;
}

inline bool are_same(double one, double other) {
  return one == other || (one != one && other != other);
}

// `distance` orders executions by how near the operands are; negative: there is none.
inline void note_comparison(void* address, double left, double right, double distance, bool near,
                            bool less, bool equal, bool greater) {
  bool is_new = false;
  const bool unordered = !less && !equal && !greater;
  const bool is_same = are_same(latest_left, left) && are_same(latest_right, right);
  const uint64_t again = is_same ? latest : 0;
  latest = in_file(address);
  latest_left = left;
  latest_right = right;
  Comparison* known = comparisons.find(in_file(address), &is_new);
  if (known == nullptr) return;
  if (n_pending < sizeof pending / sizeof pending[0]) pending[n_pending++] = known;
  if (is_new) {
    *known = {in_file(address), left, right, {}, less, equal, greater, unordered, near && less,
              near && greater,  true, true,  0,  0,    again};
    return;
  }
  known->fixed_left &= known->left == left;
  known->fixed_right &= known->right == right;
  known->less |= less;
  known->equal |= equal;
  known->greater |= greater;
  known->unordered |= unordered;
  known->just_less |= near && less;
  known->just_greater |= near && greater;
  if (known->again != again) known->again = 0;
  const double before =
      known->left < known->right ? known->right - known->left : known->left - known->right;
  if (distance >= 0 && !(before <= distance)) {
    known->left = left;
    known->right = right;
  }
}

// Neighbours of one type have bits that are one apart, where the sign is the same.
template <class Real, class Bits>
bool are_near(Real left, Real right) {
  if (left == right) return true;
  if (left != left || right != right || (left < 0) != (right < 0)) return false;
  Bits one, other;
  __builtin_memcpy(&one, &left, sizeof one);
  __builtin_memcpy(&other, &right, sizeof other);
  return one - other == 1 || other - one == 1;
}

template <class Real, class Bits>
void note_reals(void* address, Real left, Real right) {
  const double a = left, b = right, distance = a < b ? b - a : a - b;
  note_comparison(address, a, b, distance == distance ? distance : -1,
                  are_near<Real, Bits>(left, right), left < right, left == right, left > right);
}

// Signs are not told: where both may be negative numbers, they are.
template <class Integer, class Unsigned>
void note_integers(void* address, Integer left, Integer right) {
  const auto a = static_cast<Unsigned>(left), b = static_cast<Unsigned>(right);
  const auto distance = static_cast<Unsigned>(left < right ? b - a : a - b);
  note_comparison(address, static_cast<double>(left), static_cast<double>(right),
                  static_cast<double>(distance), distance <= 1, left < right, left == right,
                  left > right);
}

// Smaller than 2^51; larger numbers have next to no fraction.
inline double floor_of(double value) {
  const double cut = static_cast<double>(static_cast<int64_t>(value));
  return cut > value ? cut - 1 : cut;
}

// With the nearest integer, or `half` between two: nearest of those that are rounded another way to
// the even one than away from 0.
inline void note_rounding(void* address, double value, bool half) {
  const double size = value < 0 ? -value : value;
  if (!(size < 0x1p51)) return;
  const double step = half ? 2 * floor_of((size + 0.5) / 2) + 0.5 : floor_of(size + 0.5);
  note_reals<double, int64_t>(address, value, value < 0 ? -step : step);
}

}  // namespace almanac::probes

#define ALMANAC_PROBE_HERE __builtin_return_address(0)

extern "C" {

void __sanitizer_cov_trace_pc() {
  almanac::probes::note_block(ALMANAC_PROBE_HERE);
}
void __sanitizer_cov_trace_cmpf(float a, float b) {
  almanac::probes::note_reals<float, int32_t>(ALMANAC_PROBE_HERE, a, b);
}
void __sanitizer_cov_trace_cmpd(double a, double b) {
  almanac::probes::note_reals<double, int64_t>(ALMANAC_PROBE_HERE, a, b);
}
#define ALMANAC_PROBE_INTEGERS(name, Integer)                                      \
  void __sanitizer_cov_trace_##name(Integer a, Integer b) {                        \
    almanac::probes::note_integers<Integer, u##Integer>(ALMANAC_PROBE_HERE, a, b); \
  }
ALMANAC_PROBE_INTEGERS(cmp1, int8_t)
ALMANAC_PROBE_INTEGERS(cmp2, int16_t)
ALMANAC_PROBE_INTEGERS(cmp4, int32_t)
ALMANAC_PROBE_INTEGERS(cmp8, int64_t)
ALMANAC_PROBE_INTEGERS(const_cmp1, int8_t)
ALMANAC_PROBE_INTEGERS(const_cmp2, int16_t)
ALMANAC_PROBE_INTEGERS(const_cmp4, int32_t)
ALMANAC_PROBE_INTEGERS(const_cmp8, int64_t)
// The number of cases, the width of the value, and the cases.
void __sanitizer_cov_trace_switch(uint64_t value, const uint64_t* cases) {
  uint64_t chosen = cases[0];  // none of them
  for (uint64_t i = 0; i < cases[0]; ++i) {
    if (cases[2 + i] == value) chosen = i;
  }
  almanac::probes::note_integers<int64_t, uint64_t>(ALMANAC_PROBE_HERE, static_cast<int64_t>(value),
                                                    static_cast<int64_t>(value));
  bool is_new = false;
  const uint64_t address = almanac::probes::in_file(ALMANAC_PROBE_HERE);
  auto* known = almanac::probes::comparisons.find(address, &is_new);
  if (known == nullptr) return;
  known->cases = cases[0];
  known->chosen |= uint64_t{1} << (chosen < 63 ? chosen : 63);
}

#define ALMANAC_PROBE_ROUNDING(name, Result, half)                   \
  Result __real_##name(double);                                      \
  Result __wrap_##name(double value) {                               \
    almanac::probes::note_rounding(ALMANAC_PROBE_HERE, value, half); \
    return __real_##name(value);                                     \
  }
ALMANAC_PROBE_ROUNDING(floor, double, false)
ALMANAC_PROBE_ROUNDING(ceil, double, false)
ALMANAC_PROBE_ROUNDING(trunc, double, false)
ALMANAC_PROBE_ROUNDING(round, double, true)
ALMANAC_PROBE_ROUNDING(nearbyint, double, true)
ALMANAC_PROBE_ROUNDING(rint, double, true)
ALMANAC_PROBE_ROUNDING(lround, long, true)
ALMANAC_PROBE_ROUNDING(lrint, long, true)
ALMANAC_PROBE_ROUNDING(llround, long long, true)
ALMANAC_PROBE_ROUNDING(llrint, long long, true)
#define ALMANAC_PROBE_CHOICE(name)                                          \
  double __real_##name(double, double);                                     \
  double __wrap_##name(double a, double b) {                                \
    almanac::probes::note_reals<double, int64_t>(ALMANAC_PROBE_HERE, a, b); \
    return __real_##name(a, b);                                             \
  }
ALMANAC_PROBE_CHOICE(fmin)
ALMANAC_PROBE_CHOICE(fmax)

__attribute__((visibility("default"))) almanac::probes::Seen almanac_probes_take() {
  using namespace almanac::probes;
  static uint64_t ran[1 << 14];
  static Comparison compared[1 << 12];
  const Seen seen{ran, blocks.count, compared, comparisons.count};
  __builtin_memcpy(ran, blocks.things, blocks.count * sizeof ran[0]);
  __builtin_memcpy(compared, comparisons.things, comparisons.count * sizeof compared[0]);
  blocks.clear();
  comparisons.clear();
  n_pending = 0;
  latest = 0;
  return seen;
}

}  // extern "C"

#endif  // ALMANAC_PROBES
