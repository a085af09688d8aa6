#include <almanac/calculation.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "layers/hours.h"

using namespace almanac;

// The power that each site drew by hour, its peak, and how much of its meters' peaks came together.
//
//   coincidence factor = peak of the sum / sum of the peaks, from 0 to 1; T. Gönen, Electric Power
//   Distribution System Engineering (1986), chapter 2
//
// Meters are streamed, so that there may be any number of them; one that meters.csv does not know
// counts nowhere.
struct LoadCurve : WholeDate {
  Entities<std::string_view> each_meter = entities("meter");
  Readings readings{dataset("readings")};
  Table meters = dataset("meters");
  In<std::string_view> site_of = meters["site"];

  Key<std::string_view> site = key("site");
  Out<List<double>> kw = column("kw");  // by hour; 0 where no meter has a reading
  Out<double> peak_kw = column("peak_kw");
  Out<int64_t> peak_hour = column("peak_hour").constant();  // the first one that has it
  Out<double> coincidence = column("coincidence").sparse();

  LoadCurve() { lines({"operations"}); }

  struct Curve {
    std::array<double, kHours> kw = {};
    double sum_of_peaks = 0;
  };

  void process(const Day& day, Output& out) const override {
    std::map<std::string, Curve> curves;
    for (const Entity meter : day.each(each_meter)) {
      const HoursOfDay hours(readings, meter);
      const Rows known = meter.rows(meters);
      if (hours.empty() || known.empty()) continue;
      Curve& curve = curves[std::string(known[0][site_of])];
      for (size_t hour = 0; hour < kHours; ++hour) {
        if (hours.has(hour)) curve.kw[hour] += hours[hour];
      }
      curve.sum_of_peaks += hours.peak();
    }
    for (auto& [name, curve] : curves) {
      for (double& power : curve.kw) power = whole_wh(power);
      const auto peak = std::max_element(curve.kw.begin(), curve.kw.end());
      Record record = out.add();
      record[site] = name;
      record[kw] = curve.kw;
      record[peak_kw] = *peak;
      record[peak_hour] = peak - curve.kw.begin();
      if (curve.sum_of_peaks > 0) record[coincidence] = *peak / curve.sum_of_peaks;
    }
  }
};
ALMANAC_CALCULATION(LoadCurve, "sites", "load_curve")
