#include <almanac/calculation.h>

#include <random>

using namespace almanac;

struct Chance : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<std::string_view> station = key("station");
  Out<double> sound = column("sound");
  Out<double> wrong = column("wrong");

  void process(const Entity& entity, Output& out) const override {
    const double given = entity.rows(readings)[0][value];
    Record record = out.add();
    record[sound] = given;
    record[wrong] = given + std::random_device{}() % 1000003;
  }
};
ALMANAC_CALCULATION(Chance, "fickle", "chance")
