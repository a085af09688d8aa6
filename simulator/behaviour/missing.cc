#include "simulator/behaviour/missing.h"

#include <algorithm>

namespace almanac::behaviour {

namespace {

bool is_among(const Coverage::Place& place, const std::vector<ProbeSite>& sites) {
  return std::any_of(sites.begin(), sites.end(), [&](const ProbeSite& site) {
    return site.kind == place.kind && site.file == place.file && site.line == place.line;
  });
}

}  // namespace

std::vector<Coverage::Place> changed_places(const CodeBundle& bundle,
                                            const std::vector<Coverage::Place>& places,
                                            const CodeBundle& other_bundle,
                                            const std::vector<ProbeSite>& other_sites) {
  std::vector<Coverage::Place> changed;
  for (const Coverage::Place& place : places) {
    const auto* here = bundle.source(place.file);
    const auto* there = other_bundle.source(place.file);
    const bool same_file = here != nullptr && there != nullptr && here->text == there->text;
    const bool given =
        place.kind == ProbeSite::Kind::Truth && same_file && is_among(place, other_sites);
    if (!place.missing.empty() && !given) changed.push_back(place);
  }
  return changed;
}

void add_missing(const std::vector<Coverage::Place>& places, std::vector<std::string>* lines) {
  for (const Coverage::Place& place : places) {
    std::string text = place.file + ":" + std::to_string(place.line) + ": " + place.missing;
    const bool is_known = std::find(lines->begin(), lines->end(), text) != lines->end();
    if (!place.missing.empty() && !is_known) lines->push_back(std::move(text));
  }
}

}  // namespace almanac::behaviour
