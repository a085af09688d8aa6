#include "simulator/behaviour/aim.h"

#include <arrow/array.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "runner/context_bytes.h"
#include "simulator/behaviour/input.h"

namespace almanac::behaviour {

namespace {

constexpr int kInputs = 32;  // numbers of a context that are tried
constexpr int kSteps = 60;   // of the search with one of them
constexpr int kWalk = 120;   // single steps once the sides are neighbours
constexpr int kTaken = 100;  // numbers that are taken away, one by one
constexpr int kLeft = 4;     // numbers of a column by which equal sides are left

// Steps of an input from equal sides to such that are not, at most.
constexpr uint64_t kFewBits = 12;
constexpr double kFewSteps = 1 << kFewBits;

// By so much, compared with them, one step of an input takes sides past each other that no value of
// it makes equal: the step is so many times that of the sides that it would be chance.
constexpr double kWide = 1e-10, kTight = 0.01;

// Sign and power of ten.
std::pair<bool, int> magnitude_of(double difference) {
  return {difference < 0, static_cast<int>(std::floor(std::log10(std::fabs(difference))))};
}

// Whether a difference of left and right is about that much.
bool is_beside(double difference, double beside) {
  return std::fabs(difference - beside) <= 0.9 * std::fabs(beside);
}

class Search {
 public:
  Search(Coverage& coverage, size_t site, const Shape& shape, Context context,
         simulator::Random& random, int64_t* runs, std::vector<std::string>* found, double beside)
      : coverage_(coverage),
        site_(site),
        shape_(shape),
        context_(std::move(context)),
        random_(random),
        runs_(runs),
        found_(found),
        beside_(beside),
        again_(coverage.is_met(site)) {}

  Result<void> run() {
    if (beside_ == 0) TRY_VOID(thin_out());
    TRY_VOID(move_all());
    if (!over()) {
      TRY(const bool is_narrower, narrow());
      if (is_narrower) TRY_VOID(move_all());
    }
    if (!over() && beside_ == 0) TRY_VOID(walk());
    return {};
  }

 private:
  using Distance = std::optional<double>;  // left less right; empty: the comparison is not made

  bool over() const { return *runs_ <= 0 || (is_noted() ? reached_ : coverage_.is_met(site_)); }
  // Whether a context is wanted that the probes tell nothing new of.
  bool is_noted() const { return beside_ != 0 || again_; }

  // Of the context as it is; keeps it where the probes tell something new.
  Result<Distance> look() {
    --*runs_;
    std::string bytes = encode(context_);
    TRY(const bool is_new, coverage_.run(bytes));
    if (is_new) found_->push_back(std::move(bytes));
    const probes::Comparison* seen = coverage_.in_last(site_);
    const double difference = seen == nullptr ? NAN : seen->left - seen->right;
    if (seen != nullptr) size_ = std::max(std::fabs(seen->left), std::fabs(seen->right));
    return std::isfinite(difference) ? Distance(difference) : Distance();
  }
  Result<Distance> distance() {
    const size_t known = found_->size();
    TRY(const Distance difference, look());
    const double there = difference.value_or(NAN);
    bool is_other = difference && there != 0 && magnitudes_.insert(magnitude_of(there)).second;
    if (is_noted()) is_other = reached_ = is_beside(there, beside_);
    if (is_other && found_->size() == known) found_->push_back(encode(context_));
    return difference ? Distance(there - beside_) : Distance();
  }
  Result<Distance> distance_at(const Input& input, double value) {
    set(context_, input, value);
    TRY(const Distance there, distance());
    if (there == 0 && beside_ == 0)
      TRY_VOID(input.all ? leave(input) : keep_neighbours(input, value));
    return there;
  }

  // By some numbers of the column.
  Result<void> leave(const Input& column) {
    auto inputs = numbers_of(context_);
    std::erase_if(inputs, [&](const Input& input) {
      return input.read != column.read || input.column != column.column;
    });
    for (int i = 0; i < kLeft && !inputs.empty(); ++i) {
      const Input input = inputs[random_.below(inputs.size())];
      TRY_VOID(keep_neighbours(input, value_of(context_, input)));
    }
    return {};
  }

