#include "simulator/behaviour/suite.h"

#include <arrow/array.h>
#include <arrow/buffer.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <map>
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

constexpr uint64_t kToLearn = 256;  // contexts that show which operands never change
constexpr int64_t kRunsPerSite = 800;
constexpr int64_t kRunsBeside = 60;
constexpr size_t kStarts = 3;  // contexts from which a boundary is searched

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

void note_nearest(const Coverage& version, const std::string& context,
                  std::map<size_t, Nearest>* nearest) {
  for (size_t site = 0; site < version.size(); ++site) {
    const ProbeSite::Kind kind = version.site(site).kind;
    if (kind == ProbeSite::Kind::Block || kind == ProbeSite::Kind::Switch) continue;
    if (version.is_met(site) && kind != ProbeSite::Kind::Real) continue;
    const probes::Comparison* seen = version.in_last(site);
    if (seen == nullptr) continue;
    const double distance = std::fabs(seen->left - seen->right);
    if (!std::isfinite(distance)) continue;
    Nearest& best = (*nearest)[site];
    const std::pair place(distance, context.size());
    if (best.size() == kStarts && place >= best.rbegin()->first) continue;
    best.emplace(place, context);
    if (best.size() > kStarts) best.erase(std::prev(best.end()));
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
  std::map<size_t, Nearest> nearest;  // by site
  std::vector<std::string> found;
};

// Contexts that are there already, and drawn ones, for a first look.
Result<void> Suite::look(Exploration& exploration, Deadline deadline) const {
  Coverage& version = exploration.version;
  for (size_t i = 0; i < found_.size() && !over(deadline); ++i) {
    TRY_VOID(version.run(found_[i]));
    note_nearest(version, found_[i], &exploration.nearest);
  }
  for (uint64_t seed = 0; seed < kToLearn; ++seed) {
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
    note_nearest(version, context, &exploration.nearest);
  }
  simulator::Random random(1);
  for (const auto& [site, starts] : exploration.nearest) {
    int64_t runs = kRunsPerSite;
    for (const auto& [place, bytes] : starts) {
      if (version.is_met(site) || runs <= 0 || over(deadline)) break;
      TRY(const Context context, decode_context(arrow::Buffer::FromString(bytes)));
      TRY_VOID(aim(version, site, shape_, context, random, &runs, &exploration.found));
    }
    TRY_VOID(look_beside(exploration, site, starts, deadline));
  }
  return {};
}

Result<void> Suite::look_beside(Exploration& exploration, size_t site, const Nearest& starts,
                                Deadline deadline) const {
  Coverage& version = exploration.version;
  simulator::Random random(site + 1);
  for (const double place : places_beside(version, site)) {
    if (over(deadline) || starts.empty()) break;
    int64_t runs = kRunsBeside;
    TRY(const Context context, decode_context(arrow::Buffer::FromString(starts.begin()->second)));
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
    for (size_t i = 0; i < found_.size() && !version->complete(); ++i) {
      TRY_VOID(version->run(found_[i]));
    }
  }
  return {};
}

}  // namespace almanac::behaviour
