// Child workflows and workflows that are no children.
#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;

class Children : public WorldTest {};

struct Child {
  int got = 0;
  void give(int n) { got = n; }
  wf::Task<int> run(int wanted) {
    if (wanted < 0) co_return wf::fail("negative", "Negative");
    auto gate = wf::until([this] { return got > 0; });
    co_await gate;
    co_return wanted* got;
  }
  static wf::Definition<Child> definition() {
    return wf::define("Child", &Child::run).signal("give", &Child::give);
  }
};

struct Parent {
  wf::Task<std::string> run(std::string id) {
    std::string text;
    auto child = wf::child(&Child::run).start(6, wf::ChildOptions().id(id));
    auto start = child.started();
    wf::Outcome<> started = co_await start;
    text += started.ok() && !child.run_id().empty() ? "started " : "not started ";
    auto twin = wf::child(&Child::run).start(6, wf::ChildOptions().id(id));
    wf::Outcome<int> refused = co_await twin;
    text += refused.ok() ? "twice " : refused.failure().root().type() + " ";
    auto signal = child.signal(&Child::give, 7);
    wf::Outcome<> sent = co_await signal;
    text += sent.ok() ? "sent " : "lost ";
    wf::Outcome<int> product = co_await child;
    text += std::to_string(product.value());
    auto bad = wf::child(&Child::run).start(-1);
    wf::Outcome<int> failed = co_await bad;
    text += " " + failed.failure().root().type();
    auto nobody = wf::ExternalWorkflow("nobody-is-called-so").signal("give", 1);
    wf::Outcome<> lost = co_await nobody;
    text += lost.ok() ? " delivered" : " " + lost.failure().type();
    co_return text;
  }
  static wf::Definition<Parent> definition() { return wf::define("Parent", &Parent::run); }
};

TEST_F(Children, StartAreSignaledAndGiveResults) {
  start_worker([](worker::Worker& worker) { worker.add<Parent>().add<Child>(); });
  EXPECT_EQ(start(&Parent::run, queue_ + "/child").result<std::string>()->value(),
            "started ChildNotStarted sent 42 Negative NotDelivered");
}

struct Waiting {
  wf::Task<> run() { co_await wf::sleep(60s); }
  static wf::Definition<Waiting> definition() { return wf::define("Waiting", &Waiting::run); }
};

struct CancelsChild {
  wf::Task<std::string> run(int mode, std::string other) {
    const wf::Scope scope;
    auto child =
        wf::child(&Waiting::run)
            .start(wf::ChildOptions().scope(scope).on_cancel(static_cast<wf::OnCancel>(mode)));
    auto start = child.started();
    wf::Outcome<> started = co_await start;
    started.value();
    scope.cancel();
    wf::Outcome<> end = co_await child;
    std::string text = end.ok() ? "ok" : end.failure().is_canceled() ? "canceled" : "failed";
    auto cancel = wf::ExternalWorkflow(other).cancel();
    wf::Outcome<> asked = co_await cancel;
    text += asked.ok() ? " asked" : " lost";
    co_return text;
  }
  static wf::Definition<CancelsChild> definition() {
    return wf::define("CancelsChild", &CancelsChild::run);
  }
};

TEST_F(Children, AreCanceledAsTheirOptionsSay) {
  start_worker([](worker::Worker& worker) { worker.add<CancelsChild>().add<Waiting>(); });
  for (int mode = 0; mode < 3; ++mode) {
    const auto other = start(&Waiting::run);
    const auto parent = start(&CancelsChild::run, mode, other.id());
    EXPECT_EQ(parent.result<std::string>()->value(), "canceled asked") << mode;
    EXPECT_EQ(other.result<void>()->failure().kind(), FailureKind::Canceled);
    const bool asked =
        events(parent).find("RequestCancelExternalWorkflowExecutionInitiated") < std::string::npos;
    EXPECT_TRUE(asked);
  }
}

struct Abandoning {
  wf::Task<std::string> run(std::string id) {
    auto child = wf::child(&Child::run)
                     .start(2, wf::ChildOptions().id(id).on_parent_close(wf::ParentClose::Abandon));
    auto start = child.started();
    wf::Outcome<> started = co_await start;
    started.value();
    co_return child.run_id();
  }
  static wf::Definition<Abandoning> definition() {
    return wf::define("Abandoning", &Abandoning::run);
  }
};

TEST_F(Children, OutliveAParentThatAbandonsThem) {
  start_worker([](worker::Worker& worker) { worker.add<Abandoning>().add<Child>(); });
  const std::string id = queue_ + "/orphan";
  const std::string run = start(&Abandoning::run, id).result<std::string>()->value();
  const auto orphan = client_->workflow(id, run);
  EXPECT_EQ(orphan.describe()->status, client::WorkflowStatus::Running);
  EXPECT_TRUE(orphan.signal("give", 5).ok());
  EXPECT_EQ(orphan.result<int>()->value(), 10);
}

}  // namespace
