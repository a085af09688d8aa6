// Parameters: defaults, overriding, strict parsing, and that declarations cannot depend on them.
#include <gtest/gtest.h>

#include "tests/support/fake_call.h"

namespace almanac {
namespace {

const Date kDay = Date::of(2024, 1, 2);

struct Tuned : WholeDate {
  Parameter<double> period = parameter("period", 14);
  Parameter<int64_t> count = parameter("count", 3);
  Parameter<bool> strict = parameter("strict", false);
  Parameter<std::string> label = parameter("label", "plain");
  Out<std::string_view> text = column("text");

  void process(const Day&, Output& out) const override {
    out.add()[text] = detail::text_of(2 * period) + " " + detail::text_of(count) + " " +
                      (strict ? "strict " : "lax ") + label.value();
  }
};

std::string tuned(const std::vector<abi::ParameterValue>& values) {
  FakeBatch batch({kDay});
  const CallResult result = call<Tuned>(batch, values);
  return result.log.empty() ? result.message : result.log[0].substr(12);
}

TEST(Parameters, DefaultsHoldUntilTheyAreOverridden) {
  EXPECT_EQ(tuned({}), "28 3 lax plain");
  EXPECT_EQ(tuned({{"period", "1e-3"}, {"count", "-7"}, {"strict", "true"}, {"label", ""}}),
            "0.002 -7 strict ");
}

TEST(Parameters, TextMustBeAValueOfTheType) {
  for (const char* text : {"", " 1", "1 ", "1x", "0x10", "nan", "inf", "1,5"}) {
    EXPECT_EQ(
        tuned({{"period", text}}),
        "parameter 'period' expects a value of type float64, found '" + std::string(text) + "'");
  }
  EXPECT_EQ(tuned({{"count", "1.0"}}),
            "parameter 'count' expects a value of type int64, found '1.0'");
  EXPECT_EQ(tuned({{"count", "9223372036854775808"}}),
            "parameter 'count' expects a value of type int64, found '9223372036854775808'");
  EXPECT_EQ(tuned({{"strict", "True"}}),
            "parameter 'strict' expects a value of type bool, found 'True'");
  EXPECT_EQ(tuned({{"perod", "1"}}), "there is no parameter 'perod'");
}

struct Dependent : WholeDate {
  Parameter<int64_t> days = parameter("days", 5);
  Table prices = dataset("prices").window(static_cast<uint32_t>(days.value()));
  void process(const Day&, Output&) const override {}
};

TEST(Parameters, DeclarationCannotDependOnThem) {
  FakeBatch batch({kDay});
  EXPECT_EQ(call<Dependent>(batch).message,
            "parameter 'days' is read while the calculation is constructed: read it in process");
}

}  // namespace
}  // namespace almanac
