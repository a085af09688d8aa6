#include <almanac/calculation.h>

#include <ctime>

using namespace almanac;

struct Zone : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<std::string_view> station = key("station");
  Out<double> sound = column("sound");
  Out<double> wrong = column("wrong");

  void process(const Entity& entity, Output& out) const override {
    const double given = entity.rows(readings)[0][value];
    Record record = out.add();
    record[sound] = given;
    const std::time_t noon = 1'704'110'400;
    record[wrong] = given + std::localtime(&noon)->tm_hour;
  }
};
ALMANAC_CALCULATION(Zone, "fickle", "zone")
