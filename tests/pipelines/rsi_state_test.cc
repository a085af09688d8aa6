// signals/rsi has infinite memory in three columns of its own previous result: what a day leaves
// must be what the next one needs.
#include <gtest/gtest.h>

#include <limits>

#include "calculation_under_test.h"
#include "calculations/signals/rsi.cc"

namespace almanac {
namespace {

constexpr double kNoRow = -1;  // a day on which the ticker has no price at all

struct Bar {
  std::optional<double> rsi, avg_gain, avg_loss;
  std::optional<int64_t> zone;
  int64_t bars;
};

// The days of one ticker, each computed from the one before it. A null close is a price row without
// a close.
class Ticker {
 public:
  // Null where the calculation puts out no row.
  std::optional<Bar> add(std::optional<double> close) {
    const Date today = Date(20000) + days_++;
    FakeBatch batch({today});
    batch.entities<std::string>({"T"});
    const bool has_price = close != kNoRow, has_close = close && has_price;
    batch.read().day(today, columns(hand_array<double>(has_close ? Values{close} : Values{})),
                     {0, has_close ? 1 : 0});
    batch.read().day(today, columns(one<double>(last_close_)), {0, 1});
    if (has_close) last_close_ = close;
    batch.read().day(today, columns(hand_array<double>(has_price ? Values{close} : Values{})),
                     {0, has_price ? 1 : 0});
    batch.read();
    if (state_) {
      batch.day(today - 1,
                columns(one<double>(state_->avg_gain), one<double>(state_->avg_loss),
                        one<int64_t>(state_->bars)),
                {0, 1});
    }
    const CallResult result = call<Rsi>(batch);
    EXPECT_EQ(result.status, abi::Status::Ok) << result.message;
    state_ = parse(result.log.at(0));
    return state_;
  }

 private:
  using Values = std::vector<std::optional<double>>;

  // "DATE: T, rsi14, rsi_zone, avg_gain, avg_loss, bars"
  static std::optional<Bar> parse(const std::string& line) {
    if (line.starts_with("skipped")) return std::nullopt;
    std::vector<std::optional<double>> numbers;
    for (size_t at = line.find(", "); at != std::string::npos; at = line.find(", ", at + 2)) {
      const std::string text = line.substr(at + 2, line.find(", ", at + 2) - at - 2);
      numbers.push_back(text == "null" ? std::nullopt : std::optional(std::stod(text)));
    }
    Bar bar{numbers.at(0), numbers.at(2), numbers.at(3), {}, static_cast<int64_t>(*numbers.at(4))};
    if (numbers[1]) bar.zone = static_cast<int64_t>(*numbers[1]);
    return bar;
  }

  int days_ = 0;
  std::optional<double> last_close_;  // what last_close says of the days before
  std::optional<Bar> state_;
};

TEST(RsiState, WorkedCases) {
  for (const auto& [name, series] : edge_cases("rsi").items()) {
    Ticker ticker;
    for (size_t i = 0; i < series["x"].size(); ++i) {
      const auto x =
          series["x"][i].is_null() ? std::nullopt : std::optional(series["x"][i].get<double>());
      const std::optional<Bar> bar = ticker.add(x);
      ASSERT_TRUE(bar) << name;
      ASSERT_EQ(bar->rsi.has_value(), !series["y"][i].is_null()) << name << " bar " << i;
      if (!bar->rsi) continue;
      EXPECT_NEAR(*bar->rsi, series["y"][i].get<double>(), 1e-9) << name << " bar " << i;
    }
  }
}

TEST(RsiState, BeforeBar14TheAveragesAreTheSumSoFarBy14) {
  Ticker ticker;
  ticker.add(10);
  EXPECT_EQ(ticker.add(12)->avg_gain, 2.0 / 14);
  const Bar bar = *ticker.add(11);
  EXPECT_EQ(bar.avg_gain, 2.0 / 14);
  EXPECT_EQ(bar.avg_loss, 1.0 / 14);
  EXPECT_EQ(bar.bars, 2);
}

TEST(RsiState, DayWithoutARowIsNoBarAndTheNextChangeSpansIt) {
  Ticker with_gap, without;
  for (int i = 0; i < 20; ++i) {
    with_gap.add(100 + (i % 3));
    without.add(100 + (i % 3));
  }
  for (int i = 0; i < 3; ++i) {
    const Bar gap = *with_gap.add(kNoRow);
    EXPECT_EQ(gap.bars, 19);
    EXPECT_FALSE(gap.rsi || gap.zone);
    EXPECT_TRUE(gap.avg_gain && gap.avg_loss);
  }
  const Bar after = *with_gap.add(107), plain = *without.add(107);
  EXPECT_EQ(after.bars, 20);
  EXPECT_EQ(after.rsi, plain.rsi);
  EXPECT_EQ(after.zone, plain.zone);
}

TEST(RsiState, NullCloseEndsTheSeriesForGood) {
  Ticker ticker;
  for (int i = 0; i < 20; ++i) ticker.add(100 + i);
  for (const auto close : {std::optional<double>(), std::optional(120.0), std::optional(kNoRow)}) {
    const Bar bar = *ticker.add(close);
    EXPECT_EQ(bar.bars, -1);
    EXPECT_FALSE(bar.rsi || bar.zone || bar.avg_gain || bar.avg_loss);
  }
}

TEST(RsiState, TickerHasNoRowBeforeItsFirstPrice) {
  Ticker ticker;
  EXPECT_FALSE(ticker.add(kNoRow));
  EXPECT_EQ(ticker.add(5)->bars, 0);
}

TEST(RsiState, StateOutlastsAnyGap) {
  Ticker ticker;
  ticker.add(5);
  for (int i = 0; i < 300; ++i) EXPECT_EQ(ticker.add(kNoRow)->bars, 0);
  const Bar bar = *ticker.add(6);
  EXPECT_EQ(bar.bars, 1);
  EXPECT_EQ(bar.avg_gain, 1.0 / 14);
}

TEST(RsiState, InfiniteCloseIsNoClose) {
  Ticker ticker;
  ticker.add(5);
  EXPECT_EQ(ticker.add(std::numeric_limits<double>::infinity())->bars, -1);
}

TEST(RsiZone, CutsBelongToTheOuterZones) {
  EXPECT_EQ(rsi_zone(30), 0);
  EXPECT_EQ(rsi_zone(30.1), 1);
  EXPECT_EQ(rsi_zone(70), 2);
  EXPECT_EQ(rsi_zone(std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace almanac
