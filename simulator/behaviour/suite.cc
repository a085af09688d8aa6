#include "simulator/behaviour/suite.h"

#include <arrow/array.h>
#include <arrow/buffer.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "columns/cast.h"
#include "core/code/constants.h"
#include "runner/context_bytes.h"
#include "simulator/behaviour/aim.h"
#include "simulator/behaviour/fabricator.h"

namespace almanac::behaviour {

namespace {

using Nearest = Suite::Nearest;
using Shared = std::shared_ptr<const std::string>;

constexpr uint64_t kToLearn = 256;  // contexts that show which operands never change
constexpr int64_t kRunsPerSite = 800;
constexpr int64_t kRunsBeside = 60;
// For what is not asked for.
constexpr auto kBeside = std::chrono::seconds(15);
constexpr size_t kStarts = 3;         // contexts from which a boundary is searched
constexpr size_t kMostConstants = 8;  // of one comparison, each of which is a boundary of its own

// Places beside the boundary of a comparison with a constant: half a unit, and half a thousandth of
// the constant, on both sides.
std::vector<double> places_beside(const Coverage& version, size_t site) {
  const probes::Comparison* known = version.known(site);
  if (known == nullptr || version.site(site).kind != ProbeSite::Kind::Real) return {};
  if (known->fixed_left == known->fixed_right) return {};
  const double constant = known->fixed_left ? known->left : known->right;
  std::vector<double> places = {0.5, -0.5};
  const double part = std::fabs(constant) / 2000;
  if (part > 0 && std::isfinite(part)) places.insert(places.end(), {part, -part});
  return places;
}

// Those that came nearest from either side: from one of them, a search may get nowhere.
class Start {
 public:
  void add(double difference, const Shared& context) {
    Nearest& nearest = sides_[difference > 0];
    const std::pair place(std::fabs(difference), context->size());
    if (nearest.size() == kStarts && place >= nearest.rbegin()->first) return;
    nearest.emplace(place, context);
    if (nearest.size() > kStarts) nearest.erase(std::prev(nearest.end()));
  }
  Nearest all() const {
    Nearest all = sides_[0];
    all.insert(sides_[1].begin(), sides_[1].end());
    return all;
  }

 private:
  Nearest sides_[2];
};

// From where the boundaries of a comparison are searched. Where one side takes few values, such as
// the entries of a table, each is a boundary.
class Starts {
 public:
  void add(const probes::Comparison& seen, const Shared& context) {
    const double difference = seen.left - seen.right;
    if (!std::isfinite(difference)) return;
    all_.add(difference, context);
    for (const auto& [side, value] : {std::pair(&left_, seen.left), {&right_, seen.right}}) {
      if (side->many) continue;
      side->starts[value].add(difference, context);
      side->many = side->starts.size() > kMostConstants;
      if (side->many) side->starts.clear();
    }
  }
  Nearest all() const { return all_.all(); }
  std::vector<Nearest> boundaries() const {
    for (const Side* side : {&left_, &right_}) {
      if (side->starts.size() < 2) continue;
      std::vector<Nearest> each;
      for (const auto& [value, start] : side->starts) each.push_back(start.all());
      return each;
    }
    return {all()};
  }

