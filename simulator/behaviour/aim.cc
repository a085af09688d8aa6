#include "simulator/behaviour/aim.h"

#include <arrow/array.h>
#include <arrow/builder.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "core/base/check.h"
#include "runner/context_bytes.h"

namespace almanac::behaviour {

namespace {

constexpr int kInputs = 24;  // numbers of a context that are tried
constexpr int kSteps = 60;   // of the search with one of them
constexpr int kWalk = 120;   // single steps once the sides are neighbours
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// So near, compared with them, are sides that one step of an input takes past each other.
constexpr double kTight = 0.01;

// A number in a context; of a column of lists, one of their elements.
struct Input {
  size_t read, day, column;
  int64_t row;  // or the element's place
  bool whole;
};

const arrow::Array& numbers_of(const arrow::Array& column) {
  if (column.type_id() != arrow::Type::LIST) return column;
  return *static_cast<const arrow::ListArray&>(column).values();
}

std::vector<Input> inputs_of(const Context& context) {
  std::vector<Input> inputs;
  for (size_t r = 0; r < context.reads.size(); ++r) {
    for (size_t d = 0; d < context.reads[r].size(); ++d) {
      const auto& columns = context.reads[r][d].columns;
      for (size_t c = 0; c < columns.size(); ++c) {
        const arrow::Array& numbers = numbers_of(*columns[c]);
        const bool whole = numbers.type_id() == arrow::Type::INT64;
        if (!whole && numbers.type_id() != arrow::Type::DOUBLE) continue;
        for (int64_t row = 0; row < numbers.length(); ++row) {
          if (numbers.IsValid(row)) inputs.push_back({r, d, c, row, whole});
        }
      }
    }
  }
  return inputs;
}

std::shared_ptr<arrow::Array>& column_of(Context& context, const Input& input) {
  return context.reads[input.read][input.day].columns[input.column];
}

double value_of(Context& context, const Input& input) {
  const arrow::Array& numbers = numbers_of(*column_of(context, input));
  if (!input.whole) return static_cast<const arrow::DoubleArray&>(numbers).Value(input.row);
  return static_cast<double>(static_cast<const arrow::Int64Array&>(numbers).Value(input.row));
}

template <class Builder, class Array, class Value>
std::shared_ptr<arrow::Array> with(const arrow::Array& numbers, int64_t row, Value value) {
  const auto& values = static_cast<const Array&>(numbers);
  Builder builder;
  for (int64_t i = 0; i < values.length(); ++i) {
    const auto status = i == row           ? builder.Append(value)
                        : values.IsNull(i) ? builder.AppendNull()
                                           : builder.Append(values.Value(i));
    CHECK(status.ok(), "there is memory for a small column");
  }
  return builder.Finish().ValueOrDie();
}

void set(Context& context, const Input& input, double value) {
  auto& column = column_of(context, input);
  const arrow::Array& numbers = numbers_of(*column);
  const auto changed =
      input.whole ? with<arrow::Int64Builder, arrow::Int64Array>(numbers, input.row,
                                                                 static_cast<int64_t>(value))
                  : with<arrow::DoubleBuilder, arrow::DoubleArray>(numbers, input.row, value);
  if (column->type_id() != arrow::Type::LIST) {
    column = changed;
    return;
  }
  const auto& lists = static_cast<const arrow::ListArray&>(*column);
  column = std::make_shared<arrow::ListArray>(lists.type(), lists.length(), lists.value_offsets(),
                                              changed, lists.null_bitmap());
}

double next(const Input& input, double value, bool up) {
  if (input.whole) return value + (up ? 1 : -1);
  return std::nextafter(value, up ? kInfinity : -kInfinity);
}

// Sign and power of ten.
std::pair<bool, int> magnitude_of(double difference) {
  return {difference < 0, static_cast<int>(std::floor(std::log10(std::fabs(difference))))};
}

class Search {
 public:
  Search(Coverage& coverage, size_t site, Context context, simulator::Random& random, int64_t* runs,
         std::vector<std::string>* found, double beside)
      : coverage_(coverage),
        site_(site),
        context_(std::move(context)),
        random_(random),
        runs_(runs),
        found_(found),
        beside_(beside) {}