  // From a value with equal sides, the nearest on both sides of it with which they are not.
  Result<void> keep_neighbours(const Input& input, double value) {
    if (input.row == Input::kRows || !std::isfinite(value)) return {};
    for (const bool up : {false, true}) {
      const double step = next(input, value, up) - value;
      double equal = value, other = value;
      for (double steps = 1; steps <= kFewSteps && other == equal; steps *= 2) {
        set(context_, input, value + steps * step);
        TRY(const Distance there, look());
        other = value + steps * step;
        if (there == 0) equal = other;
      }
      while (other != equal && next(input, equal, up) != other) {
        double middle = equal + (other - equal) / 2;
        if (input.whole) middle = std::trunc(middle);
        if (middle == equal || middle == other) break;
        set(context_, input, middle);
        TRY(const Distance there, look());
        (there == 0 ? equal : other) = middle;
      }
      if (other != equal) TRY_VOID(keep(input, other));
    }
    set(context_, input, value);
    return {};
  }

  // One input after the other.
  Result<void> move_all() {
    auto numbers = numbers_of(context_), counts = row_counts_of(context_, shape_),
         columns = columns_of(context_);
    for (int i = 0; i < kInputs && !over(); ++i) {
      std::vector<Input>& inputs = i % 4 == 3 ? counts : i % 4 == 1 ? columns : numbers;
      if (inputs.empty()) continue;
      std::swap(inputs[random_.below(inputs.size())], inputs.back());
      const Input input = inputs.back();
      inputs.pop_back();
      TRY_VOID(move(input));
    }
    return {};
  }

  // To the one entity that comes as near as all: what others compare may hide it.
  Result<bool> narrow() {
    if (context_.entities == nullptr || context_.entities->length() < 2) return false;
    TRY(const Distance whole, distance());
    const Context all = context_;
    for (int64_t entity = 0; whole && entity < all.entities->length() && !over(); ++entity) {
      context_ = part_of(all, entity, entity + 1);
      TRY(const Distance there, distance());
      if (there && std::fabs(*there) <= std::fabs(*whole)) return true;
    }
    context_ = all;
    return false;
  }

  // Leaves the context with the value that came nearest.
  Result<void> move(const Input& input) {
    if (!is_there(context_, input)) return {};
    const double begin = value_of(context_, input);
    if (!std::isfinite(begin)) return {};
    TRY(const Distance first, distance());
    if (!first || over()) return {};
    double x0 = begin, f0 = *first;
    double x1 = input.whole ? begin + 1 : begin + std::max(std::fabs(begin), 1.0) / 1024;
    double best = begin, nearest = std::fabs(f0);
    std::optional<std::pair<double, double>> below, above;  // value, distance
    const auto note = [&](double x, double f) {
      (f < 0 ? below : above) = {x, f};
      if (std::fabs(f) >= nearest) return;
      best = x;
      nearest = std::fabs(f);
    };
    note(x0, f0);
    for (int step = 0; step < kSteps && !over(); ++step) {
      TRY(const Distance f1, distance_at(input, x1));
      if (over()) return {};
      if (f1 && *f1 == f0 && step == 0) {  // it may count on the other side of 0 only
        x1 = begin == 0 ? -1 : -begin;
        continue;
      }
      if (!f1 || *f1 == f0) break;
      note(x1, *f1);
      double x2 = x1 - *f1 * (x1 - x0) / (*f1 - f0);
      if (below && above) {
        const auto [low, high] = std::minmax(below->first, above->first);
        if (next(input, low, true) >= high) {  // no value is between them
          TRY_VOID(keep(input, low));
          TRY_VOID(keep(input, high));
          const double gap = (above->second - below->second) / size_;
          const bool is_step =
              gap >= kWide && gap <= kTight && beside_ == 0 && !input.all && !input.whole;
          if (is_step) coverage_.step_over(site_);
          break;
        }
        if (!(x2 > low && x2 < high) || step % 3 == 2) x2 = low + (high - low) / 2;
        if (input.whole) x2 = std::clamp(std::round(x2), low + 1, high - 1);
        if (x2 <= low || x2 >= high) x2 = next(input, low, true);
      } else if (input.whole) {
        x2 = std::round(x2);
      }
      if (!std::isfinite(x2) || (input.whole && std::fabs(x2) > Input::kFarthest)) break;
      if (input.all && x2 == 0) break;  // from there, none comes back
      x0 = x1;
      f0 = *f1;
      x1 = x2 == x1 ? next(input, x1, *f1 < 0) : x2;
    }
    set(context_, input, best);
    return {};
  }

