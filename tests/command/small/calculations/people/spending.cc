#include <almanac/calculation.h>

using namespace almanac;

struct Spending : PerEntity {
  Table purchases = dataset("purchases");
  In<double> amount = purchases["spent"];

  Key<int64_t> user = key("user_id");
  Out<double> spent = column("spent");

  void process(const Entity& entity, Output& out) const override {
    double sum = 0;
    for (const Row row : entity.rows(purchases)) sum += row[amount];
    out.add()[spent] = sum;
  }
};
ALMANAC_CALCULATION(Spending, "people", "spending")
