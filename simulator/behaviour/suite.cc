#include "simulator/behaviour/suite.h"

#include <arrow/array.h>
#include <arrow/buffer.h>

#include <algorithm>
#include <cmath>
#include <map>
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

bool all_complete(const std::vector<Coverage*>& versions) {
  return std::all_of(versions.begin(), versions.end(),
                     [](const Coverage* version) { return version->complete(); });
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

// What the code compares with, but does not write down.
Result<void> Suite::learn_constants(const std::vector<Coverage*>& versions) {
  std::vector<double>& numbers = material_.numbers;
  std::vector<double> more;
  for (Coverage* version : versions) {
    for (uint64_t seed = 0; seed < kToLearn; ++seed) {
      std::string context = drawn(seed);
      TRY(const bool is_new, version->run(context));
      if (is_new) found_.push_back(std::move(context));
    }
    const auto constants = version->constants();
    more.insert(more.end(), constants.begin(), constants.end());
  }
  std::erase_if(more, [](double number) { return !std::isfinite(number); });
  numbers.insert(numbers.end(), more.begin(), more.end());
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return {};
}

Result<void> Suite::look_beside(Coverage& version, size_t site, const Nearest& starts,
                                Deadline deadline) {
  simulator::Random random(site + 1);
  for (const double place : places_beside(version, site)) {
    if (over(deadline) || starts.empty()) break;
    int64_t runs = kRunsBeside;
    TRY(const Context context, decode_context(arrow::Buffer::FromString(starts.begin()->second)));
    TRY_VOID(aim(version, site, context, random, &runs, &found_, place));
  }
  return {};
}

Result<void> Suite::explore(const std::vector<Coverage*>& versions, Deadline deadline) {
  std::vector<std::map<size_t, Nearest>> nearest(versions.size());
  for (size_t i = 0; i < found_.size() && !over(deadline); ++i) {
    for (size_t v = 0; v < versions.size(); ++v) {
      TRY_VOID(versions[v]->run(found_[i]));
      note_nearest(*versions[v], found_[i], &nearest[v]);
    }
  }
  TRY_VOID(learn_constants(versions));
  uint64_t news = 0;
  for (uint64_t seed = 0; seed < kDrawn && seed - news < kDrawn / 2; ++seed) {
    const bool enough = seed >= kToLearn;  // to know where to begin a search
    if ((enough && all_complete(versions)) || over(deadline)) break;
    const std::string context = drawn(seed);
    for (size_t v = 0; v < versions.size(); ++v) {
      if (enough && versions[v]->complete()) continue;
      TRY(const bool is_new, versions[v]->run(context));
      if (is_new) news = seed;
      note_nearest(*versions[v], context, &nearest[v]);
    }
  }
  simulator::Random random(1);
  for (size_t v = 0; v < versions.size(); ++v) {
    // What was found for the version before may be what is missing here.
    for (size_t i = 0; i < found_.size() && !versions[v]->complete(); ++i) {
      TRY_VOID(versions[v]->run(found_[i]));
    }
    for (const auto& [site, starts] : nearest[v]) {
      int64_t runs = kRunsPerSite;
      for (const auto& [place, bytes] : starts) {
        if (versions[v]->is_met(site) || runs <= 0 || over(deadline)) break;
        TRY(const Context context, decode_context(arrow::Buffer::FromString(bytes)));
        TRY_VOID(aim(*versions[v], site, context, random, &runs, &found_));
      }
      TRY_VOID(look_beside(*versions[v], site, starts, deadline));
    }
  }
  return {};
}

}  // namespace almanac::behaviour
