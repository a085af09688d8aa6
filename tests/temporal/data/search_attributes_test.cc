// Search attributes: the service reads them by the type in their metadata.
#include "temporal/data/search_attributes.h"

#include <gtest/gtest.h>

#include "temporal/data/duration.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using temporal::Duration;
using temporal::SearchAttributes;
using temporal::TimePoint;

TEST(SearchedBy, EachValueNamesItsType) {
  SearchAttributes all;
  all.keyword("k", "a").keywords("l", {"a", "b"}).text("t", "x y").integer("i", -5);
  all.number("n", 0.5).boolean("b", true).datetime("d", TimePoint(1s + 500ms)).unset("u");
  const auto proto = all.proto();
  const auto& fields = proto.indexed_fields();
  const auto is = [&](const char* name, const char* type, const char* json) {
    EXPECT_EQ(fields.at(name).metadata().at("type"), type);
    EXPECT_EQ(fields.at(name).data(), json);
  };
  is("k", "Keyword", "\"a\"");
  is("l", "KeywordList", "[\"a\",\"b\"]");
  is("t", "Text", "\"x y\"");
  is("i", "Int", "-5");
  is("n", "Double", "0.5");
  is("b", "Bool", "true");
  is("d", "Datetime", "\"1970-01-01T00:00:01.500Z\"");
  EXPECT_TRUE(temporal::data::is_null(fields.at("u")));
}

TEST(SearchedBy, UpdatesSetAndTakeAway) {
  SearchAttributes all;
  all.keyword("a", "1").keyword("b", "2");
  all.apply(SearchAttributes().unset("a").keyword("b", "3").keyword("c", "4"));
  EXPECT_FALSE(all.contains("a"));
  EXPECT_EQ(all.get<std::string>("b"), "3");
  EXPECT_EQ(SearchAttributes(all.proto()).get<std::string>("c"), "4");
  EXPECT_THROW(all.get<std::string>("a"), temporal::PayloadError);
  EXPECT_THROW(all.get<int>("b"), temporal::PayloadError);
}

TEST(Durations, RoundTripAlsoBelowZero) {
  for (const Duration d : {Duration(0), Duration(1), Duration(-1), Duration(1500ms),
                           Duration(-1500ms), Duration::max(), Duration::min()}) {
    const auto proto = temporal::to_proto(d);
    EXPECT_TRUE((proto.seconds() <= 0 && proto.nanos() <= 0) ||
                (proto.seconds() >= 0 && proto.nanos() >= 0));
    EXPECT_EQ(temporal::from_proto(proto), d);
  }
}

// Others write 10,000 years for "no limit"; nanoseconds in 64 bits hold 292.
TEST(Durations, LongerThanCanBeHeldIsTheLongest) {
  google::protobuf::Duration proto;
  proto.set_seconds(315'576'000'000);
  EXPECT_EQ(temporal::from_proto(proto), Duration::max());
  proto.set_seconds(-315'576'000'000);
  EXPECT_EQ(temporal::from_proto(proto), Duration::min());
  proto.set_seconds(9'223'372'036);
  proto.set_nanos(999'999'999);
  EXPECT_EQ(temporal::from_proto(proto), Duration::max());
  google::protobuf::Timestamp late;
  late.set_seconds(253'402'300'799);
  EXPECT_EQ(temporal::from_proto(late), TimePoint::max());
}

TEST(SearchAttributes, TimesAreReadBackAlsoFromBefore1970) {
  using namespace std::chrono_literals;
  for (const temporal::Duration since : {temporal::Duration(-1500ms), temporal::Duration(1500ms)}) {
    SearchAttributes attributes;
    attributes.datetime("born", temporal::TimePoint(since));
    EXPECT_EQ(attributes.datetime("born"), temporal::TimePoint(since))
        << attributes.get<std::string>("born");
  }
}

}  // namespace
