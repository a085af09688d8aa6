// Whose code stands in the keys.
#include "core/plan/behaviour.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

constexpr Hash kObject{9, 9}, kMachine{8, 8}, kOthers{7, 6};

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

Behaviour behaviour(const Calculation& calculation, const std::vector<CodeRecord>& codes,
                    const std::vector<EvidenceRecord>& evidence = {},
                    EvidencePolicy policy = EvidencePolicy::Verified) {
  return behaviour_of(calculation, Hash{0, 5}, kOthers, codes, evidence, policy);
}

// That code `now` does what code `before` does.
EvidenceRecord evidence(int64_t id, uint64_t before, uint64_t now) {
  EvidenceRecord record;
  record.id = id;
  record.calculation = "fees";
  record.before = {0, before};
  record.now = {0, now};
  record.infrastructure = kMachine;
  record.others = kOthers;
  record.verdict = kCosmetic;
  return record;
}

// The number of the representative of code 5; 5 is its own.
uint64_t representative(const std::vector<CodeRecord>& codes,
                        const std::vector<EvidenceRecord>& evidence,
                        EvidencePolicy policy = EvidencePolicy::Verified) {
  const auto found = behaviour(calculation(), codes, evidence, policy).representative;
  return found == nullptr ? 5 : found->code.low;
}
uint64_t representative(const std::vector<CodeRecord>& codes) {
  return representative(codes, {});
}

TEST(Behaviour, CodeThatNobodyKnowsStandsForItself) {
  EXPECT_EQ(representative({}), 5u);
  EXPECT_EQ(representative({code(1, 1)}), 5u);
  EXPECT_EQ(behaviour(calculation(), {code(1, 1)}).own, nullptr);
}

TEST(Behaviour, IsKnownToBeAnotherWhereAComparisonHasShownIt) {
  EvidenceRecord logic = evidence(1, 1, 5);
  logic.verdict = kLogic;
  const auto differs_from = [&](const std::vector<CodeRecord>& codes) {
    std::vector<uint64_t> all;
    EvidenceRecord other = logic, of_nobody = logic;
    other.before = {0, 2};
    of_nobody.before = {0, 3};
    for (const auto* code :
         behaviour(calculation(), codes, {logic, other, of_nobody}).differs_from) {
      all.push_back(code->code.low);
    }
    return all;
  };
  using Codes = std::vector<uint64_t>;
  EXPECT_EQ(differs_from({code(1, 1)}), Codes{1});
  EXPECT_EQ(differs_from({code(1, 1), code(2, 2)}), (Codes{1, 2}));
  EXPECT_EQ(differs_from({code(1, 1), code(5, 5)}), Codes{1}) << "once it is recorded, too";
  EXPECT_EQ(representative({code(1, 1)}, {logic}), 5u);
  logic.others = {9, 9};
  EXPECT_EQ(differs_from({code(1, 1)}), Codes{});
  logic.others = kOthers;
  logic.revoked = true;
  EXPECT_EQ(differs_from({code(1, 1)}), Codes{});
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
  revoked = code(2, 1, kObject);  // nor for what is the same: that stands for itself
  revoked.revoked = true;
  EXPECT_EQ(representative({code(1, 1), revoked}), 2u);
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
  EXPECT_EQ(behaviour(unknown, codes).representative, nullptr);
}

TEST(Behaviour, TheCodeOfAnotherTakesThePlaceOfItsOwn) {
  const Identity own{{{"code", {1, 1}}, {"layer:a.h", {2, 2}}, {"schema", {3, 3}}}, {"dataset:x"}};
  const std::vector<KeyPart> other = {{"code", {4, 4}}};
  const Identity changed = with_code(own, other);
  EXPECT_EQ(changed, (Identity{{{"code", {4, 4}}, {"schema", {3, 3}}}, {"dataset:x"}}));
  EXPECT_EQ(code_parts(own), (std::vector<KeyPart>{{"code", {1, 1}}, {"layer:a.h", {2, 2}}}));
  EXPECT_EQ(with_code(own, code_parts(own)), own);
}

TEST(Behaviour, EvidenceTakesThePlaceOfWhatItWasComparedWith) {
  EXPECT_EQ(representative({code(1, 1)}, {evidence(3, 1, 5)}), 1u);
  EXPECT_EQ(behaviour(calculation(), {code(1, 1)}, {evidence(3, 1, 5)}).evidence, 3);
  EXPECT_EQ(representative({code(1, 1)}, {evidence(3, 1, 6)}), 5u);  // of other code
  EXPECT_EQ(representative({}, {evidence(3, 1, 5)}), 5u);            // of code that nobody knows
}

