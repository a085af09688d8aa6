// What counts of a source and what does not: too much re-runs cells for nothing, too little leaves
// wrong results.
#include "core/code/code_hash.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <cstdio>
#include <memory>

namespace almanac {
namespace {

using Kind = Token::Kind;

constexpr std::string_view kExample = R"cc(
#include <almanac/calculation.h>

#include "layers/lots.h"
#define SQUARE(x) ((x) * (x))

  using namespace almanac;

  // What each user's open lots cost, and what they have earned so far.
  struct NetProfit : PerEntity {
    Table positions = dataset("positions");
    In<double> cost = positions["invested"];
    Key<int64_t> user = key("user_id");
    Out<double> percent = column("net_profit_pct").nullable();

    void process(const Entity& user, Output& out) const override {
      double sum = 0, earned = 1'000.5e-3;
      for (Row lot : user.rows(positions)) sum += lot[cost] >= 0 ? SQUARE(lot[cost]) : -'a';
      Record record = out.add();  // the first key field is filled in
      if (sum != 0) record[percent] = 100 * earned / sum;
    }
  };
  ALMANAC_CALCULATION(NetProfit, "portfolio", "net_profit")
)cc";

Hash tokens_of(std::string_view source) {
  return source_hash("calculations/a.cc", source, tokenise(source)).identity;
}

SourceHash source(std::string_view text, std::string_view path = "calculations/a.cc") {
  return source_hash(path, text, tokenise(text));
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  const size_t at = result.find(from);
  EXPECT_NE(at, result.npos) << from;
  return result.replace(at, from.size(), to);
}

std::string written(const std::vector<Token>& tokens, auto separator) {
  std::string text;
  bool in_directive = false, glued = false;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Kind kind = tokens[i].kind;
    if (kind == Kind::Directive) text += "\n", in_directive = true;
    glued = i + 1 < tokens.size() && tokens[i + 1].kind == Kind::MacroOpen;
    text += tokens[i].text;
    if (kind == Kind::DirectiveEnd)
      text += "\n", in_directive = false;
    else if (!glued)
      text += in_directive ? std::string(" ") : separator();
  }
  return text;
}

TEST(CodeHash, CommentsAndLayoutDoNotCount) {
  const Hash expected = tokens_of(kExample);
  EXPECT_TRUE(rc::check([&] {
    const auto text = written(tokenise(kExample), [] {
      return *rc::gen::element<std::string>(" ", "\n", "\t/* x \" */", " // y '\n", "\n\n", "\r\n");
    });
    RC_ASSERT(tokens_of(text) == expected);
  }));
}

TEST(CodeHash, EveryTokenCounts) {
  const auto tokens = tokenise(kExample);
  const Hash expected = tokens_of(kExample);
  auto space = [] { return " "; };
  for (size_t i = 0; i < tokens.size(); ++i) {
    const bool category = tokens[i].text == "\"portfolio\"";
    auto changed = tokens;
    if (changed[i].kind == Kind::DirectiveEnd) continue;
    if (changed[i].kind == Kind::Identifier || changed[i].kind == Kind::Number) {
      changed[i].text += "0";
    } else if (changed[i].kind == Kind::Punctuator || changed[i].kind == Kind::MacroOpen) {
      changed[i].text = changed[i].text == "~" ? "^" : "~";
    } else if (changed[i].kind == Kind::Directive) {
      changed[i].text = "~";
    } else {
      changed[i].text.insert(1, "0");
    }
    EXPECT_EQ(tokens_of(written(changed, space)) == expected, category) << tokens[i].text;
    changed = tokens;
    changed.erase(changed.begin() + static_cast<long>(i));
    EXPECT_NE(tokens_of(written(changed, space)), expected) << tokens[i].text;
  }
}

TEST(CodeHash, TextDoesNotMoveBetweenTokens) {
  EXPECT_NE(tokens_of("ab c"), tokens_of("a bc"));
  EXPECT_NE(tokens_of("a b"), tokens_of("ab"));
  EXPECT_NE(tokens_of("#define A 1\n2"), tokens_of("#define A 1 2\n"));
  EXPECT_NE(tokens_of("#define A(x) x"), tokens_of("#define A (x) x"));
  EXPECT_NE(tokens_of("\"a\" \"b\""), tokens_of("\"a\\\" \\\"b\""));
}

