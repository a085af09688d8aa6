#include "tools/almanac/sample_trader.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace almanac {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014), a stream per user and purpose.
class Random {
 public:
  Random(uint64_t seed, int32_t user, uint64_t purpose) : state_(seed) {
    state_ = next() ^ static_cast<uint64_t>(user);
    state_ = next() ^ purpose;
  }

  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }  // [0, 1)
  bool chance(double p) { return uniform() < p; }
  int below(size_t n) { return static_cast<int>(uniform() * static_cast<double>(n)); }
  int between(int low, int high) { return low + below(static_cast<size_t>(high - low + 1)); }

 private:
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

enum Purpose : uint64_t { kPerson = 1, kTrades = 2 };

struct Habit {
  std::string_view type;
  double share;                 // of all users
  int fewest_lots, most_lots;   // the user's target lies between
  double sell_gain, sell_loss;  // chance per day that a lot with a gain, with a loss is sold
  double refill;                // chance per day that a missing lot is opened
  double shorts;                // share of lots
};

constexpr double kPatience = 0.03;  // the usual chance that a lot is sold on a day

constexpr Habit kHabits[] = {
    {"index_holder", 0.20, 16, 26, 0.002, 0.002, 0.2, 0},
    {"disposition_prone", 0.20, 14, 24, 2.6 * kPatience, 0.3 * kPatience, 0.5, 0},
    {"momentum", 0.15, 12, 20, kPatience, kPatience, 0.5, 0},
    {"revenge_trader", 0.12, 12, 20, kPatience, kPatience, 0.5, 0},
    {"day_trader", 0.10, 4, 9, 0.55, 0.55, 1.0, 0.2},
    {"contrarian", 0.10, 12, 20, kPatience, kPatience, 0.5, 0},
    {"concentrated", 0.08, 10, 16, 0.02, 0.02, 0.3, 0},
    {"casual", 0.05, 4, 14, 0.01, 0.01, 0.1, 0},
};

constexpr double kSmartShare = 0.04, kDormantShare = 0.01;
constexpr double kLateShare = 0.05, kRecentShare = 0.03;  // join while others already trade
constexpr int kRecentDays = 10;  // the recent ones join in the last days, inside the usual output
constexpr int kRevengeDays = 3;
constexpr double kRevengeSize = 2.5;

const Habit& habit_of(std::string_view type) {
  return *std::find_if(std::begin(kHabits), std::end(kHabits),
                       [&](const Habit& habit) { return habit.type == type; });
}

// The state of one simulation.
class Simulation {
 public:
  Simulation(const Trader& trader, uint64_t seed, const Market& market, std::vector<Lot>* lots)
      : trader_(trader),
        habit_(habit_of(trader.type)),
        market_(market),
        random_(seed, trader.id, kTrades),
        lots_(*lots) {
    target_ = random_.between(habit_.fewest_lots, habit_.most_lots);
    if (trader.dormant) quits_ = market.size() / 4 + random_.below(market.size() / 4 + 1);
    favourites_[0] = random_.uniform();
    favourites_[1] = random_.uniform();
  }

  void run() {
    for (int day = trader_.join; day < market_.size(); ++day) {
      sell(day);
      if (quits_ && day >= *quits_) return;
      int missing = target_ - static_cast<int>(open_.size());
      if (day == trader_.join) {
        for (int i = 0; i < target_ / 2; ++i, --missing) buy(day);
      }
      for (int i = 0; i < missing; ++i) {
        if (random_.chance(habit_.refill)) buy(day);
      }
    }
  }

 private:
  void sell(int day) {
    const auto& close = market_.days[day].close;
    std::erase_if(open_, [&](size_t index) {
      Lot& lot = lots_[index];
      const double change = close[lot.ticker] - market_.days[lot.open].close[lot.ticker];
      const bool gain = lot.is_buy ? change > 0 : change < 0;
      const bool all = quits_ && day >= *quits_;
      if (!random_.chance(gain ? habit_.sell_gain : habit_.sell_loss) && !all) return false;
      lot.close = static_cast<int16_t>(day);
      if (!gain && change != 0) last_loss_ = day;
      return true;
    });
  }

  void buy(int day) {
    const Market::Day& today = market_.days[day];
    if (today.tradable.empty() || sequence_ == Lot::kPerUser) return;
    const uint16_t ticker = pick(today);
    double dollars = trader_.equity / target_ * (0.5 + random_.uniform());
    const bool angry = last_loss_ && day > *last_loss_ && day <= *last_loss_ + kRevengeDays;
    if (habit_.type == "revenge_trader" && angry) dollars *= kRevengeSize;
    // Brokers count in ten-thousandths of a share.
    const double units = std::max(1.0, std::round(dollars / today.close[ticker] * 1e4)) / 1e4;
    const bool is_buy = !random_.chance(habit_.shorts);
    open_.push_back(lots_.size());
    lots_.push_back({trader_.id * Lot::kPerUser + sequence_++, units, ticker,
                     static_cast<int16_t>(day), static_cast<int16_t>(market_.size()), is_buy});
  }

  uint16_t pick(const Market::Day& today) {
    const auto one_of = [&](const std::vector<uint16_t>& tickers) {
      return tickers[random_.below(tickers.size())];
    };
    if (trader_.smart && random_.chance(0.5) && !today.upcoming.empty()) {
      return one_of(today.upcoming);
    }
    if (habit_.type == "momentum" && !today.winners.empty()) return one_of(today.winners);
    if (habit_.type == "contrarian" && !today.losers.empty()) return one_of(today.losers);
    if (habit_.type == "concentrated") {
      const double favourite = favourites_[random_.below(2)];
      return today.tradable[static_cast<size_t>(favourite * today.tradable.size())];
    }
    return one_of(today.tradable);
  }

  const Trader& trader_;
  const Habit& habit_;
  const Market& market_;
  Random random_;
  std::vector<Lot>& lots_;
  std::vector<size_t> open_;  // positions in lots_, ascending
  int64_t sequence_ = 0;
  int target_;                // lots that the user wants to have
  double favourites_[2];      // of a concentrated user, as a share of the tradable tickers
  std::optional<int> quits_;  // the day on which a dormant user sells everything
  std::optional<int> last_loss_;
};

}  // namespace

Trader make_trader(uint64_t seed, int32_t id, const Market& market) {
  Random random(seed, id, kPerson);
  Trader trader{id, std::rbegin(kHabits)->type, false, false, 0, 0};
  double type = random.uniform();
  for (const Habit& habit : kHabits) {
    if (type < habit.share) {
      trader.type = habit.type;
      break;
    }
    type -= habit.share;
  }
  trader.smart = random.chance(kSmartShare);
  trader.dormant = random.chance(kDormantShare);
  const double wealth = random.uniform();
  trader.equity = 1000 + 99000 * wealth * wealth * wealth * wealth;
  const double join = random.uniform();
  const int days = market.size(), recent = std::min(kRecentDays, days);
  if (trader.dormant) return trader;
  if (join < kRecentShare) {
    trader.join = days - recent + random.below(recent);
  } else if (join < kRecentShare + kLateShare) {
    trader.join = random.below(days - recent + 1);
  }
  return trader;
}

void trade(const Trader& trader, uint64_t seed, const Market& market, std::vector<Lot>* lots) {
  Simulation(trader, seed, market, lots).run();
}

}  // namespace almanac
