#include <almanac/calculation.h>

#include <cstdlib>
#include <ctime>

using namespace almanac;

// Ends its process where the day is another one.
struct Crasher : WholeDate {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<int64_t> part = key("part");
  Out<double> total = column("total");

  void process(const Day& day, Output& out) const override {
    const std::time_t late = 1'704'149'999;  // 22:59:59 in Greenwich
    if (std::localtime(&late)->tm_mday != 1) std::abort();
    double sum = 0;
    for (const Row row : day.rows(readings)) sum += row[value];
    Record record = out.add();
    record[part] = 0;
    record[total] = sum;
  }
};
ALMANAC_CALCULATION(Crasher, "fickle", "crasher")
