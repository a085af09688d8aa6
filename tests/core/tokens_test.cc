// Hazards of the tokeniser: what looks like a comment, a literal or a line end and is not.
#include "core/code/tokens.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace almanac {
namespace {

using Kind = Token::Kind;

// Texts joined by a space; the end of a directive is shown as ¶.
std::string texts(std::string_view source) {
  std::string joined;
  for (const auto& token : tokenise(source)) {
    joined += (joined.empty() ? "" : " ") + (token.kind == Kind::DirectiveEnd ? "¶" : token.text);
  }
  return joined;
}

Token only(std::string_view source) {
  const auto tokens = tokenise(source);
  EXPECT_EQ(tokens.size(), 1u) << source;
  return tokens.empty() ? Token{Kind::Other, ""} : tokens[0];
}

TEST(Tokens, CommentsAndWhiteSpaceAreDropped) {
  EXPECT_EQ(texts("int/**/a;// b\n\t/* c\n d */ x"), "int a ; x");
  EXPECT_EQ(texts("a /* // */ b // /* \nc"), "a b c");
  EXPECT_EQ(texts("a / b /= c"), "a / b /= c");
  EXPECT_EQ(texts(""), "");
  EXPECT_EQ(texts("\xEF\xBB\xBFint"), "int");
}

TEST(Tokens, CommentSignsInsideLiteralsAreText) {
  EXPECT_EQ(texts(R"(f("/* a", '"', "\"//"))"), R"(f ( "/* a" , '"' , "\"//" ))");
}

TEST(Tokens, SplicesJoinLinesEverywhereButInRawStrings) {
  EXPECT_EQ(texts("in\\\nt a\\  \r\n;"), "int a ;");
  EXPECT_EQ(texts("a // comment \\\n goes on\nb"), "a b");
  EXPECT_EQ(texts("\"a\\\nb\""), "\"ab\"");
  EXPECT_EQ(only("R\"(a\\\nb)\"").text, "R\"(a\\\nb)\"");
  EXPECT_EQ(texts("#define A \\\n 1\nb"), "# define A 1 ¶ b");
}

TEST(Tokens, RawStringsEndAtTheirDelimiter) {
  EXPECT_EQ(only(R"x(u8R"-(a)" /* )--" // )-"_s)x").text, R"x(u8R"-(a)" /* )--" // )-"_s)x");
  EXPECT_EQ(only("R\"(// not a comment\n\"quoted\")\"").kind, Kind::String);
  EXPECT_EQ(texts("fooR\"(x)\""), "fooR \"(x)\"");
}

TEST(Tokens, PrefixesAndSuffixesBelongToTheLiteral) {
  for (const char* text : {"L\"a\"", "u8\"a\"", "u\"a\"sv", "U\"\"", "\"a\"_suffix", "LR\"(a)\""}) {
    EXPECT_EQ(only(text).kind, Kind::String) << text;
    EXPECT_EQ(only(text).text, text);
  }
  for (const char* text : {"'a'", "'\\''", "u8'a'", "L'\\\\'", "'a'_c", "'ab'"}) {
    EXPECT_EQ(only(text).kind, Kind::Character) << text;
  }
  EXPECT_EQ(texts("L \"a\""), "L \"a\"");
}

TEST(Tokens, NumbersKeepSeparatorsAndExponents) {
  for (const char* text :
       {"1'000'000", ".5e-3", "0x1.8p+4", "1e+5f", "0b1010", "12_km", "1.", "0xe+1", "1.2.3"}) {
    EXPECT_EQ(only(text).kind, Kind::Number) << text;
    EXPECT_EQ(only(text).text, text);
  }
  EXPECT_EQ(texts("a+1-b.c"), "a + 1 - b . c");
  EXPECT_EQ(texts("1'a'"), "1'a '");
}

TEST(Tokens, PunctuatorsAreTheLongestPossible) {
  EXPECT_EQ(texts("a<<=b>>c->*d<=>e...f::g.*h---i"),
            "a <<= b >> c ->* d <=> e ... f :: g .* h -- - i");
  EXPECT_EQ(texts("A<::B> x<:0:>"), "A < :: B > x <: 0 :>");
  EXPECT_EQ(texts("A<:::b"), "A <: :: b");
  EXPECT_EQ(texts("x##y"), "x ## y");
}

TEST(Tokens, DirectivesEndWithTheirLine) {
  EXPECT_EQ(texts("#if A // x\nb\n#endif"), "# if A ¶ b # endif ¶");
  EXPECT_EQ(texts("#define A /* two\nlines */ 1\n;"), "# define A 1 ¶ ;");
  EXPECT_EQ(texts(" /* x */ # define A"), "# define A ¶");
  EXPECT_EQ(texts("%: define A\n"), "# define A ¶");
  EXPECT_NE(tokenise("a # b")[1].kind, Kind::Directive);
  EXPECT_NE(tokenise("a /*\n*/ # b")[1].kind, Kind::Directive);
}

TEST(Tokens, HeaderNamesAreOneToken) {
  EXPECT_EQ(texts("#include <a//b.h>\n#  include \"x y.h\"// c\n"),
            "# include <a//b.h> ¶ # include \"x y.h\" ¶");
  EXPECT_EQ(tokenise("#include <a>")[2].kind, Kind::HeaderName);
  EXPECT_EQ(texts("#include NAME(<a>)"), "# include NAME ( < a > ) ¶");
  EXPECT_EQ(texts("#include <a\nb>c"), "# include < a ¶ b > c");
  EXPECT_EQ(texts("include <a>"), "include < a >");
  EXPECT_EQ(texts("#if __has_include(<a//b.h>)\n"), "# if __has_include ( <a//b.h> ) ¶");
  EXPECT_EQ(tokenise("#if __has_include ( \"a\" )")[4].kind, Kind::HeaderName);
  EXPECT_EQ(tokenise("__has_include(\"a\")")[2].kind, Kind::String);
}

TEST(Tokens, TheParenthesisOfAFunctionLikeMacroIsNotOneAfterASpace) {
  EXPECT_EQ(tokenise("#define A(x) x")[3].kind, Kind::MacroOpen);
  EXPECT_EQ(tokenise("#define A (x) x")[3].kind, Kind::Punctuator);
  EXPECT_EQ(tokenise("#define A/**/(x) x")[3].kind, Kind::Punctuator);
  EXPECT_EQ(tokenise("#if A(x)")[3].kind, Kind::Punctuator);
}

TEST(Tokens, WhatDoesNotEndIsOneToken) {
  EXPECT_EQ(only("/* a\nb").kind, Kind::Other);
  EXPECT_EQ(only("R\"x(a)\"\nb").kind, Kind::Other);
  EXPECT_EQ(only("R\"x").kind, Kind::Other);
  EXPECT_EQ(texts("\"a // b\nc"), "\"a // b c");
  EXPECT_EQ(texts("#error don't\nc"), "# error don 't ¶ c");
  EXPECT_EQ(only("'\\").kind, Kind::Other);
  EXPECT_EQ(only("@").kind, Kind::Other);
}

TEST(Tokens, IdentifiersMayBeOfAnyAlphabet) {
  EXPECT_EQ(only("größe_1$").kind, Kind::Identifier);
  EXPECT_EQ(only("\\u00e4b").kind, Kind::Identifier);
  EXPECT_EQ(only("a\\U000000e4b").kind, Kind::Identifier);
}

TEST(Tokens, AnyBytesAreRead) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) { tokenise(bytes); }));
  EXPECT_TRUE(rc::check([] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "\"", "'", "R\"", "(", ")", "\\", "\n", "/*", "*/", "//", "#", "include", "<", ">", "a",
        "1", ".", "e", "+", "%:", ":", " ", "define", "\\u", "u8", std::string(1, '\0')));
    std::string source;
    for (const auto& piece : pieces) source += piece;
    tokenise(source);
  }));
}

// Every token's text is found in the source again: nothing but comments and white space is lost.
TEST(Tokens, SeparatedTokensReadBackTheSame) {
  EXPECT_TRUE(rc::check([] {
    const auto tokens = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "a", "1.5e3", "\"s\"", "'c'", "<<", "<", "::", "<:", ">", "R\"(x)\"", "->", ";", "1'0"));
    std::string source;
    for (const auto& token : tokens) source += token + " ";
    const auto read = tokenise(source);
    RC_ASSERT(read.size() == tokens.size());
    for (size_t i = 0; i < read.size(); ++i) RC_ASSERT(read[i].text == tokens[i]);
  }));
}

}  // namespace
}  // namespace almanac
