#include "core/code/mutants.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace almanac {
namespace {

// What the mutants of a source are, with the whole source where that is short.
std::set<std::string> texts(const std::string& source) {
  std::set<std::string> all;
  for (const Mutant& mutant : mutants_of(source)) all.insert(mutated(source, mutant));
  return all;
}

bool has(const std::string& source, const std::string& text) {
  return texts(source).contains(text);
}

TEST(Mutants, ComparisonsOperatorsAndConstants) {
  const auto all = texts("x = a < 3;");
  for (const char* text : {"x = a <= 3;", "x = a > 3;", "x = a == 3;", "x = a < (3 + 1);",
                           "x = a < (3 - 1);", "x = a < 0;"}) {
    EXPECT_TRUE(all.contains(text)) << text;
  }
  EXPECT_TRUE(has("y = 2.5 * b;", "y = (2.5 * 1.001) * b;"));
  EXPECT_TRUE(has("y = a + b;", "y = a - b;"));
  EXPECT_TRUE(has("if (a && !b) f();", "if (a || !b) f();"));
  EXPECT_TRUE(has("if (a && !b) f();", "if (a && b) f();"));
  EXPECT_TRUE(has("m = std::min(a, b);", "m = std::max(a, b);"));
}

TEST(Mutants, ConditionsThatAlwaysOrNeverHold) {
  const auto all = texts("{ if (f(x)) g(); }");
  EXPECT_TRUE(all.contains("{ if (false && (f(x))) g(); }"));
  EXPECT_TRUE(all.contains("{ if (true || (f(x))) g(); }"));
}

TEST(Mutants, StatementsThatAreLeftOut) {
  EXPECT_TRUE(has("{ total += x; }", "{ ; }"));
  EXPECT_TRUE(has("{ out.add(x); }", "{ ; }"));
  EXPECT_TRUE(has("{ if (a) return; b = c; }", "{ if (a) ; b = c; }"));
  EXPECT_FALSE(has("{ double total = 0; }", "{ ; }"));
  EXPECT_FALSE(has("{ all.reserve(n); }", "{ ; }")) << "which changes nothing but memory";
  EXPECT_FALSE(has("{ my->all.shrink_to_fit(); }", "{ ; }"));
  EXPECT_TRUE(has("{ reserve -= x; }", "{ ; }"));
  EXPECT_TRUE(has("{ total += reserve; }", "{ ; }"));
  EXPECT_TRUE(has("{ all.reserve(n).add(x); }", "{ ; }"));
}

TEST(Mutants, OfZeroTheSignSaysNothing) {
  const auto all = texts("x = 0.0;");
  EXPECT_TRUE(all.contains("x = (0.0 + 1);"));
  EXPECT_FALSE(all.contains("x = (0.0 * -1);"));
}

TEST(Mutants, OperandsWhereThereIsLittleElse) {
  std::set<std::string> all;
  const std::string source = "{ sum += rows[i].value; out.add()[total] = f(sum); }";
  for (const Mutant& mutant : operand_mutants_of(source)) all.insert(mutated(source, mutant));
  EXPECT_EQ(all.size(), 8u) << testing::PrintToString(all);
  EXPECT_TRUE(all.contains("{ sum += (rows[i].value - 1); out.add()[total] = f(sum); }"));
  EXPECT_TRUE(all.contains("{ sum += rows[i].value; out.add()[total] = (2 * f(sum)); }"));
  EXPECT_TRUE(operand_mutants_of("Table fees = calculation(\"fees\");").empty());
  EXPECT_TRUE(operand_mutants_of("{ const double* p = nullptr; }").size() <= 4u);
}

TEST(Mutants, WhatIsNoOperatorStays) {
  EXPECT_TRUE(mutants_of("std::vector<double> v;").empty());
  EXPECT_TRUE(mutants_of("#if A < 3\n#endif\n").empty());
  EXPECT_TRUE(mutants_of("const char* text = \"a < b\";").empty());
  EXPECT_TRUE(mutants_of("Table t = dataset(\"x\").window(20);").empty());
  EXPECT_TRUE(mutants_of("In<double> price = t[\"price\"];").empty());
}

// What looks like a declaration stands in a function.
TEST(Mutants, WhatIsInAFunctionIsNotDeclared) {
  for (const char* head : {"std::vector<double> f(const Rows& rows)", "const T& A::f(Day d) const",
                           "auto f(int a) -> std::vector<int>", "double operator()(int a) const",
                           "class A { A(const Table& table, In<double> x)",
                           "struct A { explicit A(In<double> x) : a_(x.window())"}) {
    const std::string body = " { for (const Row row : day.window(prices)) { sum = key + 1; } }";
    EXPECT_TRUE(has(head + body, head + std::string(" { for (const Row row : day.window(prices)) "
                                                    "{ sum = key - 1; } }")))
        << head;
  }
  for (const char* head : {"Fees()", "Fees() : a_{y}"}) {
    EXPECT_TRUE(mutants_of(head + std::string(" { column(\"a\").limit(3); }")).empty()) << head;
  }
}

TEST(Mutants, TheRestOfTheSourceStaysAsItIs) {
  const std::string source = "// a < b\nint f(int a) {\n  return a < 3 ? a : 7;  // < \n}\n";
  const auto mutants = mutants_of(source);
  EXPECT_GT(mutants.size(), 8u);
  for (const Mutant& mutant : mutants) {
    const std::string other = mutated(source, mutant);
    EXPECT_EQ(other.substr(0, mutant.at), source.substr(0, mutant.at));
    EXPECT_EQ(other.substr(mutant.at + mutant.with.size()),
              source.substr(mutant.at + mutant.length));
    EXPECT_NE(other, source) << mutant.what;
  }
  EXPECT_TRUE(std::is_sorted(mutants.begin(), mutants.end(),
                             [](const auto& a, const auto& b) { return a.at < b.at; }));
}

// A name such as window() declares something in a class, and uses it in a function.
TEST(Mutants, WhatUsesADeclarationIsChangedToo) {
  const std::string source =
      "struct A { Table t = dataset(\"t\").window(3); void process(const Entity& e) const override "
      "{"
      " for (auto day : e.window(t)) { if (x < 3) y = 1; } if (z < 4) y = 2; } };";
  const auto all = texts(source);
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = source;
    text.replace(text.find(from), from.size(), to);
    return all.contains(text);
  };
  EXPECT_TRUE(changed("x < 3", "x <= 3"));
  EXPECT_TRUE(changed("z < 4", "z <= 4"));
  EXPECT_FALSE(changed("window(3)", "window((3 + 1))"));
}

}  // namespace
}  // namespace almanac