  Result<void> run() {
    TRY_VOID(narrow());
    auto inputs = inputs_of(context_);
    for (int i = 0; i < kInputs && !inputs.empty() && !over(); ++i) {
      std::swap(inputs[random_.below(inputs.size())], inputs.back());
      const Input input = inputs.back();
      inputs.pop_back();
      TRY_VOID(move(input));
    }
    if (!over() && beside_ == 0) TRY_VOID(walk());
    return {};
  }

 private:
  using Distance = std::optional<double>;  // left less right; empty: the comparison is not made

  bool over() const { return *runs_ <= 0 || (beside_ == 0 ? coverage_.is_met(site_) : reached_); }

  Result<Distance> distance() {
    --*runs_;
    std::string bytes = encode(context_);
    TRY(const bool is_new, coverage_.run(bytes));
    const probes::Comparison* seen = coverage_.in_last(site_);
    const double difference = seen == nullptr ? NAN : seen->left - seen->right;
    if (seen != nullptr) size_ = std::max(std::fabs(seen->left), std::fabs(seen->right));
    bool is_other = std::isfinite(difference) && difference != 0 &&
                    magnitudes_.insert(magnitude_of(difference)).second;
    if (beside_ != 0) is_other = reached_ = is_beside(difference, beside_);
    if (is_new || is_other) found_->push_back(std::move(bytes));
    return std::isfinite(difference) ? Distance(difference - beside_) : Distance();
  }
  Result<Distance> distance_at(const Input& input, double value) {
    set(context_, input, value);
    return distance();
  }

  // To the one entity that comes as near as all: what others compare would hide it.
  Result<void> narrow() {
    if (context_.entities == nullptr || context_.entities->length() < 2) return {};
    TRY(const Distance whole, distance());
    const Context all = context_;
    for (int64_t entity = 0; whole && entity < all.entities->length() && !over(); ++entity) {
      context_ = part_of(all, entity, entity + 1);
      TRY(const Distance there, distance());
      if (there && std::fabs(*there) <= std::fabs(*whole)) return {};
    }
    context_ = all;
    return {};
  }

  // Leaves the context with the value that came nearest.
  Result<void> move(const Input& input) {
    const double begin = value_of(context_, input);
    if (!std::isfinite(begin) || (input.whole && std::fabs(begin) > 1e15)) return {};
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
          const bool tight = above->second - below->second <= kTight * size_;
          if (tight && beside_ == 0) coverage_.step_over(site_);
          break;
        }
        if (!(x2 > low && x2 < high) || step % 3 == 2) x2 = low + (high - low) / 2;
        if (input.whole) x2 = std::clamp(std::round(x2), low + 1, high - 1);
        if (x2 <= low || x2 >= high) x2 = next(input, low, true);
      } else if (input.whole) {
        x2 = std::round(x2);
      }
      if (!std::isfinite(x2) || (input.whole && std::fabs(x2) > 1e15)) break;
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

  // Steps of one unit in any of the numbers, as long as it does not come farther away.
  Result<void> walk() {
    const auto inputs = inputs_of(context_);
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
  Context context_;
  simulator::Random& random_;
  int64_t* const runs_;
  std::vector<std::string>* const found_;
  const double beside_;
  bool reached_ = false;
  double size_ = 0;                            // of the sides, when they were last seen
  std::set<std::pair<bool, int>> magnitudes_;  // of distances that were met on the way
};

}  // namespace

Result<void> aim(Coverage& coverage, size_t site, const Context& context, simulator::Random& random,
                 int64_t* runs, std::vector<std::string>* found, double beside) {
  return Search(coverage, site, context, random, runs, found, beside).run();
}

bool is_beside(double difference, double beside) {
  return std::fabs(difference - beside) <= 0.9 * std::fabs(beside);
}

}  // namespace almanac::behaviour
