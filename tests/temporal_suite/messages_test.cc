// Signals, queries and updates.
#include <atomic>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;

class Messages : public WorldTest {};

constexpr wf::Activity<int(int)> twice{"twice"};

struct Account {
  std::vector<int> entries;
  bool closed = false;

  void deposit(int amount) { entries.push_back(amount); }
  wf::Task<> deposit_later(int amount) {
    co_await wf::sleep(100ms);
    entries.push_back(amount);
  }
  void close() { closed = true; }
  int balance() const {
    int sum = 0;
    for (const int entry : entries) sum += entry;
    return sum;
  }
  int entry(int index) const {
    if (index >= static_cast<int>(entries.size())) {
      throw FailureError(Failure("there is no entry " + std::to_string(index)));
    }
    return entries[static_cast<std::size_t>(index)];
  }
  int add(int amount) {
    entries.push_back(amount);
    return balance();
  }
  wf::Task<int> add_twice(int amount) {
    auto call = twice.start(amount, wf::ActivityOptions().timeout(10s));
    wf::Outcome<int> outcome = co_await call;
    entries.push_back(outcome.value());
    co_return balance();
  }
  wf::Task<int> refuse(int) {
    co_await wf::sleep(10ms);
    co_return wf::fail("refused after all", "Refused");
  }
  wf::Verdict not_negative(int amount) const {
    return amount < 0 ? wf::reject("negative") : wf::accept();
  }
  wf::Task<int> run() {
    auto end = wf::until([this] { return closed && wf::handlers_finished(); });
    co_await end;
    co_return balance();
  }
  static wf::Definition<Account> definition() {
    return wf::define("Account", &Account::run)
        .signal("deposit", &Account::deposit)
        .signal("deposit_later", &Account::deposit_later)
        .signal("close", &Account::close)
        .query("balance", &Account::balance)
        .query("entry", &Account::entry)
        .update("add", &Account::add, &Account::not_negative)
        .update("add_twice", &Account::add_twice, &Account::not_negative)
        .update("refuse", &Account::refuse);
  }
};

void account_worker(worker::Worker& worker) {
  worker.add<Account>().add(twice, [](int amount) { return 2 * amount; });
}

TEST_F(Messages, SignalsChangeTheState) {
  start_worker(account_worker);
  const auto run = start(&Account::run);
  EXPECT_TRUE(run.signal(&Account::deposit, 3).ok());
  EXPECT_TRUE(run.signal(&Account::deposit_later, 4).ok());
  EXPECT_TRUE(run.signal("deposit", 5).ok());
  EXPECT_TRUE(run.signal(&Account::close).ok());
  EXPECT_EQ(run.result<int>()->value(), 12);
}

TEST_F(Messages, SignalsFromBeforeTheFirstTaskAreNotLost) {
  const auto run = start(&Account::run);
  EXPECT_TRUE(run.signal(&Account::deposit, 3).ok());
  EXPECT_TRUE(run.signal(&Account::close).ok());
  start_worker(account_worker);
  EXPECT_EQ(run.result<int>()->value(), 3);
}

TEST_F(Messages, SignalsThatCannotBeReadOrAreUnknownAreDropped) {
  start_worker(account_worker);
  const auto run = start(&Account::run);
  EXPECT_TRUE(run.signal("deposit", "three").ok());
  EXPECT_TRUE(run.signal("deposit").ok());
  EXPECT_TRUE(run.signal("dance").ok());
  EXPECT_TRUE(run.signal(&Account::close).ok());
  EXPECT_EQ(run.result<int>()->value(), 0);
  const std::lock_guard lock(log_mutex_);
  std::string all;
  for (const auto& line : log_) all += line + "\n";
  EXPECT_NE(all.find("signal 'deposit' is dropped"), std::string::npos) << all;
  EXPECT_NE(all.find("signal 'dance' is not known"), std::string::npos) << all;
}

