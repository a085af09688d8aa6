#include <almanac/calculation.h>

#include <cstdint>
#include <memory>

using namespace almanac;

struct Address : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<std::string_view> station = key("station");
  Out<double> sound = column("sound");
  Out<double> wrong = column("wrong");

  void process(const Entity& entity, Output& out) const override {
    const double given = entity.rows(readings)[0][value];
    Record record = out.add();
    record[sound] = given;
    const auto on_heap = std::make_unique<double>(given);
    record[wrong] = static_cast<double>(reinterpret_cast<uintptr_t>(on_heap.get()));
  }
};
ALMANAC_CALCULATION(Address, "fickle", "address")
