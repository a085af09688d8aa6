// What counts as a mutant, and what a certificate leaves out.
#include "simulator/behaviour/mutation.h"

#include <set>

#include "simulator/behaviour/certification.h"
#include "tests/simulator/behaviour/fees_laboratory.h"

namespace almanac::behaviour {
namespace {

using Fate = Mutation::Fate;

class Mutations : public FeesLaboratory {
 protected:
  using FeesLaboratory::FeesLaboratory;

  // What becomes of this text in place of that one, which stands once in the version.
  Fate fate(const Version& version, const std::string& from, const std::string& to,
            size_t contexts = kContexts) {
    const std::string& text = version.bundle.sources[0].text;
    const size_t at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    const Suite suite(shape(), {});
    std::vector<Hash> digests;
    Mutation mutation(laboratory_, version, suite, digests, "version");
    auto subject = mutation.start(*mutation.base().value());
    EXPECT_TRUE(subject.ok());
    const auto observed = subject->observe(suite.contexts(0, contexts));
    EXPECT_TRUE(observed.ok());
    for (const Observation& one : *observed) digests.push_back(one.digest);
    Fate fate = Fate::NotCompiled;
    const auto judged =
        mutation.judge({{{0, {at, from.size(), to, to}}}}, 1, [&](const Changes&, Fate found) {
          fate = found;
          return true;
        });
    EXPECT_TRUE(judged.ok());
    return fate;
  }

  Certification certify(const Version& version, const std::vector<Equivalent>& equivalents,
                        size_t threads = 2) {
    const auto found = behaviour::certify(laboratory_, shape(), {}, version, equivalents, threads);
    EXPECT_TRUE(found.ok()) << found.error().message;
    return *found;
  }

  // That a mutant does the same; a comment has come to the line since.
  static Equivalent equivalent(const Survivor& mutant) {
    const std::string comment = "  // since it is";
    return {mutant.file, mutant.before + comment, mutant.now + comment, {}, "somebody says so"};
  }

