#include "simulator/behaviour/places.h"

#include <cxxabi.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <tuple>

namespace almanac::behaviour {

namespace {

// A line of one function, as far as one kind of probes is concerned.
using Line = std::tuple<std::string, std::string, int, ProbeSite::Kind>;  // function, file, line
// That line in whichever instance has so many sites there; and which of them.
using Place = std::tuple<Line, size_t, size_t>;

}  // namespace

std::string plain_name(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> demangled(
      abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
  if (status != 0) return symbol;
  std::string name;
  int depth = 0;
  for (const char* c = demangled.get(); *c != '\0'; ++c) {
    if (*c == '<' || *c == '(') {
      ++depth;
    } else if (*c == '>' || *c == ')') {
      --depth;
    } else if (depth == 0) {
      name += *c;
    }
  }
  // An instance of a template is named with what it returns.
  const size_t space = name.find(' ');
  const bool returns = space != name.npos && name.compare(space, 6, " const") != 0;
  return returns ? name.substr(space + 1) : name;
}

std::vector<size_t> places_of(const std::vector<ProbeSite>& sites) {
  std::map<std::string, std::string> names;
  std::map<Line, size_t> counts;
  for (const ProbeSite& site : sites) {
    ++counts[{site.function, site.file, site.line, site.kind}];
    if (!names.contains(site.function)) names[site.function] = plain_name(site.function);
  }
  std::map<Line, size_t> before;
  std::map<Place, size_t> places;
  std::vector<size_t> numbers;
  for (const ProbeSite& site : sites) {
    const Line line{site.function, site.file, site.line, site.kind};
    const Line of_all{names[site.function], site.file, site.line, site.kind};
    const Place place{of_all, counts[line], before[line]++};
    numbers.push_back(places.try_emplace(place, places.size()).first->second);
  }
  return numbers;
}

}  // namespace almanac::behaviour