TEST(CodeHash, TheCategoryIsNotPartOfTheIdentity) {
  const Hash expected = tokens_of(kExample);
  const std::string moved = replaced(kExample, "\"portfolio\"", "\"risk\"");
  EXPECT_EQ(tokens_of(moved), expected);
  EXPECT_NE(source(moved).tokens, source(kExample).tokens) << "a build must still see it";
  EXPECT_NE(tokens_of(replaced(kExample, "\"net_profit\"", "\"profit\"")), expected);
  EXPECT_NE(tokens_of(replaced(kExample, "\"portfolio\"", "CATEGORY")), expected);
  EXPECT_NE(tokens_of("f(Net, \"a\", \"id\")"), tokens_of("f(Net, \"b\", \"id\")"));
  EXPECT_NE(tokens_of("ALMANAC_CALCULATION(N, \"a\" X, \"id\")"),
            tokens_of("ALMANAC_CALCULATION(N, \"b\" X, \"id\")"));
  EXPECT_EQ(tokens_of("ALMANAC_CALCULATION(n::N, \"a\", \"id\")"),
            tokens_of("ALMANAC_CALCULATION(n::N, \"b\", \"id\")"));
}

TEST(CodeHash, FormattingTheExampleChangesNothing) {
  std::string command;
  for (const char* name : {"clang-format-19", "clang-format"}) {
    if (std::system(("command -v " + std::string(name) + " >/dev/null 2>&1").c_str()) == 0) {
      command = name;
      break;
    }
  }
  if (command.empty()) GTEST_SKIP() << "no clang-format";
  for (const char* style : {"Google", "GNU", "{BasedOnStyle: LLVM, ColumnLimit: 40}"}) {
    const std::string path = testing::TempDir() + "/almanac_code_hash_example.cc";
    std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "w"), std::fclose);
    std::fwrite(kExample.data(), 1, kExample.size(), file.get());
    file.reset();
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(
        popen((command + " --style='" + style + "' " + path).c_str(), "r"), pclose);
    std::string formatted;
    std::array<char, 4096> buffer;
    for (size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;) {
      formatted.append(buffer.data(), n);
    }
    ASSERT_NE(formatted, kExample);
    EXPECT_EQ(tokens_of(formatted), tokens_of(kExample)) << style << "\n" << formatted;
  }
}

TEST(CodeHash, HeadersCountInTheirOrderAndFlagsCount) {
  const auto unit = source("int a;"), b = source("int b;", "b.h"), c = source("int c;", "c.h");
  const auto layer = source("int l;", "layers/l.h");
  const std::vector<std::string> flags = {"-O2"};
  const Hash expected = code_hash(unit, {b, c}, {layer}, "", flags);
  EXPECT_NE(code_hash(unit, {c, b}, {layer}, "", flags), expected) << "contents may be swapped";
  EXPECT_EQ(code_hash(unit, {b, c}, {}, "", flags), expected) << "layers are tracked by themselves";
  EXPECT_NE(code_hash(unit, {b, c}, {layer}, "1", flags), expected) << "what __has_include found";
  EXPECT_NE(code_hash(unit, {b}, {layer}, "", flags), expected);
  EXPECT_NE(code_hash(unit, {b, b}, {layer}, "", flags), expected);
  EXPECT_NE(code_hash(b, {unit, c}, {layer}, "", flags), expected);
  EXPECT_NE(code_hash(unit, {b, c}, {layer}, "", {"-O2", "-ffast-math"}), expected);
}

// A value made of a line number or of a macro argument's text changes with the layout.
TEST(CodeHash, LayoutCountsWhereCodeReadsIt) {
  const std::vector<std::string> flags;
  auto hash = [&](std::string_view unit, std::string_view header, std::string_view layer = "") {
    return code_hash(source(unit), {source(header, "h.h")}, {source(layer, "layers/l.h")}, "",
                     flags);
  };
  EXPECT_EQ(hash("int a ;", ""), hash("int a;", ""));
  for (const char* reads :
       {"__LINE__", "std::source_location::current()", "__FILE__", "__builtin_LINE()",
        "\n#define T(x) #x\n", "\n#define T(x, y) x##y\n"}) {
    const std::string text = reads;
    EXPECT_NE(hash(text + " ;", ""), hash(text + ";", "")) << text;
    EXPECT_NE(hash("int a ;", text), hash("int a;", text)) << text;
    EXPECT_NE(hash("int a ;", "", text), hash("int a;", "", text)) << text;
  }
  const auto here = source("__LINE__"), there = source("__LINE__", "calculations/b/a.cc");
  EXPECT_NE(code_hash(here, {}, {}, "", flags), code_hash(there, {}, {}, "", flags));
}

// Frozen: another value re-runs every cell of every project.
TEST(CodeHash, GoldenVectors) {
  EXPECT_EQ(tokens_of("").hex(), "522ea8208795d882d5f40caae7069688");
  EXPECT_EQ(tokens_of(kExample).hex(), "b7c663394f51b30b3ae8fe8d77962760");
  EXPECT_EQ(code_hash(source(kExample), {source("int b;")}, {}, "", {"-O2"}).hex(),
            "abc6c01ac813d45380c1ed111d9454f9");
}

}  // namespace
}  // namespace almanac
