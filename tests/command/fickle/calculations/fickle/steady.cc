#include <almanac/calculation.h>

using namespace almanac;

struct Steady : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<std::string_view> station = key("station");
  Out<double> sound = column("sound");
  Out<double> wrong = column("wrong");

  void process(const Entity& entity, Output& out) const override {
    const double given = entity.rows(readings)[0][value];
    Record record = out.add();
    record[sound] = given;
    record[wrong] = 2 * given;
  }
};
ALMANAC_CALCULATION(Steady, "fickle", "steady")
