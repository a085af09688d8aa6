// Hazards of renaming in sources: what looks like the name of a calculation and is not.
#include "core/code/renamed_source.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "core/code/tokens.h"

namespace almanac {
namespace {

std::string renamed(std::string_view source) {
  return renamed_source(source, "old", "new").value_or("-");
}

TEST(RenamedSource, ReadsAndTheMacro) {
  EXPECT_EQ(renamed(R"(calculation("old"))"), R"(calculation("new"))");
  EXPECT_EQ(renamed(R"(Table t = this->calculation("old").window(3);)"),
            R"(Table t = this->calculation("new").window(3);)");
  EXPECT_EQ(renamed(R"(ALMANAC_CALCULATION(Old<1, 2>, "old", "old"))"),
            R"(ALMANAC_CALCULATION(Old<1, 2>, "old", "new"))");
}

TEST(RenamedSource, LayoutAndCommentsStay) {
  EXPECT_EQ(renamed("\xEF\xBB\xBF// \"old\"\ncalculation /*a*/ (\n \"old\" /*old*/ ) ; // old"),
            "\xEF\xBB\xBF// \"old\"\ncalculation /*a*/ (\n \"new\" /*old*/ ) ; // old");
  EXPECT_EQ(renamed("calculation(\"old\")\r\ncalculation(\"old\")"),
            "calculation(\"new\")\r\ncalculation(\"new\")");
}

TEST(RenamedSource, OtherTextsStay) {
  for (const char* source :
       {R"(dataset("old"))", R"(column("old"))", R"(calculation("older"))",
        R"(// calculation("old"))", R"x(f("calculation(\"old\")"))x",
        R"x(R"(calculation("old"))")x", R"(calculation("old" "er"))", R"(calculation(L"old"))",
        R"(tags({"old"}))", R"(ALMANAC_CALCULATION(Old, "old", "other"))",
        R"(f(ALMANAC_CALCULATION), g("a", "old"))", "calculation(\"o\\\nld\")", "", "\"old\"",
        "calculation(\"old\""}) {
    EXPECT_EQ(renamed(source), "-") << source;
  }
}

TEST(RenamedSource, ThereAndBackIsNothing) {
  EXPECT_TRUE(rc::check("there and back", [] {
    const auto part = rc::gen::elementOf(std::vector<std::string>{
        "calculation", "(", ")", "\"old\"", "\"cat\"", ",", "ALMANAC_CALCULATION", "X", ";", " ",
        "\n", "/* */", "// a\n", "\\\n"});
    std::string source;
    for (const auto& text : *rc::gen::container<std::vector<std::string>>(part)) source += text;
    const auto there = renamed_source(source, "old", "newer");
    if (!there) return;
    RC_ASSERT(renamed_source(*there, "newer", "old") == source);
    RC_ASSERT(tokenise(*there).size() == tokenise(source).size());
  }));
}

}  // namespace
}  // namespace almanac
