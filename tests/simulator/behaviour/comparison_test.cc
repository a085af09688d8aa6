// Comparisons of two versions of a calculation: what may be called the same, and what each gate
// keeps from being called so.
#include "simulator/behaviour/comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "activities/build_describe.h"
#include "isolation/serve.h"
#include "tests/simulator/behaviour/comparisons.h"

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], almanac::kServeTasks) == 0) return almanac::serve_tasks();
  if (argc == 3 && std::strcmp(argv[1], almanac::kDescribeModule) == 0) {
    return almanac::describe_module(argv[2]);
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

namespace almanac::behaviour {
namespace {

TEST_F(Comparisons, AnotherFormOfTheSameIsTheSame) {
  const Finding finding =
      compare(version(),
              version({{"count = count + 1;", "++count;"},
                       {"value < 250 ? 1.5 : value * 0.007", "250 > value ? 1.5 : 0.007 * value"},
                       {"sum = sum / 2", "sum *= 0.5"}}));
  EXPECT_EQ(finding.kind, Finding::Kind::Same) << finding.why;
  EXPECT_GE(finding.contexts, kDrawn + 1024);
  EXPECT_GE(finding.around, 512u) << "of each context in which small changes show";
  EXPECT_GE(finding.milliseconds, 1000) << "of little code, so many are seen sooner";
  EXPECT_GT(finding.probes, 0u);
  EXPECT_EQ(finding.met, finding.probes);
  EXPECT_GE(finding.mutants, 8u);
  EXPECT_GE(finding.told_apart, finding.mutants - finding.mutants / 4);
  EXPECT_FALSE(finding.functions.empty());
  EXPECT_EQ(finding.simhash_before, finding.simhash_now);
}

TEST_F(Comparisons, ANumberIsComparedWithItself) {
  const auto with = [&](const std::string& look) {
    return version(
        {{"for (const Row row : entity.rows(trades)) {",
          "bool known = true;\n      for (const Row row : entity.rows(trades)) {\n" + look},
         {"out.add()[fee] = sum;", "out.add()[fee] = known ? sum : -1;"}});
  };
  const Finding finding = compare(with("known &= !std::isnan(row[amount]);"),
                                  with("if (std::isnan(row[amount])) known = false;"));
  EXPECT_EQ(finding.kind, Finding::Kind::Same) << finding.why;
}

TEST_F(Comparisons, AnotherBoundaryIsFoundWhereverItIs) {
  EXPECT_EQ(compare("value < 250", "value <= 250").kind, Finding::Kind::Different);
  EXPECT_EQ(compare("value < 250", "value < 250.00000001").kind, Finding::Kind::Different);
  // Of a number that no input is.
  const Finding finding = compare("average) > 62.5", "average) >= 62.5");
  EXPECT_EQ(finding.kind, Finding::Kind::Different) << finding.why;
  EXPECT_FALSE(finding.counterexample.empty());
  EXPECT_EQ(finding.mutants, 0u) << "a search has found it, not what lies around mutants";
}

// No input has the number that is compared, nor one beside it.
TEST_F(Comparisons, ABoundaryOfAWholeNumberThatIsComputedIsFound) {
  const auto with = [&](const std::string& comparison) {
    return ending(
        "const int64_t cents = std::llround(average * 1000) / 10;\n"
        "out.add()[fee] = cents " +
        comparison + " 2'345'679 ? 0 : sum;");
  };
  const Finding finding = compare(with(">="), with(">"));
  EXPECT_EQ(finding.kind, Finding::Kind::Different) << finding.why;
}

// The comparison is in a function of the library.
TEST_F(Comparisons, ABoundaryOfASearchIsFound) {
  const auto with = [&](const std::string& search) {
    return ending(
        "const double bounds[] = {0.5, 0.8}, share = 1 / (1 + average * average);\n"
        "out.add()[fee] = sum * static_cast<double>(std::" +
        search + "(bounds, bounds + 2, share) - bounds);");
  };
  const Finding finding = compare(with("lower_bound"), with("upper_bound"));
  EXPECT_EQ(finding.kind, Finding::Kind::Different) << finding.why;
}

// The comparison is in a function that both versions have, and so much else differs that small
// changes are seen.
TEST_F(Comparisons, ABoundaryOfASearchIsFoundBesideAllElseThatDiffers) {
  const std::vector<std::pair<std::string, std::string>> others = {
      {"count = count + 1;", "++count;"},
      {"value < 250 ? 1.5 : value * 0.007", "250 > value ? 1.5 : 0.007 * value"},
      {"sum = sum / 2", "sum *= 0.5"}};
  const auto with = [&](auto edits, const std::string& search) {
    edits.push_back({"#include <cmath>", "#include <array>\n#include <cmath>\n#include <map>"});
    edits.push_back(
        {"out.add()[fee] = sum;", "const double share = 1 / (1 + average * average);\n" + search});
    return version(edits);
  };
  const auto in_map = [&](auto edits, const std::string& search) {
    return with(edits,
                "const std::map<double, double> rates = {{0.5437, 1}, {0.8123, 2}};\n"
                "const auto rate_of = rates." +
                    search + "(share);\nout.add()[fee] = sum + (rate_of == rates.end());");
  };
  const auto in_range = [&](auto edits, const std::string& search) {
    return with(edits,
                "constexpr std::array<double, 2> bounds = {0.5437, 0.8123};\n"
                "const auto bound = std::ranges::" +
                    search + "(bounds, share);\nout.add()[fee] = sum + (bound == bounds.end());");
  };
  const decltype(others) none;
  EXPECT_EQ(compare(in_map(none, "lower_bound"), in_map(others, "upper_bound")).kind,
            Finding::Kind::Different);
  EXPECT_EQ(compare(in_range(none, "lower_bound"), in_range(others, "upper_bound")).kind,
            Finding::Kind::Different);
  const Finding same = compare(in_range(none, "lower_bound"), in_range(others, "lower_bound"));
  EXPECT_EQ(same.kind, Finding::Kind::Same) << same.why;
}

// What differs is compared in a function that does not.
TEST_F(Comparisons, ABoundaryOfWhatStaysIsSearchedToo) {
  const auto with = [&](const std::string& value) {
    return version({{"static double rate(",
                     "static int level(double share) { return share < 0.5437 ? 1 : 2; }\n"
                     "static double rate("},
                    {"out.add()[fee] = sum;", "out.add()[fee] = sum + level(" + value + ");"}});
  };
  const Finding finding =
      compare(with("1 / (1 + average * average)"), with("1.0000000001 / (1 + average * average)"));
  EXPECT_EQ(finding.kind, Finding::Kind::Different) << finding.why;
}

TEST_F(Comparisons, ItIsSaidHowFarOutputsMove) {
  const Finding finding = compare("0.007", "0.014");
  ASSERT_EQ(finding.kind, Finding::Kind::Different);
  EXPECT_EQ(finding.probes, 0u) << "the registry stream has shown it";
  ASSERT_EQ(finding.moved.size(), 1u);
  EXPECT_EQ(finding.moved[0].column, "fee");
  EXPECT_GT(finding.moved[0].differing, 0u);
  EXPECT_LE(finding.moved[0].greatest, 0.5);
  EXPECT_NE(finding.simhash_before, finding.simhash_now);
}

TEST_F(Comparisons, CodeThatNoDataReachKeepsFromSayingTheSame) {
  const auto with = [&](const std::string& worth) {
    return version(
        {{"std::shared_ptr<int> calls", "const int* none = nullptr;\n  std::shared_ptr<int> calls"},
         {"out.add()[fee] = sum;", "out.add()[fee] = none ? " + worth + " : sum;"}});
  };
  const Finding finding = compare(with("3"), with("4"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("never ran"), finding.why.npos) << finding.why;
  EXPECT_LT(finding.met, finding.probes);
}

TEST_F(Comparisons, ABoundaryThatNoDataMeetKeepsFromSayingTheSame) {
  const auto with = [&](const std::string& boundary) {
    const std::string trades = "static_cast<double>(count) * 4";
    return ending("out.add()[fee] = " + trades + " < " + boundary + " ? sum : 2;");
  };
  // 10 lies between 8 and 12, and so does 10.5.
  const Finding finding = compare(with("10"), with("10.5"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("never equal"), finding.why.npos) << finding.why;
}

// A statement that moves across it computes something else, where it runs.
TEST_F(Comparisons, WhatBothSayWordForWordMustBeMet) {
  const auto with = [&](const std::string& before, const std::string& after) {
    return ending(before + "if (count > 1000000) {\n  sum -= 100;\n  sum *= 0.9;\n}\n" + after +
                  "out.add()[fee] = sum;");
  };
  const Finding finding = compare(with("sum += average;\n", ""), with("", "sum += average;\n"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive) << finding.why;
  EXPECT_NE(finding.why.find("never"), finding.why.npos) << finding.why;
}

TEST_F(Comparisons, ANumberOfTwoValuesNeedNotMeetWhatLiesBetween) {
  const auto with = [&](const std::string& comparison) {
    return ending("const double sign = count % 2 == 0 ? 1 : -1;\nout.add()[fee] = " + comparison +
                  " ? sum : 2 * sum;");
  };
  const Finding finding = compare(with("sign > 0"), with("0 < sign && sign <= 1"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);  // whether it is ever more than 1
  EXPECT_NE(finding.why.find("came out the same"), finding.why.npos) << finding.why;
  const Finding turned = compare(with("sign > 0"), with("!(sign <= 0)"));
  EXPECT_EQ(turned.kind, Finding::Kind::Same) << turned.why;
}

// No single number makes a spread so small.
TEST_F(Comparisons, ABoundaryOfASpreadIsFound) {
  const auto with = [&](const std::string& least) {
    return ending(
        "double spread = 0;\n"
        "for (const Row row : entity.rows(trades)) {\n"
        "  const double away = row[amount] - average;\n"
        "  if (std::isfinite(away)) spread += away * away;\n"
        "}\n"
        "out.add()[fee] = spread > " +
        least + " ? sum : -1;");
  };
  const Finding finding = compare(with("1e-24"), with("1.001e-24"));
  EXPECT_EQ(finding.kind, Finding::Kind::Different) << finding.why;
}

// Each entry of a table is a boundary, and what lies beside it is another number.
TEST_F(Comparisons, ABoundaryOfEachEntryOfATableIsFound) {
  const auto with = [&](const std::string& cuts, const std::string& value) {
    return ending(
        "int reached = 0;\nconst double part = worth / (worth + 1000);\nfor (const auto cut : {" +
        cuts + "}) reached += cut <= " + value + " ? 1 : 0;\nout.add()[fee] = reached;");
  };
  const Finding finding =
      compare(with("0.15, 0.25, 0.40, 0.60", "part"), with("15, 25, 40, 60", "100 * part"));
  EXPECT_EQ(finding.kind, Finding::Kind::Different) << finding.why;
}

// They compare in functions of the library that all call.
TEST_F(Comparisons, TheSmallerAndTheLargerOfTwoHaveABoundary) {
  const auto with = [&](const std::string& choices) {
    return ending(
        "const double share = 1 / (1 + average * average);  // up to 1\n"
        "out.add()[fee] = sum * (" +
        choices + ");");
  };
  const Finding finding = compare(with("4 * share"), with("std::min(share, 2.0)\n"
                                                          " + std::max<double>(-1, share)\n"
                                                          " + std::clamp(share, 0.0, 2.0)\n"
                                                          " + std::fmin(share, 2.0)"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  const auto never_equal =
      std::count_if(finding.unmet.begin(), finding.unmet.end(),
                    [](const std::string& line) { return line.ends_with("never equal"); });
  EXPECT_EQ(never_equal, 4) << testing::PrintToString(finding.unmet);
  const Finding same = compare(with("std::max(share, 0.5)"), with("(share < 0.5 ? 0.5 : share)"));
  EXPECT_EQ(same.kind, Finding::Kind::Same) << same.why;
  EXPECT_EQ(compare(with("std::max(share, 0.5)"), with("std::max(share, 0.5000001)")).kind,
            Finding::Kind::Different);
}

TEST_F(Comparisons, ARoundingHasABoundary) {
  const auto with = [&](const std::string& rounding) {
    return ending(
        "const double share = 1 / (1 + average * average);  // up to 1\n"
        "out.add()[fee] = sum + " +
        rounding + ";");
  };
  const Finding finding = compare(with("std::floor(1.25 + share / 2)"), with("1"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("rounding"), finding.why.npos) << finding.why;
  // At whole numbers alone, and halfway between two.
  EXPECT_EQ(compare(with("std::ceil(10 * share)"), with("std::floor(10 * share) + 1")).kind,
            Finding::Kind::Different);
  EXPECT_EQ(compare(with("std::round(10 * share)"), with("std::nearbyint(10 * share)")).kind,
            Finding::Kind::Different);
}

TEST_F(Comparisons, AComparisonThatComesOutAlikeKeepsFromSayingTheSame) {
  const auto with = [&](const std::string& comparison) {
    return ending("const int64_t other = count; out.add()[fee] = sum + (" + comparison + ");");
  };
  const Finding finding = compare(with("count < other"), with("count > other"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("came out the same"), finding.why.npos) << finding.why;
}

TEST_F(Comparisons, ACountOfFewBitsKeepsFromSayingTheSame) {
  const Finding finding = compare("int64_t count = 0;", "uint16_t count = 0;");
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive) << finding.why;
  EXPECT_NE(finding.why.find("few bits"), finding.why.npos) << finding.why;
}

TEST_F(Comparisons, AnEntryOfATableThatNoDataAskForKeepsFromSayingTheSame) {
  const auto with = [&](const std::string& last) {
    return version(
        {{"using namespace almanac;",
          "using namespace almanac;\n"
          "constexpr double kRates[] = {1, 2, 3, 4, 5, " +
              last + "};"},
         {"out.add()[fee] = sum;", "out.add()[fee] = sum * kRates[count < 5 ? count : 4];"}});
  };
  const Finding finding = compare(with("6"), with("7"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("do not show small changes"), finding.why.npos) << finding.why;
}

TEST_F(Comparisons, ATableOfWhichEachEntryShowsIsKnown) {
  const std::string share = "const double share = 1 / (1 + average * average);  // up to 1\n";
  const Version choices =
      ending(share + "out.add()[fee] = share < 0.25 ? 1 : share < 0.5 ? 3 : 7;");
  const auto table = [&](const std::string& entries) {
    return ending(share + "static constexpr double kSteps[] = " + entries +
                  ";\nout.add()[fee] = kSteps[(share >= 0.25) + (share >= 0.5)];");
  };
  const Finding same = compare(choices, table("{1, 3, 7}"));
  EXPECT_EQ(same.kind, Finding::Kind::Same) << same.why;
  const Finding unused = compare(choices, table("{1, 3, 7, 9}"));
  EXPECT_NE(unused.why.find("`(9 + 1)` for `9`"), unused.why.npos) << unused.why;
  const Finding computed = compare(choices, table("{1, 3, 7, 8 - 1}"));
  EXPECT_NE(computed.why.find("table of constants"), computed.why.npos) << computed.why;
}

TEST_F(Comparisons, WhatOnlyHappensToManyIsSeen) {
  EXPECT_EQ(compare("sum = sum / 2;", "sum *= 0.5; sum *= 1 - 0.01 * (count / 40);").kind,
            Finding::Kind::Different);
  const Version capped = ending("out.add()[fee] = sum + (count < 50 ? count : 50);");
  const Version free = ending("out.add()[fee] = sum + count;");
  EXPECT_EQ(compare(free, capped).kind, Finding::Kind::Different);
}

TEST_F(Comparisons, ACaseThatNoDataChooseKeepsFromSayingTheSame) {
  const auto with = [&](const std::string& value) {
    return ending("switch (count * 2) { case 2: sum += 1; break; case 4: case " + value +
                  ": sum += 2; break; } out.add()[fee] = sum;");
  };
  const Finding finding = compare(with("7"), with("9"));  // never odd
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("never chosen"), finding.why.npos) << finding.why;
}

// All runs and meets its boundaries, but what it gives is lost behind it.
TEST_F(Comparisons, WhatIsHiddenByWhatComesAfterItKeepsFromSayingTheSame) {
  const auto with = [&](const std::string& bound) {
    return ending(
        "const double share = 1 / (1 + average * average);\n"
        "out.add()[fee] = sum + 0 * std::min(share, " +
        bound + ");");
  };
  const Finding finding = compare(with("0.5"), with("0.25"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_TRUE(finding.unmet.empty()) << testing::PrintToString(finding.unmet);
  EXPECT_LT(finding.told_apart, finding.mutants);
  EXPECT_NE(finding.why.find("small changes"), finding.why.npos) << finding.why;
}

// A table by entity comes in batches: what is carried from one to the next is seen.
TEST_F(Comparisons, WhatIsKeptBetweenBatchesIsSeen) {
  const char* kPlace = "const double average";
  const Version before =
      version({{kPlace, "if (*calls >= 0) *calls += 1;\n    const double average"}});
  const Version now = version({{kPlace, "if (*calls >= 0) *calls += 1;\n    const double average"},
                               {"void process(",
                                "void prepare(const Day&) override { *calls = 0; }\n"
                                "  void process("},
                               {"sum = sum / 2", "sum = sum / (*calls < 3 ? 2 : 1)"}});
  EXPECT_EQ(compare(before, now).kind, Finding::Kind::Different);
}

TEST_F(Comparisons, WhatDependsOnEarlierCallsIsNotTheSameAsItself) {
  const Version fickle = version({{"sum = sum / 2", "sum = sum / (2 + (*calls)++ % 3)"}});
  const Finding finding = compare(fickle, fickle);
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("not deterministic"), finding.why.npos) << finding.why;
}

TEST_F(Comparisons, WhatDependsOnMemoryThatNobodyWroteIsNotTheSameAsItself) {
  // So much comes from the system, and is 0; elsewhere it is not.
  const Version careless =
      version({{"if (count == 0) return;",
                "if (count == 0) return;\n"
                "    const std::unique_ptr<double[]> spare(new double[500000]);\n"
                "    if (spare[4000] != 0) sum += 1;"}});
  const Finding finding = compare(careless, careless);
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("not deterministic"), finding.why.npos) << finding.why;
}

TEST_F(Comparisons, WhatPutsOutNothingIsNotTheSame) {
  const Version silent = ending("(void)out;");
  const Finding finding = compare(silent, silent);
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive) << finding.why;
  EXPECT_NE(finding.why.find("a row to put out"), finding.why.npos) << finding.why;
}

// Where a real context alone gives a row, made-up ones say nothing.
TEST_F(Comparisons, ARowInARealContextIsNotEnough) {
  const auto with = [&](const std::string& end) {
    return ending(
        "uint64_t bits = 1;\n"
        "for (const Row row : entity.rows(trades)) {\n"
        "  bits = bits * 31 + static_cast<uint64_t>(std::hash<double>()(row[amount]));\n"
        "}\n" +
        end);
  };
  const std::string real = Suite(shape(), {}).context(1'000'000'000);
  const Version telling = with("throw PermanentError(std::to_string(bits));");
  auto subject = Subject::start(laboratory_, telling.calculation, telling.module);
  const auto seen = subject->observe({real});
  ASSERT_TRUE(seen.ok()) << seen.error().message;
  const std::string& bits = (*seen)[0].error;
  const Version choosy =
      with("if (bits == " + bits.substr(bits.find_last_of(' ') + 1) + "u) out.add()[fee] = sum;");
  subject = Subject::start(laboratory_, choosy.calculation, choosy.module);
  ASSERT_EQ((*subject->observe({real}))[0].rows, 1u) << bits;
  const auto finding =
      behaviour::compare(laboratory_, shape(), {}, {real}, choosy, choosy, kLimitMs);
  ASSERT_TRUE(finding.ok()) << finding.error().message;
  EXPECT_EQ(finding->kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding->why.find("a row to put out"), finding->why.npos) << finding->why;
}

TEST_F(Comparisons, WhoIsInterruptedGetsNoVerdict) {
  const Version fees = version(), same = ending("out.add()[fee] = +sum;");
  std::thread interrupt([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    stop_ = true;
  });
  const auto finding = behaviour::compare(laboratory_, shape(), {}, {}, fees, same, kLimitMs);
  interrupt.join();
  ASSERT_FALSE(finding.ok());
  EXPECT_EQ(finding.error().kind, Error::Kind::Temporary);
}

TEST_F(Comparisons, ATimeLimitIsInconclusive) {
  const Version one = version();
  const Finding finding = compare(one, one, 0);
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("time limit"), finding.why.npos) << finding.why;
  EXPECT_TRUE(finding.for_now);
  EXPECT_EQ(finding.contexts, 0u);
}

TEST_F(Comparisons, ASimHashIsOfWhatACalculationDoes) {
  const Version fees = version();
  const Finding same = compare(fees, version({{"count = count + 1;", "++count;"}}));
  const Finding other = compare(fees, version({{"value * 0.007", "value * 0.008"}}));
  EXPECT_EQ(same.simhash_before, same.simhash_now);
  EXPECT_EQ(same.simhash_before, other.simhash_before) << "whatever it is compared with";
  EXPECT_NE(other.simhash_before, other.simhash_now);
}

// What shows that they differ is the first context in which they do, and there is no SimHash of a
// stream that was not observed to its end. So many rows are in a later batch of it.
TEST_F(Comparisons, AVersionThatEndsItsProcessHasNoSimHash) {
  const Version fees = version();
  const Finding finding =
      compare(fees, ending("if (entity.rows(trades).size() == 65) __builtin_trap();\n"
                           "out.add()[fee] = count == 1 ? 0 : sum;"));
  ASSERT_EQ(finding.kind, Finding::Kind::Different) << finding.why;
  EXPECT_TRUE(finding.simhash_now.zero());
}

}  // namespace
}  // namespace almanac::behaviour
