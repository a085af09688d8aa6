// What an edit does to the identity of object code: a compiler is the judge. Each source is a small
// module of the real abi.h.
#include "core/code/object_code.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "activities/build_process.h"
#include "activities/build_sources.h"
#include "activities/build_toolchain.h"
#include "core/code/changed_functions.h"
#include "tests/support/temporary_folder.h"

namespace almanac {
namespace {

constexpr const char* kFee = R"cc(
#pragma once
  inline constexpr double kRate = 0.25;
  inline double fee(double amount) {
    return amount < 100 ? 1.5 : amount * kRate;
  }
)cc";

constexpr const char* kUnit = R"cc(
#include <almanac/abi.h>
#include <stdexcept>
#include <vector>
#include "fee.h"
  using namespace almanac;

  namespace rules {
  struct Rule {
    virtual ~Rule() = default;
    virtual double of(double) const = 0;
  };
  struct Steps final : Rule {
    double of(double x) const override { return table[static_cast<int>(x) & 3]; }
    double table[4] = {1, 2, 4, 8};
  };
  const char* const kNames[] = {"low", "high"};
  [[gnu::noinline]] double limit(double x) {
    if (x > 1000) throw std::runtime_error("too much");
    return x;
  }
  }  // namespace rules
  using namespace rules;

  static abi::Status process(void*, const abi::Batch* batch, const abi::Sink*, char* out, size_t) {
    const Rule* rule = new Steps;
    double sum = 0;
    int count = 0;
    for (size_t i = 0; i < batch->n_dates; i++) {
      const double amount = batch->dates[i];
      try {
        sum += fee(limit(amount)) + rule->of(amount);
      } catch (const std::runtime_error&) {
        sum += 7;
      }
      count++;
    }
    out[0] = kNames[sum > 2.5 ? 1 : 0][0];
    delete rule;
    return count == 3 ? abi::Status::Failed : abi::Status::Ok;
  }

  static const abi::Description* describe(char*, size_t) {
    static const abi::Description description = {"c", "category", abi::Kind::WholeDate};
    return &description;
  }
  static const abi::Module module = {abi::kVersion, &describe, nullptr, nullptr, &process};
  extern "C" __attribute__((visibility("default"))) const abi::Module* almanac_module() {
    return &module;
  }
)cc";

class Objects : public testing::Test {
 protected:
  Objects() : toolchain_(find_toolchain("").value()) {}

  // The object code of the unit with some texts exchanged, in it or in the header.
  ObjectCode compile(const std::vector<std::pair<std::string, std::string>>& edits,
                     TypeNames names = TypeNames::DoNotCount) {
    std::string unit = kUnit, header = kFee;
    for (const auto& [from, to] : edits) {
      std::string* text = unit.find(from) != unit.npos ? &unit : &header;
      EXPECT_NE(text->find(from), text->npos) << from;
      for (size_t at = 0; (at = text->find(from, at)) != text->npos; at += to.size()) {
        text->replace(at, from.size(), to);
      }
    }
    std::ofstream(folder_ / "c.cc") << unit;
    std::ofstream(folder_ / "fee.h") << header;
    const CompileJob job{folder_.path(),  std::string(ALMANAC_SOURCE_DIR) + "/sdk",
                         "c.cc",          "c",
                         folder_ / "c.o", folder_ / "c.d",
                         folder_ / "c.so"};
    const auto child = run_child(compile_arguments(toolchain_, job), folder_.path()).value();
    EXPECT_EQ(child.exit_code, 0) << child.err;
    const auto code = read_object_code(read_text(folder_ / "c.o").value(), names);
    EXPECT_TRUE(code.ok()) << code.error().message;
    return code.ok() ? *code : ObjectCode();
  }

  TemporaryFolder folder_;
  const Toolchain toolchain_;
};

TEST_F(Objects, AnEditThatMeansTheSameGivesTheSame) {
  const ObjectCode before = compile({});
  EXPECT_EQ(compile({}), before);
  using Edits = std::vector<std::pair<std::string, std::string>>;
  for (const Edits& edits : std::vector<Edits>{
           {{"sum", "total"}},
           {{"Steps", "AStaircaseOfRates"}},
           {{"limit(", "checked("}},
           {{"kNames", "kWords"}, {"kRate", "kShare"}},
           {{"using namespace almanac;", "\n\n// moved\nusing namespace almanac;\n"}},
           {{"static abi::Status process",
             "static int unused(int x) { return x * 3; }\n"
             "static abi::Status process"},
            {"return &module;", "(void)&unused; return &module;"}},
           {{"#pragma once", "#pragma once\ninline double other(double x) { return x * 3; }"}},
           {{"i++", "++i"}, {"count++", "count += 1"}},
           {{"const double amount = batch->dates[i];",
             "const auto day = batch->dates[i]; const double amount = day;"}},
           {{"for (size_t i = 0; i < batch->n_dates; i++) {",
             "size_t i = 0; while (i < batch->n_dates) {"},
            {"    count++;", "    count++; i++;"}},
           {{"\"category\"", "\"other\""}},
           {{"namespace rules", "namespace deep"}},
           {{"return amount < 100 ? 1.5 : amount * kRate;",
             "if (amount < 100) return 1.5;\n  return amount * kRate;"}},
       }) {
    EXPECT_EQ(compile(edits).identity, before.identity)
        << edits[0].first << " -> " << edits[0].second;
  }
}

