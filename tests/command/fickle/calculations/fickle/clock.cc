#include <almanac/calculation.h>

#include <chrono>

using namespace almanac;

struct Clock : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<std::string_view> station = key("station");
  Out<double> sound = column("sound");
  Out<double> wrong = column("wrong");

  void process(const Entity& entity, Output& out) const override {
    const double given = entity.rows(readings)[0][value];
    Record record = out.add();
    record[sound] = given;
    record[wrong] = static_cast<double>(
        std::chrono::system_clock::now().time_since_epoch().count() % 1'000'000'007);
  }
};
ALMANAC_CALCULATION(Clock, "fickle", "clock")
