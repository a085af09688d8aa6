#include "core/data/availability.h"

#include <gtest/gtest.h>

#include "core/data/calendar.h"

namespace almanac {
namespace {

const Date kMonday = Date::of(2022, 1, 3);

DatasetAvailability prices(std::vector<std::pair<int, Presence>> days) {
  DatasetAvailability dataset;
  dataset.name = "prices";
  for (const auto& [day, presence] : days) {
    dataset.partitions.push_back({kMonday + day, presence});
  }
  return dataset;
}

Project project(const std::string& calendar) {
  Project project;
  project.calendar = calendar;
  return project;
}

TEST(Presence, AGapBeforeLaterRowsIsNeverAndTheFutureIsNotYet) {
  const auto dataset = prices({{0, Presence::Present}, {3, Presence::Present}});
  EXPECT_EQ(dataset.presence(kMonday - 1), Presence::Never);
  EXPECT_EQ(dataset.presence(kMonday), Presence::Present);
  EXPECT_EQ(dataset.presence(kMonday + 1), Presence::Never);
  EXPECT_EQ(dataset.presence(kMonday + 4), Presence::NotYet);
}

TEST(Presence, OnlyEntriesWithRowsMakeAGapNever) {
  const auto dataset =
      prices({{0, Presence::Present}, {3, Presence::NotYet}, {5, Presence::Never}});
  EXPECT_EQ(dataset.presence(kMonday + 1), Presence::NotYet);
  EXPECT_EQ(dataset.presence(kMonday + 4), Presence::NotYet);
  EXPECT_EQ(dataset.presence(kMonday + 5), Presence::Never);
}

TEST(Presence, ArchivedAndUnreadableDaysHaveRows) {
  for (const Presence presence : {Presence::Archived, Presence::Unreadable}) {
    const auto dataset = prices({{0, Presence::Present}, {3, presence}});
    EXPECT_EQ(dataset.presence(kMonday + 1), Presence::Never);
    EXPECT_EQ(dataset.presence(kMonday + 3), presence);
  }
}

TEST(Presence, BeforeTheDeclaredFirstIsNeverEvenWithoutData) {
  auto dataset = prices({});
  EXPECT_EQ(dataset.presence(kMonday), Presence::NotYet);
  dataset.first = kMonday;
  EXPECT_EQ(dataset.presence(kMonday - 1), Presence::Never);
  EXPECT_EQ(dataset.presence(kMonday), Presence::NotYet);
}

TEST(Presence, BetweenTheDeclaredFirstAndTheFirstRowsIsNever) {
  auto dataset = prices({{3, Presence::Present}});
  dataset.first = kMonday;
  EXPECT_EQ(dataset.presence(kMonday + 1), Presence::Never);
}

TEST(Presence, AStaticDatasetIsTheSameOnEveryDate) {
  auto dataset = prices({});
  dataset.is_static = true;
  EXPECT_EQ(dataset.presence(kMonday), Presence::NotYet);
  dataset.partitions.push_back({Date(), Presence::Present});
  EXPECT_EQ(dataset.presence(kMonday), Presence::Present);
  EXPECT_EQ(dataset.find(kMonday), &dataset.partitions[0]);
}

TEST(Calendar, OfADatasetIsTheDaysThatHaveOrHadRows) {
  const auto dataset = prices({{0, Presence::Present},
                               {1, Presence::Never},
                               {2, Presence::Archived},
                               {3, Presence::Unreadable},
                               {4, Presence::NotYet},
                               {7, Presence::Present}});
  const std::vector<Date> expected = {kMonday, kMonday + 2, kMonday + 3};
  EXPECT_EQ(calendar_of(project("dataset:prices"), {dataset}, kMonday + 6), expected);
}

TEST(Calendar, DailyStartsAtTheEarliestDatedDataset) {
  auto late = prices({{3, Presence::Present}});
  auto sectors = prices({{-99, Presence::Present}});
  sectors.is_static = true;
  EXPECT_EQ(calendar_of(project("daily"), {late, sectors}, kMonday + 4),
            (std::vector<Date>{kMonday + 3, kMonday + 4}));
  late.first = kMonday + 2;
  EXPECT_EQ(calendar_of(project("daily"), {late, sectors}, kMonday + 4).size(), 3u);
}

TEST(Calendar, WeekdaysLeaveOutTheWeekend) {
  const auto days =
      calendar_of(project("weekdays"), {prices({{0, Presence::Present}})}, kMonday + 8);
  EXPECT_EQ(days.size(), 7u);
  EXPECT_EQ(days[4], kMonday + 4);
  EXPECT_EQ(days[5], kMonday + 7);
}

TEST(Calendar, IsEmptyWithoutDataOrWhenTheLastDayIsBeforeIt) {
  EXPECT_TRUE(calendar_of(project("daily"), {prices({})}, kMonday).empty());
  EXPECT_TRUE(
      calendar_of(project("daily"), {prices({{0, Presence::Present}})}, kMonday - 1).empty());
}

}  // namespace
}  // namespace almanac