 private:
  struct Side {
    std::map<double, Start> starts;  // by its value
    bool many = false;
  };
  Start all_;
  Side left_, right_;
};

void note_nearest(const Coverage& version, const std::string& bytes,
                  std::map<size_t, Starts>* starts) {
  const auto context = std::make_shared<const std::string>(bytes);
  for (size_t site = 0; site < version.size(); ++site) {
    const ProbeSite::Kind kind = version.site(site).kind;
    if (kind == ProbeSite::Kind::Block || kind == ProbeSite::Kind::Switch) continue;
    const bool is_number = kind == ProbeSite::Kind::Real || kind == ProbeSite::Kind::Integer;
    if (version.is_met(site) && !is_number) continue;
    if (const auto* seen = version.in_last(site)) (*starts)[site].add(*seen, context);
  }
}

// Whether a context has what a calculation of this shape is given.
bool fits(const Shape& shape, const std::string& bytes) {
  const auto context = decode_context(arrow::Buffer::FromString(bytes));
  if (!context.ok() || context->dates.empty() || context->reads.size() != shape.reads.size()) {
    return false;
  }
  if ((context->entities != nullptr) != !shape.entity.name.empty()) return false;
  for (size_t r = 0; r < shape.reads.size(); ++r) {
    const auto& fields = shape.reads[r].fields;
    for (const DayTable& table : context->reads[r]) {
      if (table.columns.size() != fields.size()) return false;
      for (size_t f = 0; f < fields.size(); ++f) {
        if (!table.columns[f]->type()->Equals(arrow_type(fields[f].type))) return false;
      }
    }
  }
  return true;
}

bool over(Deadline deadline) {
  return std::chrono::steady_clock::now() >= deadline;
}

}  // namespace

Material with_constants(Material material, const CodeBundle& before, const CodeBundle& now) {
  Constants constants;
  for (const CodeBundle* bundle : {&before, &now}) {
    for (const auto& source : bundle->sources) add_constants(source.text, &constants);
  }
  material.numbers = std::move(constants.numbers);
  material.texts = std::move(constants.texts);
  return material;
}

Suite::Suite(Shape shape, Material material, const std::vector<std::string>& kept)
    : shape_(std::move(shape)), material_(std::move(material)) {
  for (const std::vector<std::string>* contexts : {&kept, &std::as_const(material_.contexts)}) {
    std::copy_if(contexts->begin(), contexts->end(), std::back_inserter(found_),
                 [&](const std::string& context) { return fits(shape_, context); });
  }
}

std::string Suite::drawn(uint64_t seed) const {
  return encode(fabricate(shape_, material_, seed));
}

std::string Suite::context(size_t number) const {
  return number < found_.size() ? found_[number] : drawn(number - found_.size());
}

std::vector<std::string> Suite::contexts(size_t first, size_t end) const {
  std::vector<std::string> contexts;
  for (size_t number = first; number < end; ++number) contexts.push_back(context(number));
  return contexts;
}

// What is seen of one version; each has a process and a thread of its own.
struct Suite::Exploration {
  Coverage& version;
  std::map<size_t, Starts> starts;  // by site
  std::vector<std::string> found;
};

// Contexts that are there already, and drawn ones, for a first look.
Result<void> Suite::look(Exploration& exploration, Deadline deadline) const {
  Coverage& version = exploration.version;
  for (size_t i = 0; i < found_.size() && !over(deadline); ++i) {
    TRY_VOID(version.run(found_[i]));
    note_nearest(version, found_[i], &exploration.starts);
  }
  for (uint64_t seed = 0; seed < kToLearn && !over(deadline); ++seed) {
    std::string context = drawn(seed);
    TRY(const bool is_new, version.run(context));
    if (is_new) exploration.found.push_back(std::move(context));
  }
  return {};
}

// Drawn contexts as long as they tell something, then searched ones.
Result<void> Suite::search(Exploration& exploration, Deadline deadline) const {
  Coverage& version = exploration.version;
  uint64_t news = 0;
  for (uint64_t seed = 0; seed < kDrawn && seed - news < kDrawn / 2; ++seed) {
    // The first show where to begin a search.
    if ((seed >= kToLearn && version.complete()) || over(deadline)) break;
    const std::string context = drawn(seed);
    TRY(const bool is_new, version.run(context));
    if (is_new) news = seed;
    note_nearest(version, context, &exploration.starts);
  }
  bool beside = false;
  for (const auto& [site, starts] : exploration.starts) {
    const Nearest all = starts.all();
    if (all.empty()) continue;
    if (!beside && site >= version.asked()) {
      beside = true;
      deadline = std::min(deadline, std::chrono::steady_clock::now() + kBeside);
    }
    // What must be searched is met more than once, since what comes after it may hide it.
    const bool is_drawn = version.is_met(site);
    const auto boundaries = starts.boundaries();
    for (const Nearest& nearest : boundaries) {
      const bool was_equal = nearest.begin()->first.first == 0;
      if (boundaries.size() > 1 ? was_equal : is_drawn) continue;
      TRY_VOID(meet(exploration, site, nearest, deadline));
    }
    TRY_VOID(look_beside(exploration, site, *all.begin()->second, deadline));
  }
  return {};
}

Result<void> Suite::meet(Exploration& exploration, size_t site, const Nearest& nearest,
                         Deadline deadline) const {
  simulator::Random random(site + 1);
  for (const auto& [place, bytes] : nearest) {
    if (over(deadline)) break;
    int64_t runs = kRunsPerSite / static_cast<int64_t>(nearest.size());
    TRY(const Context context, decode_context(arrow::Buffer::FromString(*bytes)));
    TRY_VOID(aim(exploration.version, site, shape_, context, random, &runs, &exploration.found));
  }
  exploration.version.search_ended(site);
  return {};
}

Result<void> Suite::look_beside(Exploration& exploration, size_t site, const std::string& bytes,
                                Deadline deadline) const {
  Coverage& version = exploration.version;
  simulator::Random random(site + 1);
  for (const double place : places_beside(version, site)) {
    if (over(deadline)) break;
    int64_t runs = kRunsBeside;
    TRY(const Context context, decode_context(arrow::Buffer::FromString(bytes)));
    TRY_VOID(aim(version, site, shape_, context, random, &runs, &exploration.found, place));
  }
  return {};
}

// What the code compares with, but does not write down.
void Suite::learn_constants(const std::vector<Exploration>& explorations) {
  std::vector<double>& numbers = material_.numbers;
  for (const Exploration& exploration : explorations) {
    for (const double number : exploration.version.constants()) {
      if (std::isfinite(number)) numbers.push_back(number);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

void Suite::take(std::vector<Exploration>& explorations) {
  for (Exploration& exploration : explorations) {
    std::move(exploration.found.begin(), exploration.found.end(), std::back_inserter(found_));
    exploration.found.clear();
  }
}

Result<std::vector<std::string>> Suite::around(size_t number, simulator::Random& random,
                                               size_t count) const {
  TRY(const Context middle, decode_context(arrow::Buffer::FromString(context(number))));
  return neighbours(middle, random, count);
}

Result<void> Suite::explore(const std::vector<Coverage*>& versions, Deadline deadline) {
  std::vector<Exploration> explorations;
  for (Coverage* version : versions) explorations.push_back({*version, {}, {}});
  const auto in_all = [&](auto step) -> Result<void> {
    std::vector<std::future<Result<void>>> steps;
    for (Exploration& exploration : explorations) {
      steps.push_back(
          std::async(std::launch::async, [&] { return (this->*step)(exploration, deadline); }));
    }
    std::optional<Error> trouble;
    for (auto& running : steps) {
      const auto done = running.get();
      if (!done.ok() && !trouble) trouble = done.error();
    }
    if (trouble) return *trouble;
    return {};
  };
  TRY_VOID(in_all(&Suite::look));
  learn_constants(explorations);
  take(explorations);
  TRY_VOID(in_all(&Suite::search));
  take(explorations);
  // What was found for one version may be what is missing in another.
  for (Coverage* version : versions) {
    for (size_t i = 0; i < found_.size() && !version->complete() && !over(deadline); ++i) {
      TRY_VOID(version->run(found_[i]));
    }
  }
  return {};
}

}  // namespace almanac::behaviour
