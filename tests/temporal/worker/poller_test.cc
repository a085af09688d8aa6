// Polls: no more than there may be, none without a slot, and pauses after those that fail.
#include "temporal/worker/poller.h"

#include <gtest/gtest.h>

#include "temporal/base/virtual_executor.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using temporal::Code;
using temporal::Status;
using temporal::service::Rpc;
using temporal::worker::Slots;
using Polls = temporal::worker::Poller<Rpc::PollActivityTaskQueue>;

// Keeps the polls that wait; the test answers them.
class Waiting : public temporal::service::Service {
 public:
  struct Poll {
    temporal::service::Reply<Rpc::PollActivityTaskQueue>* reply;
    Done done;
    bool canceled = false;
  };
  Cancel call(Rpc rpc, const google::protobuf::Message&, google::protobuf::Message& reply,
              std::chrono::milliseconds timeout, Done done) override {
    EXPECT_EQ(rpc, Rpc::PollActivityTaskQueue);
    EXPECT_EQ(timeout, temporal::service::kPollTimeout);
    const auto poll = std::make_shared<Poll>();
    poll->reply = dynamic_cast<temporal::service::Reply<Rpc::PollActivityTaskQueue>*>(&reply);
    poll->done = std::move(done);
    polls.push_back(poll);
    if (while_made) while_made();
    return [poll] { poll->canceled = true; };
  }
  // Answers the oldest.
  void answer(const Status& status, const std::string& token = "") {
    ASSERT_FALSE(polls.empty());
    const auto poll = polls.front();
    polls.erase(polls.begin());
    poll->reply->set_task_token(token);
    std::exchange(poll->done, nullptr)(status);
  }
  std::vector<std::shared_ptr<Poll>> polls;
  std::function<void()> while_made;
};

class Poller : public testing::Test {
 protected:
  void make(int most, int slots) {
    slots_ = std::make_unique<Slots>(slots);
    poller_ = std::make_shared<Polls>(
        service_, executor_, temporal::service::Request<Rpc::PollActivityTaskQueue>(), most,
        *slots_, [this](const auto& task) { log_ += "task " + task.task_token() + " "; },
        [this](const Status& status, bool task) {
          log_ += std::string(temporal::name_of(status.code)) + (task ? "+ " : "- ");
        },
        /*seed=*/1);
    poller_->pump();
  }
  // Every call ends: a poll and its poller hold each other until then.
  void TearDown() override {
    poller_->stop();
    while (!service_.polls.empty()) service_.answer(Status{Code::Cancelled, ""});
  }
  temporal::VirtualExecutor executor_{temporal::TimePoint()};
  Waiting service_;
  std::unique_ptr<Slots> slots_;
  std::shared_ptr<Polls> poller_;
  std::string log_;
};

TEST_F(Poller, NoMorePollsThanItMay) {
  make(3, 10);
  EXPECT_EQ(service_.polls.size(), 3u);
  EXPECT_EQ(slots_->used(), 3);
  poller_->pump();
  EXPECT_EQ(service_.polls.size(), 3u);
}

TEST_F(Poller, NoMorePollsThanThereAreSlots) {
  make(3, 2);
  EXPECT_EQ(service_.polls.size(), 2u);
  EXPECT_EQ(slots_->used(), 2);
}

TEST_F(Poller, TaskKeepsItsSlotAndAnotherPollStarts) {
  make(1, 2);
  service_.answer(Status{}, "t");
  EXPECT_EQ(log_, "Ok+ task t ");
  EXPECT_EQ(slots_->used(), 2);
  EXPECT_EQ(poller_->waiting(), 1);
  service_.answer(Status{}, "u");
  EXPECT_EQ(poller_->waiting(), 0) << "no slot is free";
  slots_->release();
  poller_->pump();
  EXPECT_EQ(poller_->waiting(), 1);
}

TEST_F(Poller, EmptyAnswerGivesTheSlotBackAndPollsAgainAtOnce) {
  make(1, 1);
  service_.answer(Status{});
  EXPECT_EQ(log_, "Ok- ");
  EXPECT_EQ(slots_->used(), 1);
  EXPECT_EQ(service_.polls.size(), 1u);
}

TEST_F(Poller, FailuresPauseLongerAndLongerAndFreeTheSlot) {
  make(1, 1);
  service_.answer(Status{Code::Unavailable, ""});
  EXPECT_EQ(slots_->used(), 0);
  EXPECT_EQ(service_.polls.size(), 0u);
  executor_.advance(159ms);
  EXPECT_EQ(service_.polls.size(), 0u);
  executor_.advance(81ms + 1ns);
  ASSERT_EQ(service_.polls.size(), 1u);
  for (int i = 0; i < 20; ++i) {
    service_.answer(Status{Code::Unavailable, ""});
    executor_.advance(12s + 1ns);
    ASSERT_EQ(service_.polls.size(), 1u);
  }
  service_.answer(Status{});  // all is well: the next pause is short again
  service_.answer(Status{Code::Unavailable, ""});
  executor_.advance(240ms + 1ns);
  EXPECT_EQ(service_.polls.size(), 1u);
}

// A namespace may appear, a certificate be mended.
TEST_F(Poller, WhatNoRetryMendsIsPolledForSlowly) {
  make(1, 1);
  for (int i = 0; i < 3; ++i) {
    service_.answer(Status{Code::NotFound, ""});
    executor_.advance(9999ms);
    EXPECT_EQ(service_.polls.size(), 0u);
    executor_.advance(1ms);
    ASSERT_EQ(service_.polls.size(), 1u);
  }
}

TEST_F(Poller, StoppedOneStartsNoPollsAndEndsThoseThatWait) {
  make(2, 2);
  poller_->stop();
  service_.answer(Status{});
  EXPECT_EQ(poller_->waiting(), 1);
  poller_->cancel();
  EXPECT_TRUE(service_.polls[0]->canceled);
  service_.answer(Status{Code::Cancelled, ""});
  executor_.advance(1h);
  EXPECT_EQ(poller_->waiting(), 0);
  EXPECT_EQ(slots_->used(), 0);
}

TEST_F(Poller, StoppedInAPauseItDoesNotPollAfterIt) {
  make(1, 1);
  service_.answer(Status{Code::Unavailable, ""});
  poller_->stop();
  executor_.advance(1h);
  EXPECT_TRUE(service_.polls.empty());
}

// Otherwise it would hold up the end for as long as a poll takes.
TEST_F(Poller, PollThatIsBeingMadeIsGivenUpToo) {
  service_.while_made = [this] {
    poller_->stop();
    poller_->cancel();
  };
  make(1, 1);
  ASSERT_EQ(service_.polls.size(), 1u);
  EXPECT_TRUE(service_.polls[0]->canceled);
}

}  // namespace
