#include <almanac/calculation.h>

#include <cmath>
#include <vector>

#include "layers/market/market_returns.h"
#include "layers/mathematics/regression.h"

using namespace almanac;

// Each user's alpha and beta: the line through daily returns of the last 60 days over those of the
// market index (M. C. Jensen, The performance of mutual funds in the period 1945-1964, Journal of
// Finance 23, 1968), with a riskless rate of 0. alpha_ann = alpha * 252 and resid_vol are per year.
struct Capm : PerEntity {
  static constexpr size_t kLeastPairs = 30;

  Table series = calculation("return_series");
  In<List<double>> returns = series["returns"];
  Table extracted = calculation("price_extractor").window(kWindow);
  In<std::string_view> ticker = extracted["ticker"];
  In<double> ret_1d = extracted["ret_1d"];

  Key<int64_t> user = key("user_id");
  Out<double> alpha_ann = column("alpha_ann").sparse().constant();
  Out<double> beta = column("beta").sparse().constant();
  Out<double> alpha_t = column("alpha_t").sparse().constant();
  Out<double> r2 = column("r2").sparse().constant();
  Out<double> resid_vol = column("resid_vol").sparse().constant();
  Out<int64_t> n_obs = column("n_obs").constant();

  Capm() { lines({"crowd"}); }

  std::vector<double> market;
  void prepare(const Day& day) override { market = market_returns(day, extracted, ticker, ret_1d); }

  void process(const Entity& entity, Output& out) const override {
    const auto row = entity.rows(series)[0][returns];
    const std::vector<double> own(row.begin(), row.end());
    const Line line = fitted_line(market, own, kLeastPairs);
    Record record = out.add();
    record[alpha_ann] = defined(line.alpha * kDaysPerYear);
    record[beta] = defined(line.beta);
    record[alpha_t] = defined(line.alpha_t);
    record[r2] = defined(line.r2);
    record[resid_vol] = defined(line.residual_sd * std::sqrt(kDaysPerYear));
    record[n_obs] = line.n;
  }
};
ALMANAC_CALCULATION(Capm, "attribution", "capm")
