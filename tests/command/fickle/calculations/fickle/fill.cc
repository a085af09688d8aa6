#include <almanac/calculation.h>

#include <cstdlib>

using namespace almanac;

struct Fill : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<std::string_view> station = key("station");
  Out<double> sound = column("sound");
  Out<double> wrong = column("wrong");

  void process(const Entity& entity, Output& out) const override {
    const double given = entity.rows(readings)[0][value];
    Record record = out.add();
    record[sound] = given;
    auto* unset = static_cast<volatile unsigned char*>(std::malloc(100'000));
    record[wrong] = given + unset[50'000];  // nobody has written there
    std::free(const_cast<unsigned char*>(unset));
  }
};
ALMANAC_CALCULATION(Fill, "fickle", "fill")
