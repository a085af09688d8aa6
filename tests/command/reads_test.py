#!/usr/bin/env python3
"""What a read is keyed by decides which rows an entity is given, so it belongs to the key."""
import unittest

from project import Project

UP = """#include <almanac/calculation.h>
using namespace almanac;
struct Up : WholeDate {
  Table readings = dataset("readings");
  In<std::string_view> name = readings["station"];
  In<double> celsius = readings["celsius"];
  Key<std::string_view> station = key("station");
  Out<double> degrees = column("c");
  void process(const Day& day, Output& out) const override {
    std::string_view last;
    for (const Row row : day.rows(readings)) {
      if (row[name] == last) continue;
      last = row[name];
      Record record = out.add();
      record[station] = last;
      record[degrees] = row[celsius];
    }
  }
};
ALMANAC_CALCULATION(Up, "weather", "up")
"""
DOWN = """#include <almanac/calculation.h>
using namespace almanac;
struct Down : PerEntity {
  Table readings = dataset("readings");
  In<double> celsius = readings["celsius"];
  Table up = calculation("up");
  In<double> degrees = up["c"];
  Key<std::string_view> station = key("station");
  Out<int64_t> seen = column("seen");
  void process(const Entity& entity, Output& out) const override {
    out.add()[seen] = static_cast<int64_t>(entity.rows(up).size());
  }
};
ALMANAC_CALCULATION(Down, "weather", "down")
"""


class Reads(unittest.TestCase):
    def test_a_renamed_key_of_a_dependency_runs_its_readers(self):
        project = Project.example("starter")
        project.today = "2024-05-08"
        project.write("calculations/weather/up.cc", UP)
        project.write("calculations/weather/down.cc", DOWN)
        project.run("run", "--select", "up,down")
        project.edit("calculations/weather/up.cc", 'key("station")', 'key("place")')
        why = project.run("run", "--select", "up,down").why("state", "reason", "outcome")
        self.assertEqual(why["down"], {("reRun", "schema", "computed")})
        self.assertEqual(project.run("verify").json["differences"], [])

    def test_cells_on_data_that_is_gone_are_not_verified(self):
        project = Project.example("starter")
        project.today = "2024-05-08"
        project.run("run")
        path = project.root / "data/readings.csv"
        rows = path.read_text().splitlines(keepends=True)
        path.write_text("".join(row for row in rows if not row.startswith("2024-05-07")))
        verified = project.run("verify").json
        self.assertEqual(verified["differences"], [])
        self.assertLess(verified["verified"], 14)


if __name__ == "__main__":
    unittest.main()
