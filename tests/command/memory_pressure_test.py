#!/usr/bin/env python3
"""A cell whose result is larger than the memory that it may use: it is written in parts, at what its
process really holds, and is the same as with any amount of memory."""
import unittest

from project import Project, new_folder

DAY = "2024-01-02"
ENTITIES, READINGS = 32_000, 25
ROWS, COLUMNS = 80, 8  # that an entity puts out
MEGABYTE = 10**6
HELD = 250 * MEGABYTE
RESULT = ENTITIES * ROWS * COLUMNS * 8
LITTLE, PLENTY = 400, 2000  # MB

TOML = """
[project]
name = "large"
epoch = 1
calendar = "dataset:readings"

[dataset.readings]
path = "data/readings/date={date}/*.csv"
entity = "station"

[runner]
memory_mb = %d
"""

# Keeps a table of its own, which no counting of rows would find.
LARGE = """
#include <almanac/calculation.h>

#include <vector>

using namespace almanac;

struct Large : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];
  Key<int64_t> station = key("station");
  Key<int64_t> place = key("place");
  %s
  std::vector<char> table = std::vector<char>(%d, 1);

  void process(const Entity& entity, Output& out) const override {
    double sum = 0;
    for (Row row : entity.rows(readings)) sum += row[value];
    for (int64_t i = 0; i < %d; ++i) {
      Record record = out.add();
      record[place] = i;
      %s
    }
  }
};
ALMANAC_CALCULATION(Large, "large", "large")
""" % ("\n  ".join(f'Out<double> c{c} = column("c{c}");' for c in range(COLUMNS - 2)), HELD, ROWS,
       "\n      ".join(f"record[c{c}] = (sum + {c}) * i;" for c in range(COLUMNS - 2)))


def computed(memory_mb):
    """The result's hash, and what the attempt measured, in a project of its own."""
    project = Project(new_folder() / "large")
    project.write("almanac.toml", TOML % memory_mb)
    project.write("calculations/large.cc", LARGE)
    project.write(f"data/readings/date={DAY}/readings.csv", "station,value\n" + "".join(
        f"{s},{s * READINGS + i}.5\n" for s in range(ENTITIES) for i in range(READINGS)))
    done = project.run("run")
    (attempt,) = project.run("explain", "large", DAY).json["attempts"]
    return done.hashes()["large", DAY], attempt["statistics"]


class LittleMemory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hash, cls.little = computed(LITTLE)
        cls.same_hash, cls.plenty = computed(PLENTY)

    def test_the_whole_would_not_have_fit(self):
        self.assertGreater(HELD + RESULT, LITTLE * MEGABYTE)

    def test_is_enough(self):
        self.assertGreater(self.little["peak_memory_bytes"], HELD)
        self.assertLess(self.little["peak_memory_bytes"], LITTLE * MEGABYTE)

    def test_makes_it_write_sooner(self):
        self.assertGreater(self.little["flushes"]["MEMORY_PRESSURE"], 0)
        self.assertEqual(self.plenty["flushes"]["MEMORY_PRESSURE"], 0)

    def test_changes_nothing_of_the_result(self):
        self.assertEqual(self.hash, self.same_hash)
        for counted in ("rows", "entities", "failed", "skipped"):
            self.assertEqual(self.little[counted], self.plenty[counted])
        self.assertEqual(self.little["rows"], ENTITIES * ROWS)


if __name__ == "__main__":
    unittest.main()
