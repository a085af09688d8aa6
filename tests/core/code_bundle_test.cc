#include "core/code/code_bundle.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

TEST(CodeBundle, IsReadAsItWasWritten) {
  CodeBundle bundle;
  bundle.unit = "calculations/a.cc";
  bundle.sources = {{"calculations/a.cc", "// caf\xe9, no UTF-8\n"}, {"layers/fee.h", ""}};
  const auto read = decode_code_bundle(encode(bundle));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, bundle);
  EXPECT_EQ(encode(*read), encode(bundle));
}

TEST(CodeBundle, WhatIsNoneIsRefused) {
  std::string bytes = encode({"a.cc", {{"a.cc", "int x;"}}});
  EXPECT_FALSE(decode_code_bundle("").ok());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_code_bundle(bytes.substr(0, size)).ok()) << size;
  }
}

}  // namespace
}  // namespace almanac
