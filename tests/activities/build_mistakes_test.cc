// What an author is told of the common mistakes: one error that says what to write.
#include "tests/activities/build_fixture.h"

namespace almanac {
namespace {

class BuildMistakesTest : public BuildTest {
 protected:
  BuildMistakesTest() { options_.sdk_include = std::string(ALMANAC_SOURCE_DIR) + "/sdk"; }

  // What the build says of a calculation with these members and this process.
  std::string told(
      const std::string& members, const std::string& body = "1",
      const std::string& process = "void process(const Day& day, Output& out) const override",
      const std::string& end = "") {
    write("project/calculations/a.cc",
          "#include <almanac/calculation.h>\nusing namespace almanac;\nstruct C : WholeDate {\n"
          "  Table t = dataset(\"t\");\n  Out<int64_t> n = column(\"n\");\n" +
              members + "\n  " + process + " {\n    Record record = out.add();\n    record[n] = " +
              body + ";\n  }\n};\nALMANAC_CALCULATION(C, \"x\", \"a\")\n" + end);
    return failure();
  }

  // That it is the one error, at this line of the source.
  void expect_error(const std::string& text, const std::string& message, int line) {
    EXPECT_NE(text.find("error: static assertion failed: " + message), text.npos) << text;
    EXPECT_EQ(text.find("error: "), text.rfind("error: ")) << text;
    EXPECT_NE(text.find("calculations/a.cc:" + std::to_string(line) + ":"), text.npos) << text;
  }
};

TEST_F(BuildMistakesTest, TypesOfColumns) {
  const std::string message =
      "a column is bool, int64_t, double, std::string_view, Date, List<double> or "
      "List<std::string_view>";
  expect_error(told("  In<int> a = t[\"a\"];", "day.rows(t)[0][a]"), message, 6);
  expect_error(told("  In<std::string> a = t[\"a\"];"), message, 6);
  expect_error(told("  Out<float> a = column(\"a\");", "1; record[a] = 1.5"), message, 6);
  expect_error(told("  Out<std::string> a = column(\"a\");", "1; record[a] = \"x\""), message, 6);
}

TEST_F(BuildMistakesTest, ValuesOfColumns) {
  const std::string integer = "an int64_t column takes an integer: round or cast the value first";
  expect_error(told("", "1.5"), integer, 9);
  expect_error(told("", "\"abc\""), integer, 9);
  expect_error(told("", "std::optional<double>(1.5)"), integer, 9);
  expect_error(told("  Out<double> d = column(\"d\");", "1; record[d] = true"),
               "a double column takes a number", 9);
}

TEST_F(BuildMistakesTest, DefaultsOfParameters) {
  expect_error(told("  Parameter<int64_t> p = parameter(\"p\", 1.5);"),
               "the default of a parameter has its type", 6);
}

TEST_F(BuildMistakesTest, ProcessWithoutConst) {
  const std::string message = "error: static assertion failed: process is missing: write `void ";
  const std::string process = "void process(const Day& day, Output& out)";
  EXPECT_NE(told("", "1", process).find(message), std::string::npos);
  const std::string text = told("", "1", process + " override");
  EXPECT_NE(text.find("marked 'override', but does not override"), text.npos) << text;
  EXPECT_NE(text.find(message), text.npos) << text;
  EXPECT_NE(text.find("const Span& in a Series"), text.npos) << "to its end: " << text;
}

TEST_F(BuildMistakesTest, TwoCalculationsInAFileOrNone) {
  const std::string two = told("", "1", "void process(const Day&, Output& out) const override",
                               "ALMANAC_CALCULATION(C, \"x\", \"b\")\n");
  EXPECT_NE(two.find("OnlyOne_ALMANAC_CALCULATION_PerFile"), two.npos) << two;
  EXPECT_NE(two.find("calculations/a.cc:13:"), two.npos) << two;
  write("project/calculations/a.cc", "int x;\n");
  EXPECT_EQ(failure(),
            "calculations/a.cc: its module: has no calculation: end its source with "
            "ALMANAC_CALCULATION(Class, \"category\", \"id\"), or keep it outside calculations/");
}

}  // namespace
}  // namespace almanac
