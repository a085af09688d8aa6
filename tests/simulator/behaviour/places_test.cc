// Which probes are of one place in the source.
#include "simulator/behaviour/places.h"

#include <gtest/gtest.h>

namespace almanac::behaviour {
namespace {

using Kind = ProbeSite::Kind;

// void each<A>(A), each<B>(B), and other().
constexpr const char* kOne = "_Z4eachI1AEvT_";
constexpr const char* kTwo = "_Z4eachI1BEvT_";
constexpr const char* kOther = "_Z5otherv";

std::vector<size_t> places(const std::vector<std::pair<std::string, int>>& lines,
                           Kind last = Kind::Truth) {
  std::vector<ProbeSite> sites;
  for (const auto& [function, line] : lines) {
    sites.push_back({sites.size(), Kind::Truth, function, "a.h", line});
  }
  sites.back().kind = last;
  return places_of(sites);
}

using Places = std::vector<size_t>;

TEST(Places, InstancesOfATemplateShareThem) {
  EXPECT_EQ(places({{kOne, 3}, {kOne, 3}, {kOne, 4}, {kTwo, 3}, {kTwo, 3}, {kTwo, 4}}),
            (Places{0, 1, 2, 0, 1, 2}));
}

TEST(Places, OtherFunctionsAndKindsHaveTheirOwn) {
  EXPECT_EQ(places({{kOne, 3}, {kOther, 3}, {kTwo, 3}}), (Places{0, 1, 0}));
  EXPECT_EQ(places({{kOne, 3}, {kTwo, 3}}, Kind::Block), (Places{0, 1}));
}

TEST(Places, InstancesWithOtherCodeHaveTheirOwn) {
  EXPECT_EQ(places({{kOne, 3}, {kTwo, 3}, {kTwo, 3}}), (Places{0, 1, 2}));
}

TEST(Places, NamesAreWithoutTypes) {
  EXPECT_EQ(plain_name(kOne), "each");
  EXPECT_EQ(plain_name("_ZNK4Book4daysEv"), "Book::days const");
  EXPECT_EQ(plain_name("_ZNK4BookclEi"), "Book::operator const");
  EXPECT_EQ(plain_name("main"), "main");
}

}  // namespace
}  // namespace almanac::behaviour
