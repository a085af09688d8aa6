#!/usr/bin/env python3
"""A day that needs more memory than the days before goes where there is more, before it fails."""
import fcntl
import os
import struct
import time
import unittest

from project import Project, WEEK, kill

FEW, SOME, MANY = 60, 120, 600  # rows, each of a megabyte; memory_mb is 400


def write(project, day, rows):
    lines = "".join(f"s{i},1\n" for i in range(rows))
    project.write(f"data/readings/date={day}/readings.csv", "station,value\n" + lines)


def attempts(project, day):
    return project.run("explain", "hungry", day).json["attempts"]


class HighMem(unittest.TestCase):
    def setUp(self):
        self.project = Project.fixture("hungry")
        write(self.project, WEEK[0], FEW)
        write(self.project, WEEK[1], SOME)
        self.project.run("run")

    def test_a_large_day_is_seen_coming(self):
        self.assertEqual([a["high_mem"] for day in WEEK[:2] for a in attempts(self.project, day)],
                         [False, False])
        write(self.project, WEEK[2], MANY)
        self.project.run("run")
        made = attempts(self.project, WEEK[2])
        self.assertEqual([(a["status"], a["high_mem"], a["input_rows"]) for a in made],
                         [("SUCCESS", True, MANY)])

    def test_what_is_known_is_shown(self):
        write(self.project, WEEK[2], MANY)
        explained = self.project.run("explain", "hungry", WEEK[2]).json
        self.assertEqual(explained["need"]["rows"], MANY)
        self.assertTrue(550e6 < explained["need"]["bytes"] < 900e6, explained["need"])

    def test_a_day_like_the_others_stays_with_the_others(self):
        write(self.project, WEEK[2], SOME)
        self.project.run("run")
        self.assertEqual([a["high_mem"] for a in attempts(self.project, WEEK[2])], [False])

    def test_what_was_not_seen_coming_is_tried_again_where_there_is_more(self):
        fresh = Project.fixture("hungry")
        write(fresh, WEEK[0], MANY)
        fresh.run("run")
        made = attempts(fresh, WEEK[0])
        self.assertEqual([(a["status"], a["high_mem"]) for a in made],
                         [("FAILURE", False), ("SUCCESS", True)])

    def test_no_cell_begins_while_the_memory_of_the_host_is_taken(self):
        write(self.project, WEEK[2], FEW)
        shared = self.project.root / "shared"
        room = shared / f"almanac-{os.geteuid()}/room/process-other"
        shared.mkdir()
        room.parent.parent.mkdir(mode=0o700)
        room.parent.mkdir()
        with open(room, "wb") as other:
            fcntl.flock(other, fcntl.LOCK_EX)  # as a process does that lives
            other.write(struct.pack("=qQqq", os.getpid(), 1 << 60, 0, 0))  # nobody waits
            other.flush()
            run = self.project.start("run", env={"TMPDIR": str(shared)})
            self.addCleanup(kill, run)
            time.sleep(3)
            self.assertIsNone(run.poll(), "it waits")
            self.assertEqual(attempts(self.project, WEEK[2]), [])
        self.assertEqual(run.wait(timeout=60), 0)
        self.assertEqual(len(attempts(self.project, WEEK[2])), 1)
        self.assertFalse(room.exists(), "whoever holds it is gone")


# Its rows are not in order: they are sorted once it has made them, which takes as much again.
LARGE = """#include <almanac/calculation.h>
using namespace almanac;
struct Large : WholeDate {
  Table readings = dataset("readings");
  In<int64_t> value = readings["value"];
  Key<int64_t> one = key("one");
  Out<double> a = column("a");
  Out<double> b = column("b");
  Out<double> c = column("c");
  void process(const Day& day, Output& out) const override {
    (void)day;
    for (int64_t i = 6'000'000; i > 0; --i) {
      Record record = out.add();
      record[one] = i;
      record[a] = i * 0.5;
      record[b] = i * 0.25;
      record[c] = i * 1.5;
    }
  }
};
ALMANAC_CALCULATION(Large, "tests", "large")
"""

# Keeps all memory that it can get, so that nothing is left for its result.
KEEPS = """#include <almanac/calculation.h>
#include <cstdlib>
#include <vector>
using namespace almanac;
struct Keeps : WholeDate {
  Table readings = dataset("readings");
  In<int64_t> value = readings["value"];
  Key<int64_t> one = key("one");
  Out<double> a = column("a");
  void process(const Day& day, Output& out) const override {
    (void)day;
    for (int64_t i = 0; i < 1'000'000; ++i) {
      Record record = out.add();
      record[one] = i;
      record[a] = i * 0.37;
    }
    static std::vector<void*> kept;
    kept.reserve(100'000);
    while (void* more = malloc(1'000'000)) kept.push_back(more);
  }
};
ALMANAC_CALCULATION(Keeps, "tests", "keeps")
"""


class LacksMemoryForItsResult(unittest.TestCase):
    def setUp(self):
        self.project = Project.fixture("hungry")
        write(self.project, WEEK[0], FEW)

    def add(self, name, source):
        self.project.write(f"calculations/tests/{name}.cc", source)
        self.project.run("build")

    def test_it_goes_where_there_is_more(self):
        self.add("large", LARGE)
        self.project.run("run")
        made = self.project.run("explain", "large", WEEK[0]).json["attempts"]
        self.assertEqual([(a["status"], a["high_mem"]) for a in made],
                         [("FAILURE", False), ("SUCCESS", True)], made)

    def test_it_costs_attempts_and_hurts_no_other(self):
        self.add("keeps", KEEPS)
        self.project.edit("almanac.toml", "high_mem_mb = 1500", "high_mem_mb = 450")
        done = self.project.run("run", code=1)
        self.assertEqual(done.totals(), {"computed": 1, "failed": 1})
        (letter,) = self.project.run("status").json["dead_letters"]
        self.assertEqual((letter["calculation"], letter["attempts"]), ("keeps", 3), letter)


if __name__ == "__main__":
    unittest.main()