TEST(Behaviour, EvidenceOfAnotherKindDoesNotCount) {
  auto found = evidence(3, 1, 5);
  found.verdict = "inconclusive";
  EXPECT_EQ(representative({code(1, 1)}, {found}), 5u);
  found = evidence(3, 1, 5);
  found.revoked = true;
  EXPECT_EQ(representative({code(1, 1)}, {found}), 5u);
  found = evidence(3, 1, 5);
  found.kind = EvidenceRecord::Kind::Certificate;
  EXPECT_EQ(representative({code(1, 1)}, {found}), 5u);
  found = evidence(3, 1, 5);
  found.infrastructure = {1, 1};
  EXPECT_EQ(representative({code(1, 1)}, {found}), 5u);
  found = evidence(3, 1, 5);
  found.calculation = "other";
  EXPECT_EQ(representative({code(1, 1)}, {found}), 5u);
}

TEST(Behaviour, WhatWasAcceptedStandsOnEvidenceThatHolds) {
  auto accepted = code(5, 1);
  accepted.evidence = 3;
  EXPECT_EQ(representative({code(1, 1), accepted}, {evidence(3, 1, 5)}), 1u);
  auto found = evidence(3, 1, 5);
  found.verdict = "inconclusive";
  EXPECT_EQ(representative({code(1, 1), accepted}, {found}), 5u);
  found = evidence(3, 1, 5);
  found.revoked = true;
  EXPECT_EQ(representative({code(1, 1), accepted}, {found}), 5u);
  EXPECT_EQ(representative({code(1, 1), accepted}, {evidence(4, 1, 5)}), 5u);  // another
}

// Versions were compared with the parameters of then.
TEST(Behaviour, EvidenceHoldsForTheParametersWithWhichItWasFound) {
  auto found = evidence(3, 1, 5);
  found.others = {1, 1};
  EXPECT_EQ(representative({code(1, 1)}, {found}), 5u);
  auto accepted = code(5, 1);
  accepted.evidence = 3;
  EXPECT_EQ(representative({code(1, 1), accepted}, {found}), 5u);
  EXPECT_EQ(representative({code(1, 1), accepted}, {evidence(3, 1, 5)}), 1u);
}

TEST(Behaviour, EvidenceIsBoundToAllButTheCode) {
  const Identity own{{{"code", {1, 1}}, {"layer:a.h", {2, 2}}, {"schema", {3, 3}}}, {"dataset:x"}};
  Identity other = own;
  other.parts[0].hash = other.parts[1].hash = {4, 4};
  EXPECT_EQ(others_of(other), others_of(own));
  other = own;
  other.parts[2].hash = {4, 4};
  EXPECT_NE(others_of(other), others_of(own));
  other = own;
  other.dated = {"dataset:y"};
  EXPECT_NE(others_of(other), others_of(own));
  // And to how it was found.
  const auto by = [](uint64_t recipe) {
    return Hasher("others/1").add(recipe).add("schema").add(Hash{3, 3}).add("dataset:x").digest();
  };
  EXPECT_EQ(others_of(own), by(kEvidenceRecipe));
  EXPECT_NE(others_of(own), by(kEvidenceRecipe + 1));
}

TEST(Behaviour, AStrictPolicyTakesObjectsAlone) {
  const auto strict = EvidencePolicy::Strict;
  EXPECT_EQ(representative({code(1, 1)}, {evidence(3, 1, 5)}, strict), 5u);
  EXPECT_EQ(representative({code(1, 1, kObject)}, {}, strict), 1u);
  auto accepted = code(5, 1);  // on evidence, before the policy was strict
  accepted.evidence = 3;
  EXPECT_EQ(representative({code(1, 1), accepted}, {evidence(3, 1, 5)}, strict), 5u);
}

// What is the same as code that was accepted on evidence stands and falls with that.
TEST(Behaviour, TheSameObjectStandsOnTheSameEvidence) {
  auto accepted = code(2, 1, kObject);
  accepted.evidence = 3;
  EXPECT_EQ(behaviour(calculation(), {code(1, 1), accepted}, {evidence(3, 1, 2)}).evidence, 3);
  EXPECT_EQ(representative({code(1, 1), accepted}), 2u) << "nobody knows the evidence";
}

}  // namespace
}  // namespace almanac
