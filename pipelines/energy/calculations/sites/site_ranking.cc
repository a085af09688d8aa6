#include <almanac/calculation.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "layers/hours.h"

using namespace almanac;

// Sites by what they used for each square metre: rank 1 is the thriftiest, equal ones share a rank.
// A site of which a meter is silent, or silent for an hour, is not ranked; the meter is named.
struct SiteRanking : WholeDate {
  Table uses = calculation("daily_use");
  In<std::string_view> used_at = uses["meter"];
  In<double> use = uses["kwh"];
  In<int64_t> hours = uses["hours"];
  Table meters = dataset("meters");
  In<std::string_view> meter = meters["meter"], site_of = meters["site"];
  Table sites = dataset("sites");
  In<std::string_view> name = sites["site"];
  In<double> area_m2 = sites["area_m2"];

  Key<std::string_view> site = key("site");
  Out<double> kwh = column("kwh").constant();  // of the meters that were heard
  Out<double> kwh_per_m2 = column("kwh_per_m2").sparse();
  Out<int64_t> rank = column("rank").sparse();
  Out<List<std::string_view>> silent = column("silent");  // by name

  SiteRanking() { tags({"report"}); }

  struct Site {
    double area_m2 = 0, kwh = 0;
    size_t meters = 0;
    std::vector<std::string_view> silent;

    double per_m2() const { return kwh / area_m2; }
    bool ranked() const { return meters > 0 && silent.empty() && area_m2 > 0; }
  };
  using Sites = std::map<std::string_view, Site>;

  void process(const Day& day, Output& out) const override {
    const Sites all = sites_of(day);
    std::vector<double> ranked;
    for (const auto& [_, one] : all) {
      if (one.ranked()) ranked.push_back(one.per_m2());
    }
    std::sort(ranked.begin(), ranked.end());

    for (const auto& [id, one] : all) {
      Record record = out.add();
      record[site] = id;
      record[kwh] = one.kwh;
      record[silent] = one.silent;
      if (!one.ranked()) continue;
      record[kwh_per_m2] = one.per_m2();
      record[rank] =
          1 + (std::lower_bound(ranked.begin(), ranked.end(), one.per_m2()) - ranked.begin());
    }
  }

  Sites sites_of(const Day& day) const {
    std::map<std::string_view, Row> use_of;
    for (const Row row : day.rows(uses)) use_of.emplace(row[used_at], row);
    Sites all;
    for (const Row row : day.rows(sites)) all[row[name]].area_m2 = row[area_m2];
    for (const Row row : day.rows(meters)) {
      const auto one = all.find(row[site_of]);
      if (one == all.end()) continue;
      ++one->second.meters;
      const auto heard = use_of.find(row[meter]);
      const bool any = heard != use_of.end();
      if (any) one->second.kwh += heard->second[use];
      const bool whole = any && heard->second[hours] == static_cast<int64_t>(kHours);
      if (!whole) one->second.silent.push_back(row[meter]);
    }
    for (auto& [_, one] : all) {
      one.kwh = whole_wh(one.kwh);
      std::sort(one.silent.begin(), one.silent.end());
    }
    return all;
  }
};
ALMANAC_CALCULATION(SiteRanking, "sites", "site_ranking")
