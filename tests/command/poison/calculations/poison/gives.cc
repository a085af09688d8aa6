#include <almanac/calculation.h>

#include <limits>
#include <stdexcept>

using namespace almanac;

// Puts out what is no result, or hardly one, as the day's data say.
struct Gives : WholeDate {
  Table readings = dataset("readings");
  In<std::string_view> kind = readings["kind"];

  Key<int64_t> part = key("part");
  Out<double> number = column("number");
  Out<std::string_view> text = column("text");
  Out<Date> when = column("when").nullable().sparse();

  void process(const Day& day, Output& out) const override {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const std::string_view what = day.rows(readings)[0][kind];
    if (what == "nothing") return;
    if (what == "bytes") throw std::runtime_error("not text: \xff\xfe\xc3");
    if (what == "foreign") throw 42;
    const int64_t rows = what == "many" ? 200'000 : 10;
    for (int64_t i = 0; i < rows; ++i) {
      Record record = out.add();
      record[part] = what == "twice" ? 0 : i;
      record[number] = static_cast<double>(i);
      record[text] = what == "text" ? "\xff\xfe\xc3" : "words";
      if (what == "no_number") record[number] = kNan;
      if (what == "infinite") record[number] = kInfinity;
      if (what == "odd")
        record[number] = i % 2 == 0 ? -0.0 : std::numeric_limits<double>::denorm_min();
      if (what == "dates") record[when] = i % 2 == 0 ? Date() : Date::parse("9999-12-31").value();
      if (what == "far") record[when] = Date(std::numeric_limits<int32_t>::max());
    }
  }
};
ALMANAC_CALCULATION(Gives, "poison", "gives")
