#!/usr/bin/env python3
"""The view never shows a result that no longer stands: its data never were, or its calculation is gone."""
import unittest

from project import WEEK, small


def setUpModule():
    global week
    week = small()
    week.run("run")


class StaleView(unittest.TestCase):
    def setUp(self):
        self.project = week.copy()
        self.before = set(self.project.files("results"))

    def test_a_cell_that_becomes_impossible_leaves_the_view_and_comes_back_with_its_data(self):
        path = 'path   = "data/prices/date={date}/prices.csv"\n'
        self.project.edit("almanac.toml", path, path + f'first  = "{WEEK[2]}"\n')
        done = self.project.run("run")
        gone = done.cells(outcome="impossible")
        self.assertEqual({date for _, date in gone}, set(WEEK[:2]))
        self.assertEqual(self.project.results("doubled")["market/doubled"], WEEK[2:])
        self.assertEqual(self.project.results("spending")["people/spending"], WEEK)
        kept = self.project.files()
        self.project.run("run")
        self.assertEqual(self.project.files(), kept)
        self.project.edit("almanac.toml", f'first  = "{WEEK[2]}"\n', "")
        back = self.project.run("run")
        self.assertEqual(back.json["totals"]["computed"], 0)
        self.assertLessEqual(set(gone), set(back.cells(outcome="reused")))
        self.assertEqual(set(self.project.files("results")), self.before)

    def test_gc_takes_removed_calculations_out_and_they_come_back_without_computing(self):
        source = (self.project.root / "calculations/signals/trend.cc").read_text()
        self.project.remove("calculations/signals/trend.cc")
        self.assertEqual(self.project.run("gc", "--dry-run").json["withdrawn"], len(WEEK))
        self.assertIn("signals/trend", self.project.results("trend"))
        self.assertEqual(self.project.run("gc").json["withdrawn"], len(WEEK))
        self.assertEqual(self.project.results("trend"), {})
        self.assertEqual(self.project.run("gc").json["withdrawn"], 0)
        self.project.write("calculations/signals/trend.cc", source)
        done = self.project.run("run", "--select", "trend")
        self.assertEqual(done.totals(), {"reused": len(WEEK)})
        self.assertEqual(set(self.project.files("results")), self.before)


if __name__ == "__main__":
    unittest.main()
