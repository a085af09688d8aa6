#include "simulator/behaviour/missing.h"

#include <algorithm>
#include <map>

#include "core/code/new_lines.h"

namespace almanac::behaviour {

namespace {

const CodeBundle::Source* source_of(const CodeBundle& bundle, const std::string& path) {
  for (const auto& source : bundle.sources) {
    if (source.path == path) return &source;
  }
  return nullptr;
}

// What is written at a place; of the library, where it is.
std::string words_at(const CodeBundle& bundle, const Coverage::Place& place) {
  const auto* source = source_of(bundle, place.file);
  if (source != nullptr) return words_of_line(source->text, place.line);
  return place.file + ":" + std::to_string(place.line);
}

// Whether these are not two constants.
bool agree(const std::optional<double>& a, const std::optional<double>& b) {
  return !a || !b || a == b;
}

}  // namespace

std::vector<Coverage::Place> changed_places(const CodeBundle& bundle,
                                            const std::vector<Coverage::Place>& places,
                                            const CodeBundle& other_bundle,
                                            const std::vector<Coverage::Place>& others) {
  std::multimap<std::string, const Coverage::Place*> by_words;
  for (const auto& other : others) by_words.emplace(words_at(other_bundle, other), &other);
  std::vector<Coverage::Place> changed;
  for (const Coverage::Place& place : places) {
    const auto* here = source_of(bundle, place.file);
    const auto* there = source_of(other_bundle, place.file);
    const bool same_file = here != nullptr && there != nullptr && here->text == there->text;
    const auto [first, end] = by_words.equal_range(words_at(bundle, place));
    const bool stands = std::any_of(first, end, [&](const auto& entry) {
      const Coverage::Place& other = *entry.second;
      if (same_file) return agree(place.left, other.left) && agree(place.right, other.right);
      return place.missing == other.missing && place.left == other.left &&
             place.right == other.right;
    });
    if (!place.missing.empty() && !stands) changed.push_back(place);
  }
  return changed;
}

void add_missing(const std::vector<Coverage::Place>& places, std::vector<std::string>* lines) {
  for (const Coverage::Place& place : places) {
    std::string text = place.text();
    const bool is_known = std::find(lines->begin(), lines->end(), text) != lines->end();
    if (!place.missing.empty() && !is_known) lines->push_back(std::move(text));
  }
}

}  // namespace almanac::behaviour