TEST_F(Messages, SignalWithStartStartsOnce) {
  start_worker(account_worker);
  const auto options = start_options();
  const auto first = client_->signal_with_start("Account", options, std::tuple<>(), "deposit", 1);
  const auto second = client_->signal_with_start("Account", options, std::tuple<>(), "deposit", 2);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->run_id(), second->run_id());
  EXPECT_TRUE(first->signal(&Account::close).ok());
  EXPECT_EQ(first->result<int>()->value(), 3);
}

TEST_F(Messages, QueriesSeeTheState) {
  start_worker(account_worker);
  const auto run = start(&Account::run);
  EXPECT_TRUE(run.signal(&Account::deposit, 3).ok());
  EXPECT_EQ(run.query(&Account::balance)->value(), 3);
  EXPECT_EQ(run.query(&Account::entry, 0)->value(), 3);
  const auto none = run.query(&Account::entry, 1);
  ASSERT_TRUE(none.ok());
  EXPECT_NE(none->failure().text().find("there is no entry 1"), std::string::npos)
      << none->failure().text();
  const auto unknown = run.query<int>("wealth");
  EXPECT_NE(unknown->failure().text().find("balance, entry"), std::string::npos);
  EXPECT_TRUE(run.signal(&Account::close).ok());
  EXPECT_EQ(run.result<int>()->value(), 3);
  // Closed, and no longer in memory.
  EXPECT_EQ(run.query(&Account::balance)->value(), 3);
}

TEST_F(Messages, QueriesOfARunThatNoWorkerKnowsReplayIt) {
  start_worker(account_worker);
  const auto run = start(&Account::run);
  EXPECT_TRUE(run.signal(&Account::deposit, 3).ok());
  EXPECT_EQ(run.query(&Account::balance)->value(), 3);
  stop_workers();
  start_worker(account_worker);
  EXPECT_EQ(run.query(&Account::balance)->value(), 3);
  EXPECT_TRUE(run.signal(&Account::close).ok());
  EXPECT_EQ(run.result<int>()->value(), 3);
}

TEST_F(Messages, UpdatesAreAnswered) {
  start_worker(account_worker);
  const auto run = start(&Account::run);
  EXPECT_EQ(run.update(&Account::add, 3)->value(), 3);
  EXPECT_EQ(run.update(&Account::add_twice, 4)->value(), 11);
  EXPECT_EQ(run.update<int>("add", 1)->value(), 12);
  EXPECT_TRUE(run.signal(&Account::close).ok());
  EXPECT_EQ(run.result<int>()->value(), 12);
}

TEST_F(Messages, UpdatesAreAcceptedFirstAndAnsweredLater) {
  start_worker(account_worker);
  const auto run = start(&Account::run);
  auto update = run.start_update("add_twice", 4);
  ASSERT_TRUE(update.ok()) << update.status().text();
  EXPECT_EQ(update->result<int>()->value(), 8);
  EXPECT_TRUE(run.signal(&Account::close).ok());
  EXPECT_EQ(run.result<int>()->value(), 8);
}

TEST_F(Messages, RejectedUpdatesLeaveNoTrace) {
  start_worker(account_worker);
  const auto run = start(&Account::run);
  EXPECT_EQ(run.query(&Account::balance)->value(), 0);
  const std::string before = events(run);
  for (int i = 0; i < 3; ++i) {
    const auto rejected = run.update(&Account::add, -1);
    ASSERT_TRUE(rejected.ok()) << rejected.status().text();
    EXPECT_EQ(rejected->failure().message(), "negative");
  }
  EXPECT_EQ(events(run), before);
  EXPECT_NE(run.update<int>("dance", 1)->failure().text().find("unknown update 'dance'"),
            std::string::npos);
  EXPECT_EQ(run.update(&Account::add, 2)->value(), 2);
  EXPECT_TRUE(run.signal(&Account::close).ok());
  EXPECT_EQ(run.result<int>()->value(), 2);
}

TEST_F(Messages, UpdatesThatFailDoNotFailTheWorkflow) {
  start_worker(account_worker);
  const auto run = start(&Account::run);
  EXPECT_EQ(run.update(&Account::refuse, 1)->failure().type(), "Refused");
  EXPECT_TRUE(run.signal(&Account::close).ok());
  EXPECT_TRUE(run.result<int>()->ok());
}

}  // namespace
