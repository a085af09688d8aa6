#include <almanac/calculation.h>

#include "layers/profiling/user_class.h"

using namespace almanac;

// What kind of investor each user is, by the rules of layers/profiling/user_class.h.
struct UserClassifier : PerEntity {
  Table holding = calculation("holding");
  In<double> hold_median = holding["hold_median"];
  In<double> n_closed = holding["n_closed"];
  In<int64_t> n_buys = holding["n_buys"];
  In<double> buy_momentum = holding["buy_momentum"];
  Table revenge = calculation("revenge_trading");
  In<bool> revenge_flag = revenge["revenge_flag"];
  Table sales = calculation("disposition");
  In<double> disposition = sales["disposition"];
  In<double> disposition_t = sales["disposition_t"];
  Table exposure = calculation("exposure");
  In<double> hhi = exposure["hhi"];
  In<double> n_eff = exposure["n_eff"];
  In<double> turnover = exposure["turnover"];

  Key<int64_t> user = key("user_id");
  Out<std::string_view> found = column("user_class");

  UserClassifier() { lines({"crowd"}); }

  void process(const Entity& entity, Output& out) const override {
    const Rows held = entity.rows(holding), angry = entity.rows(revenge);
    const Rows sold = entity.rows(sales), exposed = entity.rows(exposure);
    if (held.empty() || angry.empty() || sold.empty() || exposed.empty()) return;
    Record record = out.add();
    record[found] = user_class(
        {held[0][hold_median], held[0][n_closed], static_cast<double>(held[0][n_buys]),
         held[0][buy_momentum], angry[0][revenge_flag], sold[0][disposition],
         sold[0][disposition_t], exposed[0][hhi], exposed[0][n_eff], exposed[0][turnover]});
  }
};
ALMANAC_CALCULATION(UserClassifier, "profiling", "user_classifier")
