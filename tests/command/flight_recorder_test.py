#!/usr/bin/env python3
"""What is known of a cell whose process is gone: the last that was seen of it."""
import unittest

from project import Project, new_folder

DAY = "2024-01-02"
MEGABYTE = 10**6
HELD = 150 * MEGABYTE

TOML = """
[project]
name = "recorded"
epoch = 1
calendar = "dataset:readings"

[dataset.readings]
path = "data/readings/date={date}/*.csv"
entity = "station"
"""

# Holds memory for some seconds, and dies of it.
DOOMED = """
#include <almanac/calculation.h>

#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

using namespace almanac;

struct Doomed : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];
  Key<std::string_view> station = key("station");
  Out<double> copy = column("copy");

  void process(const Entity& entity, Output& out) const override {
    const std::vector<char> held(%d, 'x');
    std::this_thread::sleep_for(std::chrono::milliseconds(4500));
    if (held[static_cast<size_t>(entity.rows(readings)[0][value])] == 'x') std::abort();
    out.add()[copy] = 1;
  }
};
ALMANAC_CALCULATION(Doomed, "mood", "doomed")
""" % HELD


class Crash(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = Project(new_folder() / "recorded")
        cls.project.write("almanac.toml", TOML)
        cls.project.write("calculations/doomed.cc", DOOMED)
        cls.project.write(f"data/readings/date={DAY}/readings.csv", "station,value\ns1,1.5\n")
        cls.done = cls.project.run("run", code=1)

    def test_leaves_the_last_reading_of_each_attempt(self):
        attempts = self.project.run("explain", "doomed", DAY).json["attempts"]
        self.assertEqual([one["status"] for one in attempts], ["CRASH"] * 3)
        for one in attempts:
            reading = one["last_reading"]
            self.assertGreater(reading["resident_bytes"], HELD)
            self.assertLess(reading["resident_bytes"], HELD + 100 * MEGABYTE)
            self.assertGreater(reading["heap_bytes"], HELD)
            self.assertGreater(reading["at_ms"], one["started_ms"])
            self.assertLess(reading["cpu_ms"], one["duration_ms"])
            self.assertEqual(one["stage"], "process")

    def test_is_explained(self):
        text = self.project.run("explain", "doomed", DAY, json=False).stdout
        self.assertIn("SIGABRT", text)
        self.assertRegex(text, r"last seen with \d+ MB, of which \d+ on the heap, after ")

    def test_names_the_walls_that_stood(self):
        attempts = self.project.run("explain", "doomed", DAY).json["attempts"]
        for one in attempts:
            self.assertIn("limits", one["statistics"]["walls"].split(","))


if __name__ == "__main__":
    unittest.main()
