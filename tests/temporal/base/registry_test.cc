// Metrics as Prometheus reads them: its text format, to the letter.
#include <gtest/gtest.h>

#include "temporal/base/metrics.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using temporal::Registry;

TEST(PrometheusText, CountersAndGaugesWithAndWithoutLabels) {
  Registry registry;
  registry.count("tasks_total", {}, 1);
  registry.count("tasks_total", {}, 2.5);
  registry.gauge("slots", {{"kind", "local"}, {"a", "b"}}, 7);
  registry.gauge("slots", {{"kind", "local"}, {"a", "b"}}, 3);
  EXPECT_EQ(registry.prometheus(),
            "# TYPE slots gauge\n"
            "slots{a=\"b\",kind=\"local\"} 3\n"
            "# TYPE tasks_total counter\n"
            "tasks_total 3.5\n");
}

TEST(PrometheusText, LabelsAreEscaped) {
  Registry registry;
  registry.count("x", {{"queue", "a\\b\"c\nd"}}, 1);
  EXPECT_EQ(registry.prometheus(), "# TYPE x counter\nx{queue=\"a\\\\b\\\"c\\nd\"} 1\n");
}

TEST(PrometheusText, HistogramsAreCumulativeAndTheirBoundsInclusive) {
  Registry registry;
  registry.time("latency", {{"q", "a"}}, 1ms);
  registry.time("latency", {{"q", "a"}}, 250ms);
  registry.time("latency", {{"q", "a"}}, 1h);
  const std::string text = registry.prometheus();
  const auto has = [&](const char* line) {
    EXPECT_NE(text.find(std::string("\n") + line + "\n"), std::string::npos) << line << "\n"
                                                                             << text;
  };
  has("latency_bucket{q=\"a\",le=\"0.001\"} 1");
  has("latency_bucket{q=\"a\",le=\"0.1\"} 1");
  has("latency_bucket{q=\"a\",le=\"0.5\"} 2");
  has("latency_bucket{q=\"a\",le=\"600\"} 2");
  has("latency_bucket{q=\"a\",le=\"+Inf\"} 3");
  has("latency_sum{q=\"a\"} 3600.251");
  has("latency_count{q=\"a\"} 3");
}

// A rate is the difference of two readings: with six digits it stands still, then jumps.
TEST(PrometheusText, LargeCountersKeepEveryUnit) {
  Registry registry;
  registry.count("events_total", {}, 12345678);
  registry.count("events_total", {}, 1);
  EXPECT_EQ(registry.prometheus(), "# TYPE events_total counter\nevents_total 12345679\n");
}

// The first use of a name says what it is; a later one as something else must not read what the
// series does not have.
TEST(PrometheusText, NameOfTwoKindsIsNoReadOutOfBounds) {
  Registry registry;
  registry.time("x", {{"q", "a"}}, 1s);
  registry.count("x", {{"q", "b"}}, 1);
  registry.count("y", {}, 1);
  registry.time("y", {}, 1s);
  const std::string text = registry.prometheus();
  EXPECT_NE(text.find("x_bucket{q=\"b\",le=\"+Inf\"} 0"), std::string::npos) << text;
  EXPECT_NE(text.find("\ny 2\n"), std::string::npos) << text;
}

TEST(RegistryValues, SumOfTheSeriesThatHaveTheLabels) {
  Registry registry;
  registry.count("x", {{"a", "1"}, {"b", "1"}}, 2);
  registry.count("x", {{"a", "1"}, {"b", "2"}}, 3);
  registry.count("x", {{"a", "2"}}, 5);
  registry.time("t", {}, 1s);
  registry.time("t", {}, 1s);
  EXPECT_EQ(registry.value("x"), 10);
  EXPECT_EQ(registry.value("x", {{"a", "1"}}), 5);
  EXPECT_EQ(registry.value("x", {{"c", "1"}}), 0);
  EXPECT_EQ(registry.value("t"), 2);
  EXPECT_EQ(registry.value("unknown"), 0);
}

}  // namespace
