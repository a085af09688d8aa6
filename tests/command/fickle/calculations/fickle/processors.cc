#include <almanac/calculation.h>
#include <sched.h>

using namespace almanac;

struct Processors : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<std::string_view> station = key("station");
  Out<double> sound = column("sound");
  Out<double> wrong = column("wrong");

  void process(const Entity& entity, Output& out) const override {
    const double given = entity.rows(readings)[0][value];
    Record record = out.add();
    record[sound] = given;
    cpu_set_t mine;
    sched_getaffinity(0, sizeof mine, &mine);
    record[wrong] = given + CPU_COUNT(&mine);
  }
};
ALMANAC_CALCULATION(Processors, "fickle", "processors")