TEST_F(Objects, AnEditThatMeansSomethingElseIsSeen) {
  const ObjectCode before = compile({});
  for (const std::pair<std::string, std::string>& edit :
       std::vector<std::pair<std::string, std::string>>{
           {"amount < 100", "amount <= 100"},
           {"kRate = 0.25", "kRate = 0.26"},
           {"\"high\"", "\"vast\""},
           {"{\"low\", \"high\"}", "{\"high\", \"low\"}"},
           {"{1, 2, 4, 8}", "{1, 2, 4, 9}"},
           {"\"too much\"", "\"too many\""},
           {"x > 1000", "x >= 1000"},
           {"sum += 7", "sum += 8"},
           {"catch (const std::runtime_error&)", "catch (const std::logic_error&)"},
           {"throw std::runtime_error", "throw std::range_error"},
           {"fee(limit(amount)) + rule->of(amount)", "rule->of(amount) + fee(amount)"},
           {"& 3]", "& 1]"},
           {"Failed : abi::Status::Ok", "Permanent : abi::Status::Ok"},
           {"using namespace almanac;",
            "using namespace almanac;\nint made = 0;\nstruct M { M() { made = 3; } } m;"},
       }) {
    EXPECT_NE(compile({edit}).identity, before.identity) << edit.first << " -> " << edit.second;
  }
}

TEST_F(Objects, TheChangedFunctionsAreNamed) {
  const ObjectCode before = compile({});
  auto names = changed_functions(before, compile({{"x > 1000", "x > 1001"}}));
  ASSERT_EQ(names.size(), 1u);
  EXPECT_NE(names[0].find("limit"), std::string::npos);
  EXPECT_EQ(changed_functions(before, before), std::vector<std::string>());
}

TEST(ChangedFunctions, WhatATemplateMakesOfAMovedLambdaIsNone) {
  const ObjectCode before{{},
                          {{"each<a>", {1, 1}, {"a", "limit"}},
                           {"a", {2, 2}, {}},
                           {"limit", {3, 3}, {}},
                           {"process", {4, 4}, {"each<a>"}}}};
  ObjectCode now{{},
                 {{"each<b>", {1, 1}, {"b", "limit"}},
                  {"b", {2, 3}, {}},
                  {"limit", {3, 3}, {}},
                  {"process", {4, 4}, {"all"}},
                  {"all", {5, 5}, {"each<b>"}}}};
  using Names = std::vector<std::string>;
  EXPECT_EQ(changed_functions(before, now), (Names{"a", "all", "b", "process"}));
  now.functions[0].calls[0] = "limit";  // which is no other name of the lambda
  EXPECT_EQ(changed_functions(before, now),
            (Names{"a", "all", "b", "each<a>", "each<b>", "process"}));
  // Nor is one that was exchanged for another.
  const ObjectCode low_high{
      {}, {{"f", {1, 1}, {"low", "high"}}, {"low", {2, 2}, {}}, {"high", {3, 3}, {}}}};
  const ObjectCode high_low{
      {}, {{"g", {1, 1}, {"High", "Low"}}, {"Low", {2, 2}, {}}, {"High", {3, 3}, {}}}};
  EXPECT_EQ(changed_functions(low_high, high_low), (Names{"f", "g"}));
  now.functions[0] = {"each<b>", {1, 2}, {"b", "limit"}};
  EXPECT_EQ(changed_functions(before, now),
            (Names{"a", "all", "b", "each<a>", "each<b>", "process"}));
}

TEST_F(Objects, ATypeNameCountsWhereTheCodeMayShowIt) {
  const std::vector<std::pair<std::string, std::string>> renamed = {{"Steps", "Stairs"}};
  EXPECT_EQ(compile({}).identity, compile(renamed).identity);
  EXPECT_NE(compile({}, TypeNames::Count).identity, compile(renamed, TypeNames::Count).identity);
  EXPECT_TRUE(may_show_type_names("auto name = typeid(*this).name();"));
  EXPECT_TRUE(may_show_type_names("std::type_index which(info);"));
  EXPECT_TRUE(may_show_type_names("#define ASK(a, b) a##b(*this)\n"));
  EXPECT_FALSE(may_show_type_names("// typeid\nconst char* text = \"typeid\";"));
}

TEST(ObjectCode, OtherFilesAreRefused) {
  EXPECT_FALSE(read_object_code("", TypeNames::Count).ok());
  EXPECT_FALSE(read_object_code("int main() {}", TypeNames::Count).ok());
  const std::string shared = read_text("/proc/self/exe").value();
  EXPECT_NE(read_object_code(shared, TypeNames::Count).error().message.find("relocatable"),
            std::string::npos);
}

}  // namespace
}  // namespace almanac
