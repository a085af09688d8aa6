#!/usr/bin/env python3
"""Ranges that are run, what is handed to a service, and what reconcile mends and offers again."""
import shutil
import sqlite3
import unittest

from project import WEEK, small


def setUpModule():
    global fresh, week
    fresh = small()
    week = fresh.copy()
    week.run("run")


def dates_of(done):
    return {cell["date"] for cell in done.json["cells"]}


class Ranges(unittest.TestCase):
    def test_backfill_takes_a_range_and_nothing_else(self):
        project = fresh.copy()
        done = project.run("backfill", "--from", WEEK[1], "--to", WEEK[2])
        self.assertEqual(done.json["expected"], 2 * 5)
        self.assertEqual(done.json["totals"]["computed"], 2 * 5)
        self.assertLessEqual(dates_of(done), set(WEEK[:3]))  # and the history before it
        said = project.run("backfill", "--from", WEEK[1], code=2, json=False)
        self.assertIn("--from DATE and --to DATE", said.stderr)

    def test_catchup_begins_at_the_first_day_with_something_to_do(self):
        project = fresh.copy()
        project.run("run", "--to", WEEK[3])
        done = project.run("catchup")
        self.assertIn(f"catching up from {WEEK[4]}", done.stderr)
        self.assertEqual(done.json["expected"], 5 * len(WEEK[4:]))
        self.assertEqual(done.json["totals"]["computed"], 5 * len(WEEK[4:]))
        again = project.run("catchup")
        self.assertEqual(again.json["totals"]["computed"], 0)
        self.assertNotIn("catching up", again.stderr)

    def test_submit_needs_a_service(self):
        self.assertIn("kind = \"temporal\"", week.copy().run("submit", code=2).stderr)


class Reconcile(unittest.TestCase):
    def setUp(self):
        self.project = week.copy()

    def ledger(self, statement, *values):
        ledger = sqlite3.connect(self.project.root / ".almanac/ledger.db")
        with ledger:
            rows = ledger.execute(statement, values).fetchall()
        ledger.close()
        return rows

    def test_finds_nothing_where_all_is_well(self):
        done = self.project.run("reconcile").json
        self.assertEqual((done["zombies"], done["published"], done["withdrawn"], done["offered"],
                          done["to_compute"], done["problems"]), (0, 0, 0, 0, 0, []))

    def test_puts_results_back_into_the_view(self):
        before = self.project.files("results")
        shutil.rmtree(self.project.root / ".almanac/results")
        self.assertEqual(self.project.run("reconcile").json["published"], 5 * len(WEEK))
        self.assertEqual(self.project.files("results"), before)

    def test_tries_again_what_was_lost_with_its_process(self):
        # As a process leaves it that dies while it computes the last day's trend anew.
        self.project.edit("calculations/signals/trend.cc", "weight * row[twice]",
                          "weight * row[twice] + 1")
        run, name, date, pass_, key, state, reason = self.ledger(
            "SELECT run, calculation, date, pass, key, state, reason FROM attempts"
            " WHERE calculation = (SELECT id FROM names WHERE name = 'trend')"
            " ORDER BY date DESC, id DESC LIMIT 1")[0]
        self.ledger("INSERT INTO attempts(run, calculation, date, pass, key, state, reason, status,"
                    " counted, error, stage, started_ms, duration_ms, statistics)"
                    " VALUES(?, ?, ?, ?, ?, ?, ?, 0, 0, '', '', 1, 0, '')",
                    run, name, date, pass_, key, state, reason)
        done = self.project.run("reconcile").json
        self.assertEqual((done["zombies"], done["offered"]), (1, 1))
        self.assertGreater(done["to_compute"], 0)
        last = self.project.run("plan", "--date", WEEK[-1], "--select", "trend")
        self.assertEqual(last.cells(state="stable"), [("trend", WEEK[-1])])

    def test_says_where_the_ledger_contradicts_itself(self):
        self.ledger("UPDATE attempts SET status = 4 WHERE id = (SELECT min(computation) FROM cells)")
        problems = self.project.run("reconcile", code=1).json["problems"]
        self.assertTrue(any("no attempt that succeeded" in problem for problem in problems),
                        problems)


if __name__ == "__main__":
    unittest.main()
