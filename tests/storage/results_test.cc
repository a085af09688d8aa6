// Which staged files stay when results are through.
#include "storage/results.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "storage/store.h"
#include "tests/support/temporary_folder.h"

namespace almanac {
namespace {

namespace fs = std::filesystem;

struct ResultsTest : testing::Test {
  StagedFile staged(const std::string& sha256) {
    const StagedFile file{store->stage("rows"), {sha256, 4}};
    std::ofstream(file.path) << "rows";
    return file;
  }
  size_t files(const std::string& name) {
    size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder / name)) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }

  const TemporaryFolder folder;
  std::unique_ptr<Store> store = Store::open(folder.path(), true).value();
  const std::string sound = std::string(64, 'a');
};

TEST_F(ResultsTest, WhatIsKeptIsInTheStoreAndNoLongerStaged) {
  Results results(store.get());
  results.add_staged({staged(sound)});
  ASSERT_TRUE(results.keep_staged().ok());
  EXPECT_EQ(files("staging"), 0u);
  EXPECT_EQ(files("blobs"), 1u);
}

TEST_F(ResultsTest, WhatIsNotKeptOrRefusedGoesWithThem) {
  {
    Results results(store.get());
    results.add_staged({staged("no SHA-256")});
    EXPECT_FALSE(results.keep_staged().ok());
    results.add_staged({staged(sound)});
    EXPECT_EQ(files("staging"), 2u);
  }
  EXPECT_EQ(files("staging"), 0u);
  EXPECT_EQ(files("blobs"), 0u);
}

}  // namespace
}  // namespace almanac
