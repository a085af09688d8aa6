// Which files a source says it depends on, and when it does not say.
#include "core/code/header_names.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

using Names = std::vector<std::string>;

HeaderNames names_in(std::string_view source) {
  return header_names(tokenise(source));
}

TEST(HeaderNames, IncludesAreTakenAsWritten) {
  const auto names =
      names_in("#include \"a.h\"\n#if 0\n#include <b/c.h>\n#endif\nf(\"d.h\", a<b>c);");
  EXPECT_EQ(names.included, (Names{"\"a.h\"", "<b/c.h>"}));
  EXPECT_EQ(names.asked, Names{});
  EXPECT_EQ(names.refused, "");
}

TEST(HeaderNames, WhatHasIncludeMayAskForCountsBehindMacrosToo) {
  EXPECT_EQ(names_in("#if __has_include(\"a.h\") && __has_include(<b/c.h>)\n#endif").asked,
            (Names{"\"a.h\"", "<b/c.h>"}));
  EXPECT_EQ(names_in("#define HAS(x) __has_include(x)\n#if HAS(\"a.h\") || HAS(<b/c.h>)\n").asked,
            (Names{"\"a.h\"", "<b/c.h>"}));
  EXPECT_EQ(names_in("#if A < B\n#endif\n>").asked, Names{});
}

TEST(HeaderNames, WhatCannotBeToldIsRefused) {
  EXPECT_NE(names_in("#define H \"a.h\"\n#include H\n").refused, "");
  EXPECT_NE(names_in("asm(\".incbin \\\"a\\\"\");").refused, "");
  EXPECT_NE(names_in("void f() { __asm__ volatile(\"\"); }").refused, "");
  EXPECT_NE(names_in("#embed \"a\"\n").refused, "");
  EXPECT_EQ(names_in("// asm\n#include \"asm.h\"\nconst char* a = \"asm\";").refused, "");
}

}  // namespace
}  // namespace almanac