  static constexpr size_t kContexts = 256;
};

TEST_F(Mutations, EachHasOneFate) {
  EXPECT_EQ(fate(version(), "count == 0", "count == nothing"), Fate::NotCompiled);
  EXPECT_EQ(fate(version(), "count + 1", "1 + count"), Fate::SameObject);
  EXPECT_EQ(fate(version(), "sum / 2", "sum / 3"), Fate::ToldApart);
  EXPECT_EQ(fate(version(), "count == 0", "count <= 0"), Fate::Survived);
}

TEST_F(Mutations, AnotherDeclarationIsSeenWithoutRunning) {
  const Version days = version({{"dataset(\"trades\")", "dataset(\"trades\").window(kDays)"},
                                {"  using namespace almanac;",
                                 "  using namespace almanac;\nconstexpr uint32_t kDays = 1;"}});
  EXPECT_EQ(fate(days, "kDays = 1", "kDays = 2"), Fate::Redeclared);
}

TEST_F(Mutations, WhatReadsPastTheEndIsToldApart) {
  const Version marks =
      version({{"if (count == 0) return;",
                "if (count == 0) return;\n"
                "std::vector<double> marks(32);\n"
                "for (size_t i = 0; i < 32; ++i) sum += marks[i] > 1e300 ? 1 : 0;"},
               {"#include <memory>", "#include <memory>\n#include <vector>"}});
  EXPECT_EQ(fate(marks, "i < 32", "i < 33"), Fate::ToldApart);
}

// What the checks say of a version, they say of its mutants.
TEST_F(Mutations, WhereTheVersionReadsPastTheEndThatTellsNothing) {
  const Version marks =
      version({{"if (count == 0) return;",
                "if (count == 0) return;\n"
                "std::vector<double> marks(40);\n"
                "marks.resize(32);\n"
                "for (size_t i = 0; i < 33; ++i) sum += marks[i] > 1e300 ? 1 : 0;"},
               {"#include <memory>", "#include <memory>\n#include <vector>"}});
  EXPECT_EQ(fate(marks, "1e300", "1e301"), Fate::Survived);
}

class HurriedMutations : public Mutations {
 protected:
  static constexpr size_t kBatch = 64;  // contexts
  HurriedMutations() : Mutations(4'000) {}

  // What becomes of a version that takes so long for a context, if it never ends.
  Fate without_end(int milliseconds) {
    const Version slow =
        version({{"#include <memory>", "#include <memory>\n#include <chrono>\n#include <thread>"},
                 {"void process(",
                  "void prepare(const Day&) override {\n"
                  "std::this_thread::sleep_for(std::chrono::milliseconds(" +
                      std::to_string(milliseconds) + "));\n}\nvoid process("}});
    return fate(slow, "if (count == 0)", "for (volatile int i = 0; i < 1;) {} if (count == 0)",
                kBatch);
  }
};

TEST_F(HurriedMutations, WhatNeverEndsIsToldApart) {
  EXPECT_EQ(without_end(0), Fate::ToldApart);
}

// It needs more than a quarter of the time itself: as busy as the machine is, the mutant may have
// wanted no more than that.
TEST_F(HurriedMutations, WhereTheVersionIsSlowItselfTimeTellsNothing) {
  EXPECT_EQ(without_end(20), Fate::Unclear);
}

TEST(Certificates, NeedTwoHundredMutantsOfWhich99PercentAreToldApart) {
  const auto certified = [](size_t told_apart, size_t survivors, size_t combined = 0,
                            const std::string& refused = "") {
    Certification found;
    found.told_apart = told_apart;
    found.survivors.resize(survivors);
    found.combined = combined;
    found.refused = refused;
    return found.certified();
  };
  EXPECT_FALSE(certified(199, 0));
  EXPECT_TRUE(certified(200, 0));
  EXPECT_TRUE(certified(198, 2));
  EXPECT_FALSE(certified(197, 3));
  EXPECT_FALSE(certified(200, 0, 0, "it reads the clock"));
  // What is made of several of those that are told apart counts as a mutant, but makes no share.
  EXPECT_TRUE(certified(200, 0, 150));
  EXPECT_FALSE(certified(198, 2, 1));
}

// Three changes, of which the first two overlap.
TEST(Mutants, AreCombinedInEachWayOnce) {
  const auto change = [](size_t source, size_t at) { return Change{source, {at, 2, "", ""}}; };
  const auto pairs = combinations({change(1, 0), change(0, 1), change(0, 0)}, 100);
  ASSERT_EQ(pairs.size(), 2u);
  for (const Changes& pair : pairs) EXPECT_EQ(pair[0].source + 1, pair[1].source);
  const std::vector<Change> four{change(0, 0), change(0, 2), change(0, 4), change(0, 6)};
  EXPECT_EQ(combinations(four, 100).size(), 6u + 4 + 1);
  EXPECT_EQ(combinations(four, 3).size(), 3u);
}

TEST_F(Mutations, WhatIsNotDeterministicGetsNoCertificate) {
  const auto found = certify(version({{"sum = sum / 2", "sum = sum / (2 + (*calls)++ % 3)"}}), {});
  EXPECT_NE(found.refused.find("not deterministic"), std::string::npos) << found.refused;
  EXPECT_EQ(found.mutants(), 0u);
}

TEST_F(Mutations, WhatPutsOutNothingGetsNoCertificate) {
  const auto found = certify(version({{"if (count == 0)", "if (count >= 0)"}}), {});
  EXPECT_NE(found.refused.find("says too little"), std::string::npos) << found.refused;
  EXPECT_FALSE(found.for_now);
}

TEST_F(HurriedMutations, WhatTakesTooLongMayGetACertificateAnotherTime) {
  const auto found = certify(
      version({{"if (count == 0)", "for (;;) calls.use_count();\n      if (count == 0)"}}), {});
  EXPECT_NE(found.refused.find("TIMEOUT"), std::string::npos) << found.refused;
  EXPECT_TRUE(found.for_now);
}

// The file of them is no way around what contexts show.
TEST_F(Mutations, WhatIsToldApartIsNotSaidToBeEquivalent) {
  const Version fees = version();
  const Survivor first = survivor(fees.bundle, changes_of(fees.bundle).front());
  const auto found = certify(fees, {equivalent(first)});
  EXPECT_NE(found.refused.find(first.what), std::string::npos) << found.refused;
  EXPECT_FALSE(found.certified());
  EXPECT_LT(found.mutants(), kMutants);
}

TEST(Equivalents, WithoutWhatALineBecomesAreAllOfItsChanges) {
  const std::vector<Equivalent> said = {{"layers/a.h", "x += 1;", "", {}, "nobody asks for x"}};
  EXPECT_TRUE(is_among(said, {"layers/a.h", "", 1, "  x += 1;", "  x += 2;"}, "fees"));
  EXPECT_FALSE(is_among(said, {"layers/a.h", "", 1, "x -= 1;", "x += 1;"}, "fees"));
  EXPECT_FALSE(is_among(said, {"layers/a.h", "", 1, "y += 1;", "y += 2;"}, "fees"));
  EXPECT_FALSE(is_among(said, {"layers/b.h", "", 1, "x += 1;", "x += 2;"}, "fees"));
}

TEST_F(Mutations, AreEquivalentWhereAllThatIsSaidHolds) {
  const Version fees = version();
  const auto all = changes_of(fees.bundle);
  const Survivor first = survivor(fees.bundle, all.front());
  std::vector<Equivalent> said(4, equivalent(first));
  said[0].file = "calculations/taxes.cc";
  said[1].line.insert(0, ";");
  said[2].now.insert(0, ";");
  said[3].calculations = {"taxes"};
  // Of ten in other lines one is told apart, which is the end.
  for (size_t i = 1; i < all.size() && said.size() < 14; ++i) {
    const Survivor next = survivor(fees.bundle, all[i]);
    if (next.line == first.line) continue;
    said.push_back(equivalent(next));
    said.back().calculations = {"taxes", "fees"};
  }
  const auto found = certify(fees, said, 1);  // in order
  const std::string place = first.file + ":" + std::to_string(first.line) + ":";
  EXPECT_NE(found.refused, "");
  EXPECT_EQ(found.refused.find(place), std::string::npos) << found.refused << "; " << first.what;
}

// A file that was moved, or whose text went to others, is not new.
TEST(Mutants, OfAnEditAreInLinesThatNoFileHad) {
  const CodeBundle before{"a.cc", {{"a.cc", "int a;\nint b;\n"}, {"b.h", "int c;\nint d;\n"}}};
  const CodeBundle now{
      "a.cc", {{"a.cc", "int a;\nint e;\n"}, {"c.h", "int c;\nint f;\n"}, {"d.h", "int d;\n"}}};
  EXPECT_EQ(lines_not_in(before, now), (Lines{{"a.cc", 2}, {"c.h", 2}}));
  EXPECT_EQ(lines_not_in(now, before), (Lines{{"a.cc", 2}}));
}

// What is left out there is a step; what has another statement in its place is not, nor are two
// ways to say the same.
TEST(Mutants, AreStepsWhereTheyBringAVersionNearer) {
  const auto steps = [](const std::string& before, const std::string& now) {
    const CodeBundle one{"a.cc", {{"a.cc", "int f() {\n" + before + "\n}\n"}}};
    const CodeBundle other{"a.cc", {{"a.cc", "int f() {\n" + now + "\n}\n"}}};
    auto all = changes_of(one);
    std::set<std::string> whats;
    for (const Changes& changes : take_steps(one, other, &all)) {
      whats.insert(changes[0].mutant.what);
    }
    return whats;
  };
  using Whats = std::set<std::string>;
  EXPECT_EQ(steps("return a < b;", "return a <= b + c;"), Whats{"`<=` for `<`"});
  EXPECT_EQ(steps("sort(a); return b;", "return b;"), Whats{"without `sort(a);`"});
  EXPECT_EQ(steps("sort(a.begin(), b.end(), less); return c;", "sort(a, x); return c;"), Whats{});
  EXPECT_EQ(steps("price = rounded(price); total += price; high = max(high, price);",
                  "total += rounded(price); high = max(high, price);"),
            (Whats{"without `price = rounded(price);`", "without `total += price;`"}));
  for (const std::string jump : {"break;", "continue;", "return;"}) {
    const std::string with = "if (f(i)) { g(i); " + jump + " }";
    EXPECT_EQ(steps(with, "if (f(i)) { g(i); }"), Whats{"without `" + jump + "`"});
    EXPECT_EQ(steps(with, "if (f(j)) { g(j); }"), Whats{});
  }
  EXPECT_EQ(steps("if (i != n) f(i);", "if (i < n) g(i);"), Whats{});
  EXPECT_EQ(steps("if (i != n) f(i);", "if (i < n) f(i);"), Whats{"`<` for `!=`"});
  EXPECT_EQ(steps("for (int i = 0; i != n; ++i) f(i);", "for (int i = 0; i < n; ++i) f(i);"),
            Whats{});
  EXPECT_EQ(steps("for (int i = 0; i != n; i++) f(i);", "for (int i = 0; i < n; i++) f(i);"),
            Whats{});
  EXPECT_EQ(steps("while (a[i] != b) ++i;", "while (a[i] < b) ++i;"), Whats{"`<` for `!=`"});
  EXPECT_EQ(steps("for (; a[i] != b; ++i) f(i);", "for (; a[i] < b; ++i) f(i);"),
            Whats{"`<` for `!=`"});
}

// An edit elsewhere must not bring mutants that nobody has looked at.
TEST_F(Mutations, TheirOrderIsThatOfTheirLines) {
  const auto order = [](const Version& version) {
    std::vector<std::string> whats;
    for (const Changes& changes : changes_of(version.bundle)) {
      const Survivor one = survivor(version.bundle, changes);
      if (one.before.find("average") == one.before.npos) whats.push_back(one.before + one.what);
    }
    return whats;
  };
  EXPECT_EQ(order(version()), order(version({{"62.5", "62.5 + 1"}})));
}

}  // namespace
}  // namespace almanac::behaviour
