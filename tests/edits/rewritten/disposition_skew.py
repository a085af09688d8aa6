"""Edits of disposition_skew, written without a look at the others."""
from edit import preserves

SKEW = "calculations/psychometrics/disposition_skew.cc"
MOMENTS = "layers/mathematics/moments.h"

EDITS = (
    preserves(
        "disposition_skew", "no question for the number of values: what is infinite is null",
        (MOMENTS, """\
// G1 = sqrt(n (n - 1)) / (n - 2) * m3 / m2^1.5; undefined below three values or without variance.
""", """\
// G1 = sqrt(n (n - 1)) / (n - 2) * m3 / m2^1.5; undefined without variance, so below two values,
// too; of two it is not finite.
"""),
        (MOMENTS, "  if (values.size() < 3 || !(m2 > kNoVariance)) return kUndefined;\n",
         "  if (!(m2 > kNoVariance)) return kUndefined;\n")),
    preserves(
        "disposition_skew", "a function for each side, which counts its lots",
        (SKEW, """\
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
""", """\
    const Side realised = side_of(closed, entity);
    const Side paper = side_of(open, entity);
    if (realised.lots == 0 && paper.lots == 0) return;
    Record record = out.add();
    record[skew_paper] = defined(paper.skew);
    record[skew_realised] = defined(realised.skew);
    record[disposition_skew] = defined(realised.skew - paper.skew);
  }

  struct Side {
    size_t lots;  // also those without a return
    double skew;
  };

  static Side side_of(const Lots& lots, const Entity& entity) {
    size_t count = 0;
    std::vector<double> returns;
    each_lot(lots, entity, [&](Date, Row lot) {
      ++count;
      const auto [invested, net_profit, value] = numbers_of(lots, lot);
      if (invested == 0) return;
      returns.push_back(net_profit / invested);
    });
    return {count, skewness(returns)};
  }
""")),
)
