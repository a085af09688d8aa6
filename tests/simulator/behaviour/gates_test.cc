// What keeps versions from being called the same, gate by gate: nothing else would do it.
#include <arrow/array.h>
#include <arrow/builder.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "runner/context_bytes.h"
#include "tests/simulator/behaviour/comparisons.h"

namespace almanac::behaviour {
namespace {

// One entity with so many rows, all alike.
Context crowd(int64_t rows) {
  arrow::StringBuilder users;
  arrow::DoubleBuilder amounts;
  arrow::Int64Builder tiers;
  EXPECT_TRUE(users.Append(std::string("u")).ok());
  for (int64_t row = 0; row < rows; ++row) {
    EXPECT_TRUE(amounts.Append(1.0).ok() && tiers.Append(1).ok());
  }
  DayTable trades;
  trades.date = Date::of(2024, 1, 2);
  trades.present = true;
  trades.rows = rows;
  trades.columns.push_back(amounts.Finish().ValueOrDie());
  trades.columns.push_back(tiers.Finish().ValueOrDie());
  trades.offsets = {0, rows};
  Context context;
  context.dates.push_back(trades.date);
  context.entities = users.Finish().ValueOrDie();
  context.reads.emplace_back().push_back(std::move(trades));
  return context;
}

// Reads so many of 32, behind which there is room for more.
std::vector<std::pair<std::string, std::string>> reading_to(const std::string& end) {
  return {{"#include <memory>", "#include <memory>\n#include <vector>"},
          {"if (count == 0) return;",
           "if (count == 0) return;\n"
           "std::vector<double> marks(40);\n"
           "marks.resize(32);\n"
           "for (size_t i = 0; i < " +
               end + "; ++i) sum += marks[i] > 1e300 ? 1 : 0;"}};
}

TEST_F(Comparisons, OneVersionThatReadsTheClockIsEnough) {
  const Version fees = version();
  const Version timed =
      version({{"#include <memory>", "#include <memory>\n#include <ctime>"},
               {"sum / 2", "sum / (2 + static_cast<double>(std::time(nullptr) < 0))"}});
  for (const Finding& finding : {compare(timed, fees), compare(fees, timed)}) {
    EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
    EXPECT_NE(finding.why.find("fees.cc:"), finding.why.npos) << finding.why;
    EXPECT_EQ(finding.contexts, 0u);
  }
}

TEST_F(Comparisons, AHeaderThatReadsTheClockIsEnough) {
  const Version timed = version({{"#include <memory>", "#include <memory>\n#include \"late.h\""},
                                 {"sum / 2", "sum / (2 + late())"}},
                                {{"calculations/late.h",
                                  "#pragma once\n"
                                  "#include <ctime>\n"
                                  "inline double late() { return std::time(nullptr) < 0; }\n"}});
  const Finding finding = compare(version(), timed);
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("late.h:"), finding.why.npos) << finding.why;
  EXPECT_EQ(finding.contexts, 0u);
}

// There it reads 0, so that both put out the same.
TEST_F(Comparisons, WhatReadsPastTheEndIsNotTheSame) {
  const Finding finding = compare(version(reading_to("32")), version(reading_to("33")));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("cannot be observed"), finding.why.npos) << finding.why;
}

