#include "examples/temporal/booking.h"

#include <gtest/gtest.h>

#include <optional>

#include "temporal/testing/environment.h"

namespace {

using temporal::Failure;
using temporal::FailureError;
using temporal::Outcome;
using temporal::client::ResultOptions;
using temporal::client::StartOptions;
using temporal::client::WorkflowStatus;

class BookingTest : public ::testing::Test {
 protected:
  BookingTest() {
    auto& worker = environment.worker(temporal::worker::WorkerOptions("q"));
    worker.add<Booking>().add<Tour>().add<Wishes>();
    worker.add(book_room, [this](const Trip& trip) -> Outcome<std::string> {
      ++attempts;
      if (trip.nights < 1) return Failure("not even a night", "BadTrip").non_retryable();
      if (trip.city == "Full") throw FailureError(Failure("no room", "Full"));
      if (attempts < 3) throw std::runtime_error("the line is busy");  // tried again
      return trip.city + " 7";
    });
    worker.add(free_room, [this](const std::string& room) { freed = room; });
    worker.add(have_rooms, [](int count) { return count < 10; });
    worker.start();
  }
  StartOptions options() { return {"w", "q"}; }

  temporal::testing::Environment environment{temporal::embedded::Options().search_attribute(
      "CustomKeywordField", temporal::embedded::AttributeType::Keyword)};
  int attempts = 0;
  std::optional<std::string> freed;
};

TEST_F(BookingTest, IsKeptForAMonth) {
  auto run = environment.client().start(&Booking::run, options(), Trip{"Rome", 2});
  EXPECT_EQ(run->result<std::string>()->value(), "Rome 7");
  EXPECT_EQ(attempts, 3);
  EXPECT_FALSE(freed);
}

TEST_F(BookingTest, GivesTheRoomBackWhenCanceled) {
  auto run = environment.client().start(&Booking::run, options(), Trip{"Rome", 2});
  environment.pass(24h);
  ASSERT_TRUE(run->cancel("changed our minds").ok());
  auto result = run->result<std::string>(ResultOptions().within(1h));
  ASSERT_TRUE(result.ok()) << result.status().text();
  EXPECT_TRUE(result->failure().is_canceled());
  EXPECT_EQ(run->describe()->status, WorkflowStatus::Canceled);
  EXPECT_EQ(freed, "Rome 7");
}

TEST_F(BookingTest, DoesNotTryWhatIsNotToBeRetried) {
  auto full = environment.client().start(&Booking::run, options(), Trip{"Full", 2});
  EXPECT_EQ(full->result<std::string>()->failure().root().type(), "Full");
  EXPECT_EQ(attempts, 1);
  auto bad = environment.client().start(&Booking::run, options(), Trip{"Rome", 0});
  EXPECT_EQ(bad->result<std::string>()->failure().root().type(), "BadTrip");
  EXPECT_EQ(attempts, 2);
}

TEST_F(BookingTest, TourIsBookedByChildren) {
  const std::vector<Trip> trips{{"Rome", 2}, {"Full", 1}, {"Oslo", 1}};
  auto run = environment.client().start(&Tour::run, options(), trips);
  const auto rooms = run->result<std::vector<std::string>>()->value();
  EXPECT_EQ(rooms, (std::vector<std::string>{"Rome 7", "Oslo 7"}));
  const auto described = run->describe();
  EXPECT_EQ(described->search_attributes.get<std::string>("CustomKeywordField"), "Rome");
  EXPECT_EQ(temporal::decode<int>(described->memo.at("trips")), 3);
}

TEST_F(BookingTest, WishesAreUpdated) {
  auto run = environment.client().start(&Wishes::run, options(), {Trip{"Rome", 2}});
  auto added = run->update(&Wishes::add, Trip{"Oslo", 1});
  ASSERT_TRUE(added.ok()) << added.status().text();
  EXPECT_EQ(added->value(), 2);
  EXPECT_FALSE(run->update(&Wishes::add, Trip{"Oslo", 0})->ok());
  EXPECT_EQ(run->update(&Wishes::add, Trip{"Oslo", 50})->failure().type(), "Full");
  ASSERT_TRUE(run->signal(&Wishes::close).ok());
  EXPECT_EQ(run->result<int>()->value(), 2);
}

}  // namespace
