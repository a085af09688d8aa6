// What of the code that was not reached counts.
#include "simulator/behaviour/missing.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace almanac::behaviour {
namespace {

using Kind = ProbeSite::Kind;
using Place = Coverage::Place;

constexpr const char* kHeader = "rates.h";
constexpr const char* kText = "template <class T> bool is_low(T t) { return t < kLow<T>; }";

CodeBundle bundle(const std::string& text) {
  return {"fees.cc", {{"fees.cc", "#include \"rates.h\""}, {kHeader, text}}};
}

// A place of the header, in line 3.
Place place(Kind kind, const std::string& missing = "a comparison that was never made") {
  return {kind, kHeader, 3, missing};
}

ProbeSite site(Kind kind, const std::string& file = kHeader, int line = 3) {
  return {0, kind, "_Z6is_lowIiEbT_", file, line};
}

// Whether it counts, where the other version has this text of the header and these sites.
bool counts(const Place& place, const std::string& text, const std::vector<ProbeSite>& others) {
  return !changed_places(bundle(kText), {place}, bundle(text), others).empty();
}

TEST(Missing, AConditionThatBothHaveInTheSameFileDoesNotCount) {
  EXPECT_FALSE(counts(place(Kind::Truth), kText, {site(Kind::Truth)}));
  EXPECT_FALSE(counts(place(Kind::Truth), kText, {site(Kind::Block), site(Kind::Truth)}));
}

TEST(Missing, WhatIsNoConditionCounts) {
  for (const Kind kind : {Kind::Block, Kind::Real, Kind::Integer, Kind::Switch, Kind::Rounding}) {
    EXPECT_TRUE(counts(place(kind), kText, {site(kind)}));
  }
}

TEST(Missing, AConditionInAFileThatIsAnotherCounts) {
  EXPECT_TRUE(counts(place(Kind::Truth), std::string(kText) + " ", {site(Kind::Truth)}));
  const CodeBundle alone{"fees.cc", {{"fees.cc", ""}}};
  const std::vector<Place> places = {place(Kind::Truth)};
  const std::vector<ProbeSite> others = {site(Kind::Truth)};
  EXPECT_EQ(changed_places(bundle(kText), places, alone, others).size(), 1u);
  EXPECT_EQ(changed_places(alone, places, bundle(kText), others).size(), 1u);
  EXPECT_EQ(changed_places(alone, places, alone, others).size(), 1u);
}

TEST(Missing, AConditionThatTheOtherDoesNotHaveCounts) {
  EXPECT_TRUE(counts(place(Kind::Truth), kText, {}));
  EXPECT_TRUE(counts(place(Kind::Truth), kText, {site(Kind::Integer)}));
  EXPECT_TRUE(counts(place(Kind::Truth), kText, {site(Kind::Truth, "fees.cc")}));
  EXPECT_TRUE(counts(place(Kind::Truth), kText, {site(Kind::Truth, kHeader, 4)}));
}

TEST(Missing, WhatWasMetIsNotMissing) {
  EXPECT_FALSE(counts(place(Kind::Integer, ""), kText, {}));
}

TEST(Missing, EachPlaceIsSaidOnce) {
  std::vector<std::string> lines = {"rates.h:3: code that never ran"};
  add_missing({place(Kind::Block, "code that never ran"), place(Kind::Real), place(Kind::Real),
               place(Kind::Real, "")},
              &lines);
  EXPECT_EQ(lines, (std::vector<std::string>{"rates.h:3: code that never ran",
                                             "rates.h:3: a comparison that was never made"}));
}

}  // namespace
}  // namespace almanac::behaviour
