// What counts as a mutant, and what a certificate leaves out.
#include "simulator/behaviour/mutation.h"

#include "simulator/behaviour/certification.h"
#include "tests/simulator/behaviour/fees_laboratory.h"

namespace almanac::behaviour {
namespace {

using Fate = Mutation::Fate;

class Mutations : public FeesLaboratory {
 protected:
  // What becomes of this text in place of that one, which stands once in the version.
  Fate fate(const Version& version, const std::string& from, const std::string& to) {
    const std::string& text = version.bundle.sources[0].text;
    const size_t at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    const Suite suite(shape(), {});
    std::vector<Hash> digests;
    Mutation mutation(laboratory_, version, suite, digests, "version");
    auto subject = mutation.start(*mutation.base().value());
    EXPECT_TRUE(subject.ok());
    const auto observed = subject->observe(suite.contexts(0, kContexts));
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

  Certification certify(const Version& version, const std::vector<Equivalent>& equivalents) {
    const auto found = behaviour::certify(laboratory_, shape(), {}, version, equivalents, 2);
    EXPECT_TRUE(found.ok()) << found.error().message;
    return *found;
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

// The file of them is no way around what contexts show.
TEST_F(Mutations, WhatIsToldApartIsNotSaidToBeEquivalent) {
  const Version fees = version();
  const Survivor first = survivor(fees.bundle, changes_of(fees.bundle).front());
  const std::string line = first.before.substr(first.before.find_first_not_of(' '));
  const auto found = certify(fees, {{first.file, line, first.what, "", "somebody says so"}});
  EXPECT_NE(found.refused.find(first.what), std::string::npos) << found.refused;
  EXPECT_FALSE(found.certified());
  EXPECT_LT(found.mutants(), kMutants);
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
