// How workflows are tested: on virtual time, and against histories that were kept.
#include "examples/temporal/review.h"

#include <gtest/gtest.h>

#include "temporal/replay/replayer.h"
#include "temporal/testing/environment.h"

using temporal::client::ResultOptions;
using temporal::client::StartOptions;
using temporal::worker::WorkerOptions;

TEST(Review, IsApprovedBeforeTheDayIsOver) {
  temporal::testing::Environment environment;
  auto& worker = environment.worker(WorkerOptions("reviews"));
  worker.add<Review>().add(count_words, [](const std::string& page) { return std::ssize(page); });
  worker.start();

  const std::vector<std::string> pages{"one", "two"};
  auto run = environment.client().start(&Review::run, StartOptions("review-1", "reviews"), pages);
  ASSERT_TRUE(run.ok()) << run.status().text();
  environment.pass(23h);
  EXPECT_EQ(run->query(&Review::progress)->value(), 6);
  ASSERT_TRUE(run->signal(&Review::approve, true).ok());

  auto result = run->result<std::string>(ResultOptions().within(48h));
  ASSERT_TRUE(result.ok()) << result.status().text();
  EXPECT_EQ(result->value(), "approved 6 words");
}

TEST(Review, IsNotApprovedInTime) {
  temporal::testing::Environment environment;
  auto& worker = environment.worker(WorkerOptions("reviews"));
  worker.add<Review>().start();

  auto run = environment.client().start(&Review::run, StartOptions("review-1", "reviews"), {});
  auto result = run->result<std::string>(ResultOptions().within(48h));
  ASSERT_TRUE(result.ok()) << result.status().text();
  EXPECT_EQ(result->failure().type(), "NotApproved");
}

std::string recorded() {
  temporal::testing::Environment environment;
  environment.worker(WorkerOptions("reviews")).add<Review>().start();
  auto run = environment.client().start(&Review::run, StartOptions("review-1", "reviews"), {});
  environment.pass(48h);
  return temporal::replay::history_to_json(**run->history());
}

TEST(Review, StillDoesWhatWasRecorded) {
  const std::string text = recorded();
  temporal::replay::Replayer replayer;
  replayer.add<Review>();
  auto history = temporal::replay::history_from_json(text);
  ASSERT_TRUE(history.ok()) << history.status().text();
  auto failure = replayer.replay(*history);
  EXPECT_FALSE(failure) << failure->text();
}
