// Whose code a planner lets stand in the keys of cells.
#include "core/plan/planner.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/plan/identity.h"

namespace almanac {
namespace {

constexpr Hash kBefore{0, 1}, kMachine{8, 8}, kObject{9, 9};

Manifest manifest() {
  Manifest manifest;
  Calculation& fees = manifest.calculations.emplace_back();
  fees.id = "fees";
  fees.code_hash = {7, 7};
  fees.infrastructure = kMachine;
  manifest.pass = {0};
  manifest.dependencies.emplace_back();
  manifest.index["fees"] = 0;
  return manifest;
}

Identity own() {
  const Manifest all = manifest();
  return identity_of(all.calculations[0], all, Project());
}

CodeRecord before() {
  CodeRecord record;
  record.calculation = "fees";
  record.code = record.representative = kBefore;
  record.parts = {{"code", {6, 6}}};
  record.infrastructure = kMachine;
  return record;
}

// That the code of now does what that of before does.
EvidenceRecord evidence() {
  EvidenceRecord record;
  record.id = 3;
  record.calculation = "fees";
  record.before = kBefore;
  record.now = code_of(own());
  record.infrastructure = kMachine;
  record.others = others_of(own());
  record.verdict = kCosmetic;
  return record;
}

// Two cells that were computed twice, some of which came out otherwise.
Repeats repeats(const std::string& calculation, const Hash& code, int64_t differing) {
  Repeats repeats;
  repeats.calculation = calculation;
  repeats.code = code;
  repeats.cells = 2;
  repeats.differing = differing;
  return repeats;
}

// Whose code stands for that of now.
Hash representative(const std::vector<Repeats>& repeats,
                    const std::vector<CodeRecord>& codes = {before()}, const Hash& object = {}) {
  Manifest all = manifest();
  all.calculations[0].object = object;
  const Project project{};
  const Availability availability{};
  Planner::Sources sources;
  sources.manifest = &all;
  sources.project = &project;
  sources.availability = &availability;
  sources.repeats = repeats;
  sources.codes = codes;
  sources.evidence = {evidence()};
  const Planner planner(std::move(sources));
  const CodeRecord* other = planner.behaviour(0).representative;
  return other == nullptr ? planner.code(0) : other->code;
}

TEST(Planner, EvidenceLetsTheCodeOfBeforeStand) {
  EXPECT_EQ(representative({}), kBefore);
  EXPECT_EQ(representative({repeats("fees", code_of(own()), 0)}), kBefore);
}

// Of what is not steady no comparison says anything.
TEST(Planner, CodeThatIsNotSteadyStandsForItself) {
  EXPECT_EQ(representative({repeats("fees", code_of(own()), 1)}), code_of(own()));
}

// Nor of what the compiler makes the same of.
TEST(Planner, CodeOfTheSameObjectIsNoSteadier) {
  CodeRecord same = before();
  same.code = {5, 5};
  same.object = kObject;
  same.evidence = 3;
  EXPECT_EQ(representative({}, {before(), same}, kObject), kBefore);
  EXPECT_EQ(representative({repeats("fees", same.code, 1)}, {before(), same}, kObject), same.code)
      << "a proof, which needs no steadiness";
  same.object = {3, 3};
  EXPECT_EQ(representative({repeats("fees", same.code, 1)}, {before(), same}, kObject), kBefore);
}

// Its cells have keys of its own then, which whatever has its object may have, too.
TEST(Planner, AVersionWhoseEvidenceDoesNotHoldIsWhatItsObjectIsTakenFor) {
  CodeRecord same = before();
  same.code = {5, 5};
  same.object = kObject;
  same.evidence = 3;
  same.revoked = true;
  EXPECT_EQ(representative({}, {before(), same}, kObject), same.code);
  same.revoked = false;
  same.evidence = 4;  // of which nothing is known
  EXPECT_EQ(representative({}, {before(), same}, kObject), same.code);
}

TEST(Planner, OtherCodeOrCalculationsNeedNotBeSteady) {
  EXPECT_EQ(representative({repeats("fees", kBefore, 1)}), kBefore);
  EXPECT_EQ(representative({repeats("taxes", code_of(own()), 1)}), kBefore);
}

}  // namespace
}  // namespace almanac
