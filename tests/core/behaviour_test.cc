// Whose code stands in the keys.
#include "core/plan/behaviour.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

constexpr Hash kObject{9, 9}, kMachine{8, 8};

Calculation calculation() {
  Calculation c;
  c.id = "fees";
  c.object = kObject;
  c.infrastructure = kMachine;
  return c;
}

CodeRecord code(uint64_t number, uint64_t representative, Hash object = {7, 7}) {
  CodeRecord record;
  record.calculation = "fees";
  record.code = {0, number};
  record.object = object;
  record.infrastructure = kMachine;
  record.representative = {0, representative};
  return record;
}

// The number of the representative of code 5; 5 is its own.
uint64_t representative(const std::vector<CodeRecord>& codes) {
  const Behaviour behaviour = behaviour_of(calculation(), Hash{0, 5}, codes);
  return behaviour.representative ? behaviour.representative->code.low : 5;
}

TEST(Behaviour, CodeThatNobodyKnowsStandsForItself) {
  EXPECT_EQ(representative({}), 5u);
  EXPECT_EQ(representative({code(1, 1)}), 5u);
  EXPECT_EQ(behaviour_of(calculation(), Hash{0, 5}, {code(1, 1)}).own, nullptr);
}

TEST(Behaviour, TheSameObjectHasTheSameRepresentative) {
  EXPECT_EQ(representative({code(1, 1, kObject)}), 1u);
  EXPECT_EQ(representative({code(1, 1), code(2, 1, kObject)}), 1u);
}

TEST(Behaviour, TheLatestOfSeveralCounts) {
  EXPECT_EQ(representative({code(1, 1, kObject), code(2, 2, kObject)}), 2u);
}

TEST(Behaviour, WhatIsRecordedOfACodeComesBeforeItsObject) {
  EXPECT_EQ(representative({code(1, 1, kObject), code(5, 5)}), 5u);
  EXPECT_EQ(representative({code(1, 1), code(5, 1)}), 1u);
}

TEST(Behaviour, EvidenceThatDidNotHoldDoesNotCount) {
  auto revoked = code(5, 1);
  revoked.revoked = true;
  EXPECT_EQ(representative({code(1, 1), revoked}), 5u);
  revoked = code(2, 1, kObject);  // nor for what is the same
  revoked.revoked = true;
  EXPECT_EQ(representative({code(1, 1), revoked}), 5u);
}

TEST(Behaviour, AnotherCompilerOrCalculationProvesNothing) {
  auto other = code(1, 1, kObject);
  other.infrastructure = {8, 7};
  EXPECT_EQ(representative({other}), 5u);
  other = code(1, 1, kObject);
  other.calculation = "taxes";
  EXPECT_EQ(representative({other}), 5u);
}

TEST(Behaviour, AnObjectThatIsNotKnownIsLikeNoOther) {
  Calculation unknown = calculation();
  unknown.object = {};
  const auto codes = std::vector{code(1, 1, Hash())};
  EXPECT_EQ(behaviour_of(unknown, Hash{0, 5}, codes).representative, nullptr);
}

TEST(Behaviour, TheCodeOfAnotherTakesThePlaceOfItsOwn) {
  const Identity own{{{"code", {1, 1}}, {"layer:a.h", {2, 2}}, {"schema", {3, 3}}}, {"dataset:x"}};
  const std::vector<KeyPart> other = {{"code", {4, 4}}};
  const Identity changed = with_code(own, other);
  EXPECT_EQ(changed, (Identity{{{"code", {4, 4}}, {"schema", {3, 3}}}, {"dataset:x"}}));
  EXPECT_EQ(code_parts(own), (std::vector<KeyPart>{{"code", {1, 1}}, {"layer:a.h", {2, 2}}}));
  EXPECT_EQ(with_code(own, code_parts(own)), own);
}

}  // namespace
}  // namespace almanac
