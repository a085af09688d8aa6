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
        room.parent.mkdir(parents=True, mode=0o700)
        with open(room, "wb") as other:
            fcntl.flock(other, fcntl.LOCK_EX)  # as a process does that lives
            other.write(struct.pack("=Qqq", 1 << 60, 0, 0))  # inside; nobody waits
            other.flush()
            run = self.project.start("run", env={"TMPDIR": str(shared)})
            self.addCleanup(kill, run)
            time.sleep(3)
            self.assertIsNone(run.poll(), "it waits")
            self.assertEqual(attempts(self.project, WEEK[2]), [])
        self.assertEqual(run.wait(timeout=60), 0)
        self.assertEqual(len(attempts(self.project, WEEK[2])), 1)
        self.assertFalse(room.exists(), "whoever holds it is gone")


if __name__ == "__main__":
    unittest.main()
