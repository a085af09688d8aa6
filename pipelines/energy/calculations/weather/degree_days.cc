#include <almanac/calculation.h>

#include <algorithm>
#include <cmath>

using namespace almanac;

// How much heating and cooling each site's weather asked for.
//
//   mean = (min + max) / 2;  HDD = max(0, heating base - mean);  CDD = max(0, mean - cooling base)
//
// in K d. The mean degree-day method of CIBSE TM41, Degree-days: theory and application (2006); its
// base for heating in the UK is 15.5 C. 18.3 C (65 F) is that of the ASHRAE Handbook, Fundamentals.
struct DegreeDays : PerEntity {
  Table weather = dataset("weather");
  In<double> t_min = weather["t_min"];                               // C
  In<double> t_max = weather["t_max"];                               // C
  Parameter<double> heating_base = parameter("heating_base", 15.5);  // C
  Parameter<double> cooling_base = parameter("cooling_base", 18.3);  // C

  Key<std::string_view> site = key("site");
  Out<double> mean_c = column("mean_c");
  Out<double> hdd = column("hdd").constant();  // 0 everywhere in summer
  Out<double> cdd = column("cdd").constant();  // and in winter

  void process(const Entity& entity, Output& out) const override {
    const Rows day = entity.rows(weather);
    const double mean = (day[0][t_min] + day[0][t_max]) / 2;
    if (!std::isfinite(mean)) return entity.reject("a temperature is missing");
    Record record = out.add();
    record[mean_c] = mean;
    record[hdd] = std::max(0.0, heating_base - mean);
    record[cdd] = std::max(0.0, mean - cooling_base);
  }
};
ALMANAC_CALCULATION(DegreeDays, "weather", "degree_days")
