#!/usr/bin/env python3
"""Calculations whose results hang on chance, memory, time zone, processors or time: cells that are
computed twice find them out; their results are kept, and no trace of theirs is a hit."""
import unittest

from project import Project, WEEK

FICKLE = {"chance": "in wrong", "address": "in wrong", "fill": "in wrong", "zone": "in wrong",
          "processors": "in wrong", "clock": "in wrong", "crasher": "it fails: CRASH: "}


def write(project, day, values=(1.5, 2.5, 3.5)):
    lines = [f"s{i},{value}" for i, value in enumerate(values)]
    project.write(f"data/readings/date={day}/readings.csv",
                  "\n".join(["station,value", *lines]) + "\n")


def setUpModule():
    global fresh
    fresh = Project.fixture("fickle")
    write(fresh, WEEK[0])
    fresh.run("build")


def flagged(done):
    return {x["calculation"]: x for x in done.json.get("nondeterministic", [])}


class Repeats(unittest.TestCase):
    def test_each_way_to_be_fickle_is_found_and_nothing_else(self):
        project = fresh.copy()
        done = project.run("run")
        found = flagged(done)
        self.assertEqual(sorted(found), sorted(FICKLE))
        for calculation, difference in FICKLE.items():
            with self.subTest(calculation):
                self.assertEqual((found[calculation]["cells"], found[calculation]["differing"]),
                                 (1, 1))
                self.assertEqual(found[calculation]["date"], WEEK[0])
                self.assertIn(difference, found[calculation]["difference"])
        self.assertEqual(done.totals(), {"computed": len(FICKLE) + 1})
        steady = project.run("explain", "steady", WEEK[0]).json["repeats"]
        self.assertEqual(steady, {"cells": 1, "differing": 0})

    def test_results_are_kept_and_stay_up_to_date(self):
        project = fresh.copy()
        project.run("run")
        again = project.run("run")
        self.assertEqual(again.totals(), {"stable": len(FICKLE) + 1})
        self.assertEqual(sorted(flagged(again)), sorted(FICKLE), "each run says so")
        self.assertIn("chance is not deterministic", project.run("run", json=False).stdout)
        self.assertEqual(project.results("chance"), {"fickle/chance": [WEEK[0]]})

    def test_no_trace_of_theirs_is_a_hit(self):
        project = fresh.copy()
        project.run("run")
        write(project, WEEK[0], values=(9, 9, 9))
        project.run("run")
        write(project, WEEK[0])
        done = project.run("run")
        outcome = {c["calculation"]: c["outcome"] for c in done.json["cells"]}
        self.assertEqual(outcome.pop("steady"), "reused")
        self.assertEqual(outcome, dict.fromkeys(FICKLE, "computed"))

    def test_other_code_is_looked_at_anew(self):
        project = fresh.copy()
        project.run("run")
        project.edit("calculations/fickle/zone.cc", "std::localtime(&noon)->tm_hour", "12")
        done = project.run("run")
        self.assertEqual(sorted(flagged(done)), sorted(set(FICKLE) - {"zone"}))
        self.assertEqual(project.run("explain", "zone", WEEK[0]).json["repeats"],
                         {"cells": 1, "differing": 0})

    def test_a_share_of_cells_is_looked_at_and_the_first_of_each_code(self):
        project = fresh.copy()
        project.edit("almanac.toml", "repeat_percent = 100", "repeat_percent = 1")
        for day in WEEK:
            write(project, day)
        done = project.run("run")
        self.assertEqual(sorted(flagged(done)), sorted(FICKLE))
        cells = project.run("explain", "steady", WEEK[0]).json["repeats"]["cells"]
        self.assertTrue(1 <= cells < len(WEEK), cells)

    def test_nobody_who_does_not_want_it_pays(self):
        project = fresh.copy()
        project.edit("almanac.toml", "repeat_percent = 100", "repeat_percent = 0")
        self.assertEqual(flagged(project.run("run")), {})

    def test_a_forced_run_that_differs_is_such_evidence_too(self):
        project = fresh.copy()
        project.edit("almanac.toml", "repeat_percent = 100", "repeat_percent = 0")
        project.run("run")
        done = project.run("run", "--force", "--select", "chance", code=6)
        self.assertEqual(sorted(flagged(done)), ["chance"])
        self.assertEqual(len(done.json["not_reproduced"]), 1)


if __name__ == "__main__":
    unittest.main()
