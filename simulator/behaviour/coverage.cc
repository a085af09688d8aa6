#include "simulator/behaviour/coverage.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <sstream>

#include "core/code/tokens.h"
#include "simulator/behaviour/laboratory.h"
#include "simulator/behaviour/places.h"

namespace almanac::behaviour {

namespace {

using probes::Comparison;

constexpr uint64_t kOften = 1000;  // contexts in which a comparison was made
constexpr uint64_t kAgain = 32;    // in which it was made just after another
constexpr size_t kFew = 3;
// The smaller and the larger of two.
constexpr std::string_view kChoices[] = {"fmin", "fmax", "min", "max", "clamp"};

bool is_whole(ProbeSite::Kind kind) {
  return kind == ProbeSite::Kind::Integer || kind == ProbeSite::Kind::Truth;
}

// Whether the sides were equal, or else, where a search has shown that they hardly are, as near as
// whole numbers can be: one unit apart in both directions. Whether a number is finite is asked with
// the largest one, to which no data need be equal.
bool at_boundary(ProbeSite::Kind kind, const Comparison& seen, bool searched) {
  if (seen.equal) return true;
  const bool with_largest = seen.fixed_right && seen.right == std::numeric_limits<double>::max();
  if (kind == ProbeSite::Kind::Real && with_largest) return seen.less && seen.greater;
  const bool is_truth = kind == ProbeSite::Kind::Truth;
  return (is_truth || (searched && is_whole(kind))) && seen.just_less && seen.just_greater;
}

// A comparison of two values by which the standard library orders or looks for them: what its
// algorithms do by themselves, std::less and the like, and std::ranges::less.
bool is_order(const ProbeSite& site) {
  if (site.kind != ProbeSite::Kind::Real && site.kind != ProbeSite::Kind::Integer) return false;
  for (const char* file : {"predefined_ops.h", "stl_function.h", "ranges_cmp.h"}) {
    if (site.file.ends_with(std::string("/bits/") + file)) return true;
  }
  return false;
}

// The operand in front of an operator, or behind it, without its names: "n[n]" of `keys[a]`; empty
// where it is more than names, members and elements.
std::string form_of(const std::vector<Token>& tokens, size_t at, int step) {
  std::string form;
  int depth = 0;
  for (size_t i = at + static_cast<size_t>(step); i < tokens.size();
       i += static_cast<size_t>(step)) {
    const Token& token = tokens[i];
    const bool opens = token.text == "[", closes = token.text == "]";
    if (depth == 0 && token.text == (step > 0 ? "]" : "[")) break;
    if (opens || closes) depth += opens == (step > 0) ? 1 : -1;
    const bool is_name = token.kind == Token::Kind::Identifier && token.text != "return";
    if (!is_name && !opens && !closes && token.text != "." && token.text != "->") {
      if (token.kind == Token::Kind::Number || token.text == "(" || token.text == ")") return {};
      break;
    }
    form = step > 0 ? form + (is_name ? "n" : token.text) : (is_name ? "n" : token.text) + form;
  }
  return form;
}

// The compiler exchanges the sides where one is a constant, or one is a variable and the other is
// not. Of two members or elements that are alike it does not.
bool stays_as_written(const std::vector<Token>& tokens, size_t at) {
  const std::string left = form_of(tokens, at, -1), right = form_of(tokens, at, 1);
  return left == right && left.find_first_of(".[-") != left.npos;
}

// Each case, and none of them.
bool all_chosen(const Comparison& seen) {
  return static_cast<uint64_t>(std::popcount(seen.chosen)) ==
         std::min<uint64_t>(seen.cases + 1, 64);
}

void add_followers(const Comparison& more, Comparison* all) {
  for (const uint64_t follower : more.followers) {
    if (follower == 0 || follower == all->followers[0]) continue;
    all->followers[all->followers[0] == 0 ? 0 : 1] = follower;
  }
}

std::vector<ProbeSite> joined(std::vector<ProbeSite> one, const std::vector<ProbeSite>& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

// An instance of a template that is asked for is not met by one that is not.
std::vector<size_t> places_in_turn(const std::vector<ProbeSite>& asked,
                                   const std::vector<ProbeSite>& others) {
  std::vector<size_t> all = places_of(asked);
  const size_t behind = all.empty() ? 0 : 1 + std::ranges::max(all);
  for (const size_t place : places_of(others)) all.push_back(behind + place);
  return all;
}

}  // namespace

Coverage::Coverage(std::unique_ptr<Child> child, Calculation calculation, std::string module,
                   std::vector<ProbeSite> asked, const std::vector<ProbeSite>& others)
    : child_(std::move(child)),
      calculation_(std::move(calculation)),
      module_(std::move(module)),
      asked_(asked.size()),
      sites_(joined(asked, others)),
      places_(places_in_turn(asked, others)),
      seen_(sites_.size()) {
  for (const size_t place : places_) unmet_ = std::max(unmet_, place + 1);
  met_.resize(unmet_);
  for (size_t i = 0; i < sites_.size(); ++i) {
    by_address_[sites_[i].address] = i;
  }
  for (const auto& [address, site] : by_address_) probes_.push_back(address);
}

Result<std::unique_ptr<Coverage>> Coverage::of(Laboratory& laboratory, const Version& version,
                                               const Rebuilt& rebuilt,
                                               const std::set<std::string>& functions) {
  std::vector<ProbeSite> asked, others;
  for (const ProbeSite& site : rebuilt.sites) {
    const bool own = version.bundle.source(site.file) != nullptr;
    if (!own && !is_order(site)) continue;
    const bool is_asked = functions.empty() ? own : functions.contains(site.function);
    (is_asked ? asked : others).push_back(site);
  }
  Calculation calculation = version.calculation;
  calculation.module_sha256 = rebuilt.sha256;
  TRY(auto child, laboratory.start_child());
  auto coverage = std::make_unique<Coverage>(std::move(child), std::move(calculation),
                                             rebuilt.module, std::move(asked), others);
  coverage->read_operators(version.bundle);
  return coverage;
}

Coverage::Telling Coverage::telling_of(std::string_view line) {
  const std::vector<Token> tokens = tokenise(line);
  Telling telling;
  bool is_first = true;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string& text = tokens[i].text;
    if (among(text, kChoices)) return {};  // which compare, too
    const bool equality = text == "==" || text == "!=";
    const bool less = text == "<" || text == ">=", greater = text == ">" || text == "<=";
    if (!equality && !less && !greater) continue;
    if (!equality && !stays_as_written(tokens, i)) return {};
    telling.less = (is_first || telling.less) && !greater;
    telling.greater = (is_first || telling.greater) && !less;
    is_first = false;
  }
  return telling;
}

void Coverage::read_operators(const CodeBundle& bundle) {
  std::map<std::pair<std::string, int>, Telling> lines;
  for (const auto& [path, text] : bundle.sources) {
    std::istringstream in(text);
    int number = 0;
    for (std::string line; std::getline(in, line);) lines[{path, ++number}] = telling_of(line);
  }
  for (size_t site = 0; site < sites_.size(); ++site) {
    const Telling telling = lines[{sites_[site].file, sites_[site].line}];
    // Of whole numbers the compiler makes `x < 5` to `x <= 4`.
    const bool equality = telling.less && telling.greater;
    if (sites_[site].kind == ProbeSite::Kind::Real || equality) seen_[site].telling = telling;
  }
}

// What is not branched on, but used as a value, has one follower.
bool Coverage::both_ways(size_t site) const {
  const Comparison& seen = seen_[site].all;
  const Telling& telling = seen_[site].telling;
  if (seen.followers[1] != 0 || (seen.less && seen.greater)) return true;
  // A number that is compared with itself, to see whether it is one.
  if (seen.equal && seen.unordered && !seen.less && !seen.greater) return true;
  if (!seen.equal) return false;
  if ((telling.less && seen.less) || (telling.greater && seen.greater)) return true;
  // A truth value, which may have the width of a number: 0 or not.
  const ProbeSite::Kind kind = sites_[site].kind;
  const bool with_zero =
      (seen.fixed_left && seen.left == 0) || (seen.fixed_right && seen.right == 0);
  const bool truth =
      kind == ProbeSite::Kind::Truth || (kind == ProbeSite::Kind::Integer && with_zero);
  return truth && (seen.less || seen.greater);
}

// Whether another comparison of the same function, which had equal sides, has always compared the
// same just before. One that is shared may have had them in other calls.
bool Coverage::is_repeated(size_t site) const {
  const ProbeSite::Kind kind = sites_[site].kind;
  if (kind != ProbeSite::Kind::Real && kind != ProbeSite::Kind::Integer) return false;
  const auto before = by_address_.find(seen_[site].all.again);
  return before != by_address_.end() && seen_[site].times >= kAgain &&
         sites_[before->second].function == sites_[site].function &&
         seen_[before->second].all.equal;
}

Result<bool> Coverage::run(const std::string& context) {
  TRY(Observed observed, child_->observe(calculation_, module_, {{context}, probes_}));
  return note(std::move(observed));
}

bool Coverage::note(Observed observed) {
  bool is_new = false;
  for (const uint64_t block : observed.blocks) {
    const auto site = by_address_.find(block);
    if (site == by_address_.end() || seen_[site->second].met) continue;
    seen_[site->second].reached = true;
    meet(site->second);
    is_new = true;
  }
  last_ = std::move(observed.comparisons);
  for (const Comparison& compared : last_) is_new |= note_comparison(compared);
  return is_new;
}

bool Coverage::note_comparison(const Comparison& compared) {
  const auto site = by_address_.find(compared.address);
  if (site == by_address_.end()) return false;
  Seen& seen = seen_[site->second];
  const bool is_new = !seen.reached;
  Comparison& all = seen.all;
  if (is_new) all = compared;
  const double difference = compared.left - compared.right;
  if (seen.differences.size() <= kFew && !std::isnan(difference)) {
    seen.differences.insert(difference);
  }
  seen.reached = true;
  ++seen.times;
  all.fixed_left &= compared.fixed_left && compared.left == all.left;
  all.fixed_right &= compared.fixed_right && compared.right == all.right;
  all.less |= compared.less;
  all.equal |= compared.equal;
  all.greater |= compared.greater;
  all.unordered |= compared.unordered;
  all.just_less |= compared.just_less;
  all.cases = compared.cases;
  all.chosen |= compared.chosen;
  all.just_greater |= compared.just_greater;
  if (all.again != compared.again) all.again = 0;
  add_followers(compared, &all);
  if (seen.met) return is_new;
  // Which case a value chose is told by the blocks.
  const ProbeSite::Kind kind = sites_[site->second].kind;
  const bool met = kind == ProbeSite::Kind::Switch
                       ? all_chosen(all)
                       : at_boundary(kind, all, false) && both_ways(site->second);
  if (met) meet(site->second);
  return is_new || met;
}

void Coverage::meet(size_t site) {
  seen_[site].met = true;
  if (is_met(site)) return;
  met_[places_[site]] = true;
  --unmet_;
}

size_t Coverage::met() const {
  size_t count = 0;
  for (size_t site = 0; site < asked_; ++site) count += is_settled(site);
  return count;
}

bool Coverage::is_settled(size_t site) const {
  if (is_met(site)) return true;
  const Seen& seen = seen_[site];
  if (is_sign(site)) return true;
  // Some ways of the library are for what is hardly ever there.
  if (!seen.reached && is_order(sites_[site])) return true;
  const ProbeSite::Kind kind = sites_[site].kind;
  if (is_whole(kind) && at_boundary(kind, seen.all, seen.searched) && both_ways(site)) return true;
  if (is_repeated(site) && both_ways(site)) return true;
  if (!seen.stepped_over) return false;
  if (kind == ProbeSite::Kind::Rounding) return seen.all.less && seen.all.greater;
  // Which of two blocks follows tells what came out, also of `==`.
  return kind == ProbeSite::Kind::Real && seen.all.followers[1] != 0;
}

bool Coverage::is_sign(size_t site) const {
  const Seen& seen = seen_[site];
  return sites_[site].kind == ProbeSite::Kind::Real && seen.all.less && seen.all.greater &&
         seen.times >= kOften && seen.differences.size() <= kFew;
}

const Comparison* Coverage::in_last(size_t site) const {
  for (const Comparison& compared : last_) {
    if (compared.address == sites_[site].address) return &compared;
  }
  return nullptr;
}

const Comparison* Coverage::known(size_t site) const {
  return seen_[site].reached && seen_[site].times > 0 ? &seen_[site].all : nullptr;
}

std::string Coverage::missing(size_t site) const {
  if (sites_[site].kind == ProbeSite::Kind::Block) return "code that never ran";
  if (sites_[site].kind == ProbeSite::Kind::Switch) return "a case that was never chosen";
  if (sites_[site].kind == ProbeSite::Kind::Rounding) {
    return "a rounding of what was never just between two numbers";
  }
  if (!seen_[site].reached) return "a comparison that was never made";
  if (!at_boundary(sites_[site].kind, seen_[site].all, seen_[site].searched)) {
    return "a comparison whose sides were never equal";
  }
  return "a comparison that always came out the same";
}

std::vector<Coverage::Place> Coverage::places() const {
  std::vector<Place> all;
  for (size_t i = 0; i < asked_; ++i) {
    const ProbeSite& site = sites_[i];
    all.push_back({site.kind, site.file, site.line, is_settled(i) ? "" : missing(i)});
  }
  return all;
}

std::vector<double> Coverage::constants() const {
  std::vector<double> constants;
  for (const Seen& seen : seen_) {
    if (seen.times < 2) continue;
    if (seen.all.fixed_left) constants.push_back(seen.all.left);
    if (seen.all.fixed_right) constants.push_back(seen.all.right);
  }
  return constants;
}

}  // namespace almanac::behaviour
