// How many small changes of the lines that differ are tried, and how many may stay unseen.
#include "simulator/behaviour/sensitivity.h"

#include <gtest/gtest.h>

namespace almanac::behaviour {
namespace {

// As many mutants as are asked for; 's': survived, 't': told apart, each in turn, then 't'.
Sensitivity tried(const std::string& fates, size_t* asked) {
  Sensitivity version;
  for (*asked = 0; !version.is_through(); ++*asked) {
    if (*asked < fates.size() && fates[*asked] == 's') {
      version.survived({});
    } else {
      version.told_apart();
    }
  }
  return version;
}

struct Case {
  const char* fates;
  size_t asked;
  bool blind;
};

TEST(Sensitivities, MoreThanOneUnseenOfFourAsksForTwelve) {
  for (const auto& [fates, asked, blind] : {
           Case{"tttt", 4, false},
           Case{"sttt", 4, false},
           Case{"ttts", 4, false},
           Case{"ss", 12, false},
           Case{"sss", 12, false},
           Case{"ssts", 12, false},
           Case{"ssss", 12, true},
           Case{"ssttttttttss", 12, true},
           Case{"ssssssssssss", 12, true},
       }) {
    size_t were = 0;
    const Sensitivity found = tried(fates, &were);
    EXPECT_EQ(were, asked) << fates;
    EXPECT_EQ(found.is_blind(), blind) << fates;
    EXPECT_EQ(found.mutants(), asked) << fates;
  }
}

// A step towards the other version that took too long may be what is wrong.
TEST(Sensitivities, WhatNobodyKnowsIsUnseen) {
  using Fate = Mutation::Fate;
  for (const Fate fate : {Fate::Survived, Fate::Unclear}) EXPECT_TRUE(is_unseen(fate, false));
  for (const Fate fate : {Fate::NotCompiled, Fate::SameObject, Fate::Redeclared, Fate::ToldApart}) {
    EXPECT_FALSE(is_unseen(fate, false));
  }
  for (const Fate fate : {Fate::NotCompiled, Fate::SameObject, Fate::Unclear, Fate::Survived}) {
    EXPECT_TRUE(is_unseen(fate, true));
  }
  EXPECT_FALSE(is_unseen(Fate::ToldApart, true));
}

// Where lines have no more of them.
TEST(Sensitivities, FewMutantsMustBeSeenToo) {
  Sensitivity none;
  EXPECT_FALSE(none.is_through());
  EXPECT_FALSE(none.is_blind());
  Sensitivity one;
  one.survived({});
  EXPECT_TRUE(one.is_blind());
  EXPECT_FALSE(one.is_through());
}

}  // namespace
}  // namespace almanac::behaviour