  Result<void> keep(const Input& input, double value) {
    set(context_, input, value);
    found_->push_back(encode(context_));
    return {};
  }

  // What is counted is less when numbers are taken away, as long as that brings it nearer.
  Result<void> thin_out() {
    if (coverage_.site(site_).kind != ProbeSite::Kind::Integer) return {};
    auto inputs = numbers_of(context_);
    TRY(Distance here, distance());
    for (int taken = 0; here && taken < kTaken && !over() && !inputs.empty(); ++taken) {
      std::swap(inputs[random_.below(inputs.size())], inputs.back());
      const Input input = inputs.back();
      inputs.pop_back();
      const double before = value_of(context_, input);
      if (input.whole || !std::isfinite(before)) continue;
      TRY(const Distance there, distance_at(input, NAN));
      if (there && std::fabs(*there) < std::fabs(*here)) {
        here = there;
      } else if (!over()) {
        set(context_, input, before);
      }
    }
    return {};
  }

  // Steps of one unit in any of the numbers, as long as it does not come farther away.
  Result<void> walk() {
    const auto inputs = numbers_of(context_);
    if (inputs.empty()) return {};
    TRY(Distance here, distance());
    for (int step = 0; here && step < kWalk && !over(); ++step) {
      const Input& input = inputs[random_.below(inputs.size())];
      const double before = value_of(context_, input);
      double value = before;
      for (uint64_t steps = 1 + random_.below(3); steps > 0; --steps) {
        value = next(input, value, random_.one_in(2));
      }
      if (!std::isfinite(value)) continue;
      TRY(const Distance there, distance_at(input, value));
      if (there && std::fabs(*there) <= std::fabs(*here)) {
        here = there;
      } else {
        set(context_, input, before);
      }
    }
    return {};
  }

  Coverage& coverage_;
  const size_t site_;
  const Shape& shape_;
  Context context_;
  simulator::Random& random_;
  int64_t* const runs_;
  std::vector<std::string>* const found_;
  const double beside_;
  const bool again_;  // it was met already, in another context
  bool reached_ = false;
  double size_ = 0;                            // of the sides, when they were last seen
  std::set<std::pair<bool, int>> magnitudes_;  // of distances that were met on the way
};

}  // namespace

Result<void> aim(Coverage& coverage, size_t site, const Shape& shape, const Context& context,
                 simulator::Random& random, int64_t* runs, std::vector<std::string>* found,
                 double beside) {
  return Search(coverage, site, shape, context, random, runs, found, beside).run();
}

std::vector<std::string> neighbours(Context context, simulator::Random& random, size_t count) {
  std::map<std::pair<size_t, size_t>, std::vector<Input>> of_columns;  // some have many, some few
  for (const Input& input : numbers_of(context)) {
    of_columns[{input.read, input.column}].push_back(input);
  }
  std::vector<std::vector<Input>> columns;
  for (auto& [column, inputs] : of_columns) columns.push_back(std::move(inputs));
  std::vector<std::string> found;
  for (size_t i = 0; i < count && !columns.empty(); ++i) {
    const auto& inputs = columns[random.below(columns.size())];
    const Input &input = inputs[random.below(inputs.size())],
                &other = inputs[random.below(inputs.size())];
    const double was = value_of(context, input);
    const double value = random.one_in(2) ? was : value_of(context, other);
    const double step = next(input, value, random.one_in(2)) - value;
    if (!std::isfinite(step)) continue;
    set(context, input, value + step * static_cast<double>(uint64_t{1} << random.below(kFewBits)));
    found.push_back(encode(context));
    set(context, input, was);
  }
  return found;
}

}  // namespace almanac::behaviour
