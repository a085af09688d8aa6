#include <almanac/calculation.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "layers/portfolio/book.h"

using namespace almanac;

// Whether each user trades more after a loss, over the last 60 days. A day is one after a loss
// where some lot was closed at a loss 1 to 3 days before. Only days that began with something are
// compared (post_loss_days, other_days), and only what is opened on them.
//
//   revenge_size_ratio  mean size of a lot opened after losses / of another
//   revenge_ratio       opened per day after losses / per other day;
//                       null with fewer than 5 days of either
//   revenge_flag        both are at least 1.5, with 5 lots after losses and 3 others
//
// The ratio of days misleads alone: closing a lot frees a place that everybody fills.
// There is no accepted formula; this one is ours, after the usual description.
struct RevengeTrading : PerEntity {
  static constexpr uint32_t kRecent = 3;
  static constexpr size_t kLeastDays = 5, kLeastLotsAfter = 5, kLeastLotsOther = 3;
  static constexpr double kMuchMore = 1.5;

  Books books{dataset("positions"), dataset("history").window(kWindow + kRecent).optional(),
              calculation("price_extractor").window(kWindow + 1)};

  Key<int64_t> user = key("user_id");
  Out<int64_t> post_loss_days = column("post_loss_days").constant();
  Out<int64_t> other_days = column("other_days").constant();
  Out<double> revenge_size_ratio = column("revenge_size_ratio").sparse().constant();
  Out<double> revenge_ratio = column("revenge_ratio").sparse().constant();
  Out<bool> revenge_flag = column("revenge_flag");

  RevengeTrading() { lines({"crowd"}); }

  void prepare(const Day& day) override { books.prepare(day); }

  struct Side {  // days after losses, or others
    size_t days = 0, lots = 0;
    Sum invested;
  };

  void process(const Entity& entity, Output& out) const override {
    const Book book = books.of(entity);
    if (book.empty()) return;
    const std::vector<bool> losses = days_with_losses(entity);
    Side after, other;
    for (auto day = book.begin(); day < book.end(); ++day) {
      if (!(book.value(day - 1) > 0)) continue;
      Side& side = is_recent(losses, static_cast<size_t>(day)) ? after : other;
      ++side.days;
      for (const Lot& lot : book.lots()) {
        if (lot.opened != day) continue;
        side.invested += lot.invested;
        ++side.lots;
      }
    }
    const double size = ratio(per(after.lots, after), per(other.lots, other));
    const bool enough_days = after.days >= kLeastDays && other.days >= kLeastDays;
    const double a_day =
        enough_days ? ratio(per(after.days, after), per(other.days, other)) : kUndefined;
    Record record = out.add();
    record[post_loss_days] = after.days;
    record[other_days] = other.days;
    record[revenge_size_ratio] = defined(size);
    record[revenge_ratio] = defined(a_day);
    record[revenge_flag] = size >= kMuchMore && a_day >= kMuchMore &&
                           after.lots >= kLeastLotsAfter && other.lots >= kLeastLotsOther;
  }

  static double per(size_t count, const Side& side) {
    return ratio(side.invested, static_cast<double>(count));
  }

  // For each day of the window of closed lots. A loss that is not known is none.
  std::vector<bool> days_with_losses(const Entity& entity) const {
    std::vector<bool> losses;
    for (const WindowDay day : entity.window(books.history)) {
      losses.push_back(false);
      for (const Row lot : day.rows) {
        const bool counts = defect(books.closed, lot, day.date) == nullptr;
        if (counts && numbers_of(books.closed, lot).net_profit < 0) losses.back() = true;
      }
    }
    return losses;
  }

  // Both windows end with the date.
  bool is_recent(const std::vector<bool>& losses, size_t day) const {
    const size_t end = losses.size() - (books.closes.days() - day);
    for (size_t i = end - std::min<size_t>(end, kRecent); i < end; ++i) {
      if (losses[i]) return true;
    }
    return false;
  }
};
ALMANAC_CALCULATION(RevengeTrading, "psychometrics", "revenge_trading")