// In the time zone of the others it puts out the same. The name is put together, as the linter
// would find it otherwise.
TEST_F(Comparisons, EitherMayNotBeDeterministic) {
  const Version zoned = version(
      {{"#include <memory>", "#include <memory>\n#include <cstdlib>\n#define JOINED(a, b) a##b"},
       {"if (count == 0) return;",
        "if (count == 0) return;\n"
        "const char* zone = std::JOINED(get, env)(\"TZ\");\n"
        "if (zone != nullptr && *zone == '<') sum += 1;"}});
  const Version fees = version();
  const Finding old = compare(zoned, fees);
  EXPECT_EQ(old.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(old.why.find("the old version is not"), old.why.npos) << old.why;
  const Finding now = compare(fees, zoned);
  EXPECT_EQ(now.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(now.why.find("the new version is not"), now.why.npos) << now.why;
}

// Nothing differs, so no change of what differs shows how much is seen.
TEST_F(Comparisons, AVersionIsNotComparedWithItself) {
  const Version fees = version();
  const Finding finding = compare(fees, fees);
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("nothing in what differs"), finding.why.npos) << finding.why;
}

TEST_F(Comparisons, ItIsSaidWhoseProcessEnds) {
  const Version fees = version();
  const Version deadly =
      version({{"row[tier] == 7 ? 0", "row[tier] == 7 ? *static_cast<double*>(nullptr)"}});
  const Finding old = compare(deadly, fees);
  EXPECT_EQ(old.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(old.why.find("the old version cannot"), old.why.npos) << old.why;
  EXPECT_NE(old.why.find("CRASH"), old.why.npos) << old.why;
  EXPECT_FALSE(old.for_now);
  const Finding now = compare(fees, deadly);
  EXPECT_EQ(now.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(now.why.find("the new version cannot"), now.why.npos) << now.why;
  EXPECT_FALSE(now.for_now);
}

class HurriedComparisons : public Comparisons {
 protected:
  HurriedComparisons() : Comparisons(2'000) {}
};

// A busy machine may be all there is to it.
TEST_F(HurriedComparisons, WhatTakesTooLongMayDoBetterAnotherTime) {
  const Version fees = version();
  const Version endless = ending("for (;;) calls.use_count();\nout.add()[fee] = sum;");
  const Finding finding = compare(fees, endless);
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("TIMEOUT"), finding.why.npos) << finding.why;
  EXPECT_TRUE(finding.for_now);
}

// What cleans up while an exception is on its way comes before it, and need not run.
TEST_F(Comparisons, AFunctionWithoutProbesKeepsFromSayingTheSame) {
  const auto with = [&](const std::string& worth) {
    return version(
        {{"static double rate(double value) {",
          "[[gnu::no_sanitize_coverage, gnu::noinline]] static double rate(double value) {"},
         {"value * 0.007", worth}});
  };
  const Finding finding = compare(with("value * 0.007"), with("0.007 * value + 0 * value"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive) << finding.why;
  EXPECT_NE(finding.why.find("no probe"), finding.why.npos) << finding.why;
}

TEST_F(Comparisons, ACatchThatNothingReachesKeepsFromSayingTheSame) {
  const auto with = [&](const std::string& worth) {
    return version({{"#include <memory>",
                     "#include <memory>\n#include <stdexcept>\n#include <string>\n"
                     "#include <vector>"},
                    {"out.add()[fee] = sum;",
                     "{\n"
                     "  const std::vector<double> none(2);\n"
                     "  sum += none.at(1);\n"
                     "}\n"
                     "try {\n"
                     "  sum = std::stod(\"1\") * sum;\n"
                     "}\n"
                     "catch (const std::exception&) { sum = " +
                         worth +
                         "; }\n"
                         "out.add()[fee] = sum;"}});
  };
  const Version before = with("3");
  const std::string& text = before.bundle.sources[0].text;
  const auto place = text.begin() + static_cast<int64_t>(text.find("catch ("));
  const std::string unmet =
      "calculations/fees.cc:" + std::to_string(1 + std::count(text.begin(), place, '\n')) +
      ": code that never ran";
  const Finding finding = compare(before, with("4"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("never ran"), finding.why.npos) << finding.why;
  EXPECT_EQ(std::count(finding.unmet.begin(), finding.unmet.end(), unmet), 1)
      << unmet << " is not among " << testing::PrintToString(finding.unmet);
}

// Mutants say much that is not for those who ask for a verdict.
TEST_F(Comparisons, WhatVersionsPrintIsNotShown) {
  const Version loud = version(
      {{"#include <memory>", "#include <memory>\n#include <cstdio>"},
       {"if (count == 0) return;", "std::fputs(\"loud\", stderr);\nif (count == 0) return;"}});
  auto subject = Subject::start(laboratory_, loud.calculation, loud.module);
  ASSERT_TRUE(subject.ok()) << subject.error().message;
  testing::internal::CaptureStderr();
  const bool seen = subject->observe({encode(crowd(3))}).ok();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_TRUE(seen);
}

// Nobody makes up so many rows.
TEST_F(Comparisons, ContextsThatWereKeptAreComparedFirst) {
  const Context context = crowd(3000);
  Context narrow = context;
  narrow.reads[0][0].columns.pop_back();
  const std::string kept = encode(context);
  EXPECT_EQ(Suite(shape(), {}, {kept, encode(narrow), "no context"}).found(), 1u);

  const auto finding =
      behaviour::compare(laboratory_, shape(), {}, {kept}, version(),
                         ending("out.add()[fee] = count == 3000 ? 0 : sum;"), kLimitMs);
  ASSERT_TRUE(finding.ok()) << finding.error().message;
  EXPECT_EQ(finding->kind, Finding::Kind::Different) << finding->why;
  EXPECT_TRUE(finding->counterexample == kept);
}

// Its body has two names, of which objects and probes must take the same.
TEST_F(Comparisons, AConstructorThatNoDataTakeAnotherWayKeepsFromSayingTheSame) {
  const auto with = [&](const std::string& top) {
    return version({{"using namespace almanac;",
                     "using namespace almanac;\n"
                     "struct Cap {\n"
                     "  double top = 0;\n"
                     "  explicit Cap(int64_t n) { if (n == 123456789012) top = " +
                         top + "; }\n};"},
                    {"out.add()[fee] = sum;", "out.add()[fee] = sum + Cap(count).top;"}});
  };
  const Finding finding = compare(with("5"), with("6"));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("never"), finding.why.npos) << finding.why;
}

TEST_F(Comparisons, ABoundaryOfDatesIsFound) {
  const auto with = [&](const std::string& comparison) {
    return ending(
        "const Date due(static_cast<int32_t>(std::clamp(average * 100, -1e9, 1e9)));\n"
        "out.add()[fee] = due " +
        comparison + " Date(123457) ? sum : 2 * sum;");
  };
  EXPECT_EQ(compare(with("<"), with("<=")).kind, Finding::Kind::Different);
}

// A frame holds 64 MiB.
TEST_F(Comparisons, ManyLargeContextsTravelInParts) {
  const Version fees = version();
  auto subject = Subject::start(laboratory_, fees.calculation, fees.module);
  ASSERT_TRUE(subject.ok()) << subject.error().message;
  const std::string large = encode(crowd(200'000));
  const size_t count = 100'000'000 / large.size();
  const auto seen = subject->observe(std::vector<std::string>(count, large));
  ASSERT_TRUE(seen.ok()) << seen.error().message;
  EXPECT_EQ(seen->size(), count);
}

// They are in the object wherever a template has another name.
TEST_F(Comparisons, TextsOfTheLibrarysChecksAreNoTables) {
  const auto with = [&](const std::string& cells, const std::string& value) {
    return version({{"#include <memory>", "#include <memory>\n#include <vector>"},
                    {"out.add()[fee] = sum;", cells + " out.add()[fee] = " + value + ";"}});
  };
  const Finding finding =
      compare(with("std::vector<double> cells{sum, worth};", "cells[0]"),
              with("struct Cell { double value; }; std::vector<Cell> cells{{sum}, {worth}};",
                   "cells[0].value"));
  EXPECT_EQ(finding.kind, Finding::Kind::Same) << finding.why;
}

TEST_F(HurriedComparisons, WhatTakesTooLongToExploreMayDoBetterAnotherTime) {
  const auto with = [&](const std::string& rate) {
    return version({{"double sum = 0, worth = 0;",
                     "double sum = 0, worth = 0;\n#ifndef __OPTIMIZE__\n"
                     "for (;;) calls.use_count();\n#endif"},
                    {"value < 250 ? 1.5", rate}});
  };
  const Version before = with("value < 250 ? 1.5");
  const Finding same = compare(before, with("250 > value ? 1.5"));
  EXPECT_EQ(same.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(same.why.find("TIMEOUT"), same.why.npos) << same.why;
  EXPECT_TRUE(same.for_now);
  const Finding other = compare(before, with("value < 251 ? 1.5"));
  EXPECT_EQ(other.kind, Finding::Kind::Different) << other.why;
  EXPECT_FALSE(other.for_now) << "what was seen is known for good";
}

// Nothing is known of what contexts reach where it ends its process, or takes too long, with
// probes; they may tell the versions apart all the same.
TEST_F(Comparisons, WhatCannotBeExploredIsComparedAllTheSame) {
  const auto with = [&](const std::string& rate) {
    return version({{"double sum = 0, worth = 0;",
                     "double sum = 0, worth = 0;\n#ifndef __OPTIMIZE__\nabort();\n#endif"},
                    {"value < 250 ? 1.5", rate}});
  };
  const Version before = with("value < 250 ? 1.5");
  const Finding other = compare(before, with("value == 4711.25 ? 2 : value < 250 ? 1.5"));
  EXPECT_EQ(other.kind, Finding::Kind::Different) << other.why;
  const Finding same = compare(before, with("250 > value ? 1.5"));
  EXPECT_EQ(same.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(same.why.find("a version cannot be observed"), same.why.npos) << same.why;
}

// Of what one version alone says, mistakes must be seen, too.
TEST_F(Comparisons, EitherMayHideMistakes) {
  const Version hiding = ending(
      "const double part = static_cast<double>(count * 3 + 5);\n"
      "out.add()[fee] = sum + 0 * part;");
  const Version plain = ending("const double all = sum;\nout.add()[fee] = all;");
  for (const auto& [before, now] : {std::pair{&hiding, &plain}, {&plain, &hiding}}) {
    const Finding finding = compare(*before, *now);
    EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
    EXPECT_NE(finding.why.find("small changes"), finding.why.npos) << finding.why;
  }
}

class Amounts : public Comparisons {
 protected:
  // Of two versions that do the same as far as data go, with what else `process` does.
  Finding compare_all(const std::string& also) {
    const auto with = [&](const std::string& rare) {
      return version({{"if (count == 0) return;", "if (count == 0) return;\n" + also + rare}});
    };
    return compare(with(""), with("if (count > 1000000) sum *= 0.9;\n"));
  }
};

TEST_F(Amounts, SlowCodeIsComparedInNoFewerContexts) {
  const Finding finding = compare_all(
      "#ifdef __OPTIMIZE__\n"
      "for (double spin = 1, i = 0; i < 100000; ++i) {\n"
      "spin = std::sqrt(spin + i);\nif (spin < 0) return;\n}\n#endif\n");
  EXPECT_NE(finding.why.find("do not reach"), finding.why.npos) << finding.why;
  EXPECT_GE(finding.contexts, 1024 + finding.found + kDrawn);
}

TEST_F(Amounts, FastCodeIsComparedForNoLessThanASecond) {
  const Version fees = version();
  auto subject = Subject::start(laboratory_, fees.calculation, fees.module);
  ASSERT_TRUE(subject.ok());
  const Suite suite(shape(), {});
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(subject->observe(suite.contexts(0, kDrawn)).ok());
  if (std::chrono::steady_clock::now() - begun > std::chrono::milliseconds(300)) {
    GTEST_SKIP() << "so many contexts alone take this machine about a second";
  }
  const Finding finding = compare_all("");
  EXPECT_NE(finding.why.find("do not reach"), finding.why.npos) << finding.why;
  EXPECT_GT(finding.contexts, 1024 + finding.found + kDrawn);
}

// What two sides are compared for a second time is no boundary: it is where they are equal.
TEST_F(Comparisons, AnOrderMayBeWrittenInIfs) {
  const auto with = [&](const std::string& order) {
    return version({{"#include <memory>", "#include <memory>\n#include <vector>"},
                    {"out.add()[fee] = sum;",
                     "struct Lot { double tier, amount; };\nstd::vector<Lot> lots;\n"
                     "for (const Row row : entity.rows(trades)) {\n"
                     "if (row.has(tier) && row.has(amount) && std::isfinite(row[amount]))\n"
                     "lots.push_back({static_cast<double>(row[tier]), row[amount]});\n}\n"
                     "std::sort(lots.begin(), lots.end(), [](const Lot& a, const Lot& b) {\n" +
                         order +
                         "});\ndouble weighted = 0, place = 1;\n"
                         "for (const Lot& lot : lots) weighted += ++place * lot.amount;\n"
                         "out.add()[fee] = weighted;"}});
  };
  const Finding finding =
      compare(with("if (a.tier == b.tier) return a.amount < b.amount;\nreturn a.tier < b.tier;\n"),
              with("if (a.tier != b.tier) return a.tier < b.tier;\nreturn a.amount < b.amount;\n"));
  EXPECT_EQ(finding.kind, Finding::Kind::Same) << finding.why;
}

// Such as `<=` for `==` where nothing is less, which only people can know.
TEST_F(Comparisons, AnEditThatIsAMutantIsNotTheSameUnlessItIsSaidToBe) {
  const std::string was = "if (count == 0) return;", line = "if (count <= 0) return;";
  const Version before = version(), now = version({{was, line}});
  const Finding finding = compare(before, now);
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive);
  EXPECT_NE(finding.why.find("`<=` for `==`"), finding.why.npos) << finding.why;
  const auto known = behaviour::compare(laboratory_, shape(), {}, {}, before, now, kLimitMs,
                                        {{"calculations/fees.cc", was, line, {}, "it counts"}});
  ASSERT_TRUE(known.ok()) << known.error().message;
  EXPECT_EQ(known->kind, Finding::Kind::Same) << known->why;
}

// Where so much else differs that most small changes are seen, and the two do not stand together.
TEST_F(Comparisons, AMutantThatIsPartOfAnEditIsNotTheSame) {
  const auto with = [&](const std::string& comparison, const std::string& share, auto... others) {
    return version(
        {{"out.add()[fee] = sum;", "const double " + share +
                                       " = 1 / (1 + average * average);\n"
                                       "const bool low = " +
                                       share + " " + comparison +
                                       " 0.5437 && worth > 100 && count > 2 && sum > 3;\n"
                                       "out.add()[fee] = sum + (low ? " +
                                       share + " : 0);"},
         others...});
  };
  using Edit = std::pair<std::string, std::string>;
  const Finding finding =
      compare(with("<=", "share"),
              with("<", "part", Edit{"count = count + 1;", "++count;"},
                   Edit{"value < 250 ? 1.5 : value * 0.007", "250 > value ? 1.5 : 0.007 * value"},
                   Edit{"sum = sum / 2", "sum *= 0.5"}));
  EXPECT_EQ(finding.kind, Finding::Kind::Inconclusive) << finding.why;
  EXPECT_NE(finding.why.find("`<` for `<=`"), finding.why.npos) << finding.why;
}

}  // namespace
}  // namespace almanac::behaviour
