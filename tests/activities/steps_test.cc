// A worker that was built from other sources must not compute for a run, whatever queue it serves.
#include "activities/steps.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace almanac {
namespace {

class Calm : public StepContext {
 public:
  bool stopping() override { return false; }
  void sleep(int64_t) override {}
  std::string activity() override { return "1"; }
};

TEST(Steps, RefuseAnOrderForOtherModulesAndNameBoth) {
  char folder[] = "/tmp/almanac-steps-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  {
    Project project;
    project.root = folder;
    auto workspace = open_workspace(project, Manifest(), Access::Write);
    ASSERT_TRUE(workspace.ok()) << workspace.error().message;
    almanac::Setup setup;
    setup.modules = "aaaa";
    setup.now_ms = setup.steady_ms = [] { return int64_t{0}; };
    Steps steps(std::move(*workspace), setup);
    Calm context;
    Order order;
    order.run = "r";
    order.modules = "bbbb";
    Sweep sweep;
    sweep.order = order;
    const PassOrder pass{sweep, {}, 0};
    for (const Error& error :
         {steps.begin({order, 0, 0}, context).error(), steps.plan(pass, context).error(),
          steps.compute({pass, {}}, context).error(), steps.reconcile(order, context).error()}) {
      EXPECT_EQ(error.kind, Error::Kind::Usage);
      EXPECT_NE(error.message.find("aaaa"), std::string::npos) << error.message;
      EXPECT_NE(error.message.find("bbbb"), std::string::npos) << error.message;
    }
    EXPECT_FALSE(steps.workspace().ledger->holder()->has_value()) << "no lease was taken";
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace almanac
