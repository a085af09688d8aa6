#include <almanac/calculation.h>

#include <vector>

#include "layers/mathematics/moments.h"
#include "layers/schemas/lots.h"

using namespace almanac;

// Where each user's returns lean: the skewness (G1) of what was realised in 60 days less that of
// what is held. Who sells winners and keeps losers cuts the right tail off what is held. There is
// no accepted definition; this one is ours. A lot without units has no return.
struct DispositionSkew : PerEntity {
  Lots open{dataset("positions"), "price"};
  Lots closed{dataset("history").window(kWindow).optional(), "close_price"};

  Key<int64_t> user = key("user_id");
  Out<double> skew_realised = column("skew_realised").sparse().constant();
  Out<double> skew_paper = column("skew_paper").sparse().constant();
  Out<double> disposition_skew = column("disposition_skew").sparse().constant();

  DispositionSkew() { lines({"crowd"}); }

  void process(const Entity& entity, Output& out) const override {
    bool any = false;
    const auto skew_of = [&](const Lots& lots) {
      std::vector<double> returns;
      each_lot(lots, entity, [&](Date, Row lot) {
        any = true;
        const LotNumbers numbers = numbers_of(lots, lot);
        if (numbers.invested != 0) returns.push_back(numbers.net_profit / numbers.invested);
      });
      return skewness(returns);
    };
    const double realised = skew_of(closed), paper = skew_of(open);
    if (!any) return;
    Record record = out.add();
    record[skew_realised] = defined(realised);
    record[skew_paper] = defined(paper);
    record[disposition_skew] = defined(realised - paper);
  }
};
ALMANAC_CALCULATION(DispositionSkew, "psychometrics", "disposition_skew")
