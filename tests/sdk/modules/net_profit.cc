#include <almanac/calculation.h>
using namespace almanac;

// What each user's open lots cost, and what they have earned so far.
struct NetProfit : PerEntity {
  Table positions = dataset("positions");
  In<double> cost = positions["invested"];
  In<double> profit = positions["net_profit"];

  Key<int64_t> user = key("user_id");
  Out<double> invested = column("invested");
  Out<double> percent = column("net_profit_pct").nullable();

  void process(const Entity& user, Output& out) const override {
    double sum = 0, earned = 0;
    for (Row lot : user.rows(positions)) {
      sum += lot[cost];
      earned += lot[profit];
    }
    Record record = out.add();  // first key field of a PerEntity is filled in
    record[invested] = sum;
    if (sum != 0) record[percent] = 100 * earned / sum;
  }
};
ALMANAC_CALCULATION(NetProfit, "portfolio", "net_profit")
