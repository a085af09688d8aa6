// Small drawings as inline SVG. Colours come from the page's style by class name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace almanac {

// A row of equal places, each with the class of its kind, as `o-failed`; the style gives a kind its
// colour, and its height tells it to those who do not see colours.
struct Stretch {
  std::string kind;
  size_t places;
};
std::string strip(const std::vector<Stretch>& stretches, std::string_view label);
// How much of a place's height a kind fills, from the bottom.
double height_of(std::string_view kind);

// A bar of `value` of `most`. The number stands beside it, so it is not read aloud.
std::string bar(double value, double most);

// A column for each value, from the left.
std::string columns(const std::vector<double>& values, std::string_view label);

}  // namespace almanac
