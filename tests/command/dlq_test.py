#!/usr/bin/env python3
"""The queue of dead letters: what is listed, what is put back or given up, and which cells then run."""
import time
import unittest

from project import (CHAIN, TIMEOUT_S, Patient, fail_until_mended, kill, moody, patient, wait_for,
                     weekdays)

DAYS = weekdays("2024-01-01", 4)
USED_UP, FOR_GOOD = ("fragile", DAYS[1]), ("moody", DAYS[2])



def setUpModule():
    """`one`: fragile used up its attempts on the second day, on which nothing else ran before.
    `two`: moody failed for good on the third, too, and all else is computed."""
    global one, two
    one = moody(DAYS)
    one.run("run", "--date", DAYS[1], env={"FRAGILE": "1"}, code=1)
    two = one.copy()
    two.run("run", env={"MOOD": "permanent", "MOOD_DATE": DAYS[2]}, code=1)


def letters(project, *args):
    return project.run("dlq", "list", *args).json["dead_letters"]


def names(cells):
    return [(cell["calculation"], cell["date"]) for cell in cells]


def why(project, *cells):
    """(state, reason) of cells as a plan sees them."""
    known = {(c["calculation"], c["date"]): (c["state"], c["reason"])
             for c in project.run("plan").json["cells"]}
    return [known[cell] for cell in cells]


def other_data(project, date):
    project.write(f"data/readings/date={date}/readings.csv", "station,value\ns0,7.25\n")


class List(unittest.TestCase):
    def test_document(self):
        document = two.run("dlq", "list").json
        self.assertEqual(document["version"], 1)
        used_up, for_good = document["dead_letters"]
        self.assertEqual(used_up, {
            "calculation": "fragile", "date": DAYS[1], "code": "MAX_RETRIES_EXCEEDED",
            "cause": "FAILED", "error": "something outside is broken", "stage": "process",
            "attempts": 3, "dropped": False, "in_force": True, "state": "failed",
            "reason": "attempts_used_up"})
        self.assertEqual(
            [for_good[key] for key in ("calculation", "date", "code", "attempts", "reason")],
            ["moody", DAYS[2], "PERMANENT_DETERMINISTIC_ERROR", 1, "permanent_error"])

    def test_selection(self):
        for args, expected in (
                (("--select", "moody"), [FOR_GOOD]), (("--select", "after"), []),
                (("--select", "+after"), [USED_UP, FOR_GOOD]), (("--date", DAYS[1]), [USED_UP]),
                (("--from", DAYS[2]), [FOR_GOOD]), (("--to", DAYS[0]), []),
                (("--code", "MAX_RETRIES_EXCEEDED"), [USED_UP]), (("--code", "FAILED"), [USED_UP]),
                (("--code", "MAX_RETRIES_EXCEEDED", "--select", "moody"), [])):
            self.assertEqual(names(letters(two, *args)), expected, args)

    def test_table(self):
        lines = two.run("dlq", "list", json=False).stdout.splitlines()
        self.assertEqual(lines[0].split(), ["calculation", "date", "cell", "attempts", "end",
                                            "cause", "stage", "error"])
        self.assertRegex(lines[1], f"^fragile +{DAYS[1]}  failed, attempts_used_up +3  "
                                   "MAX_RETRIES_EXCEEDED +FAILED .*process  something outside is "
                                   "broken$")
        self.assertEqual(len(lines), 3)

    def test_nothing(self):
        clean = moody(DAYS)
        before = clean.files()
        self.assertEqual(clean.run("dlq", "list").json, {"version": 1, "dead_letters": []})
        self.assertEqual(clean.run("dlq", "list", json=False).stdout, "there are no dead letters\n")
        self.assertEqual(clean.files(), before)
        self.assertEqual(one.run("dlq", "list", "--select", "calm", json=False).stdout,
                         "no dead letter is of this selection\n")

    def test_what_is_not_in_force(self):
        project = one.copy()
        other_data(project, DAYS[1])
        [letter] = letters(project)
        self.assertEqual((letter["in_force"], letter["state"]), (False, "runnable"))
        self.assertIn("  not in force: run, new  ", project.run("dlq", "list", json=False).stdout)

    def test_of_a_calculation_that_is_gone(self):
        project = one.copy()
        for name in ("after", "fragile"):
            project.remove(f"calculations/mood/{name}.cc")
        [letter] = letters(project)
        self.assertEqual((letter["in_force"], letter["state"]), (False, None))
        self.assertIn("not in force: no longer there",
                      project.run("dlq", "list", json=False).stdout)
        self.assertEqual(project.run("dlq", "requeue", "--all").json["requeued"], 1)
        self.assertEqual(letters(project), [])

    def test_of_a_day_that_is_not_over(self):
        project = one.copy()
        project.today = DAYS[1]
        [letter] = letters(project)
        self.assertEqual((letter["in_force"], letter["state"]), (True, "failed"))


class Requeue(unittest.TestCase):
    def test_attempts_start_anew_in_the_next_run(self):
        project = two.copy()
        done = project.run("dlq", "requeue", *USED_UP)
        self.assertEqual(done.json, {"version": 1, "run_id": None, "requeued": 1,
                                     "cells": [{"calculation": "fragile", "date": DAYS[1]}]})
        self.assertEqual(names(letters(project)), [FOR_GOOD])
        self.assertEqual(why(project, USED_UP, ("after", DAYS[1])),
                         [("runnable", "new"), ("runnable", "new")])  # nothing ran
        again = project.run("run", env={"FRAGILE": "1"}, code=1)
        self.assertEqual([(c["date"], c["outcome"], c["attempts"]) for c in again.json["cells"]
                          if c["calculation"] == "fragile" and c["attempts"]],
                         [(DAYS[1], "failed", 3)])
        project.run("dlq", "requeue", *USED_UP)
        self.assertEqual(project.run("run", code=1).cells(outcome="computed"),
                         [("after", DAYS[1]), USED_UP])

    def test_selections(self):
        for args, left in ((("--select", "moody"), [USED_UP]), (("--code", "FAILED"), [FOR_GOOD]),
                           (("--to", DAYS[1]), [FOR_GOOD]), (("--select", "after"), None),
                           (("--all",), [])):
            project = two.copy()
            before = project.files()
            done = project.run("dlq", "requeue", *args)
            if left is None:
                self.assertEqual((done.json["requeued"], done.json["cells"]), (0, []))
                self.assertEqual(project.files(), before)
            else:
                self.assertEqual(names(letters(project)), left)
        self.assertEqual(project.run("run").cells(outcome="computed"),
                         sorted([("after", DAYS[1]), USED_UP] +
                                [(c, DAYS[2]) for c in ("after", "fragile", "moody")]))

    def test_what_it_says(self):
        project = one.copy()
        for says in ("1 dead letter is put back; the next run tries again what failed\n",
                     "0 dead letters are put back\n"):
            self.assertEqual(project.run("dlq", "requeue", "--all", json=False).stdout, says)


class Drop(unittest.TestCase):
    after = ("after", DAYS[1])

    def drop(self, project, *args):
        done = project.run("dlq", "drop", *args)
        self.assertEqual((done.json["version"], done.json["dropped"]),
                         (1, len(done.json["cells"])))
        return names(done.json["cells"])

    def test_the_cell_is_impossible_and_so_is_what_depends_on_it(self):
        project = two.copy()
        self.assertEqual(self.drop(project, *USED_UP), [USED_UP])
        self.assertEqual(why(project, USED_UP, self.after, FOR_GOOD),
                         [("impossible", "dropped"), ("impossible", "upstream"),
                          ("failed", "permanent_error")])
        [letter] = letters(project, "--select", "fragile")
        self.assertEqual((letter["dropped"], letter["in_force"], letter["state"]),
                         (True, True, "impossible"))
        self.assertEqual(self.drop(project, "--all"), [FOR_GOOD])
        done = project.run("run")  # nothing is failed any more
        self.assertEqual(done.totals(), {"stable": 11, "impossible": 5})
        self.assertEqual(project.run("retry").totals(), {})  # what was given up is not tried
        self.assertEqual(self.drop(project, "--all"), [])
        self.assertEqual(self.drop(project, *USED_UP), [])

    def test_what_it_says(self):
        said = one.copy().run("dlq", "drop", *USED_UP, json=False).stdout
        self.assertEqual(said, "1 cell is given up: they and what depends on them are impossible, "
                               "but a window leaves the day out, until their code or what they read "
                               "changes, or almanac dlq requeue puts them back\n")

    def test_requeue_brings_it_back(self):
        project = one.copy()
        self.drop(project, "--select", "fragile")
        self.assertEqual(project.run("run", "--date", DAYS[1]).totals(),
                         {"stable": 2, "impossible": 2})
        project.run("dlq", "requeue", *USED_UP)
        done = project.run("run", "--date", DAYS[1])
        self.assertEqual(done.cells(outcome="computed"), [self.after, USED_UP])
        self.assertEqual(letters(project), [])

    def test_another_key_brings_it_back(self):
        project = one.copy()
        self.drop(project, *USED_UP)
        other_data(project, DAYS[1])
        done = project.run("run", "--date", DAYS[1])
        self.assertEqual(done.cells(outcome="computed"),
                         [(c, DAYS[1]) for c in ("after", "calm", "fragile", "moody")])
        self.assertEqual(letters(project), [])

    def test_older_results_leave_the_view_and_come_back(self):
        project = moody(DAYS)
        project.run("run")
        whole = project.results()
        other_data(project, DAYS[1])
        project.run("run", env={"FRAGILE": "1"}, code=1)
        self.assertEqual(project.results(), whole)  # out of date, but readable
        self.drop(project, *USED_UP)
        self.assertEqual(project.run("run").totals(), {"stable": 14, "impossible": 2})
        for name, dates in project.results().items():
            gone = name in ("mood/fragile", "mood/after")
            self.assertEqual(dates, [d for d in DAYS if not gone or d != DAYS[1]], name)
        before = project.files()
        project.run("run")
        self.assertEqual(project.files(), before)
        project.run("dlq", "requeue", "--all")
        self.assertEqual(project.run("run").cells(outcome="computed"), [self.after, USED_UP])
        self.assertEqual(project.results(), whole)

    def test_later_days_of_a_chain_go_on_without_it(self):
        project = moody(DAYS)
        project.write("calculations/mood/chain.cc", CHAIN)
        only = ("--select", "chain")
        project.run("run", *only, env={"CHAIN": DAYS[1]}, code=1)
        self.assertEqual(why(project, ("chain", DAYS[2])), [("blocked", "history")])
        self.drop(project, "chain", DAYS[1])
        self.assertEqual(project.run("run", *only).cells(outcome="computed"),
                         [("chain", d) for d in DAYS[2:]])
        project.run("dlq", "requeue", "chain", DAYS[1])
        done = project.run("run", *only)
        self.assertEqual(done.cells(outcome="computed"), [("chain", d) for d in DAYS[1:]])
        self.assertEqual(done.totals(), {"computed": 3, "stable": 1})

    def test_what_is_not_in_force_stays(self):
        project = one.copy()
        other_data(project, DAYS[1])
        says = project.run("dlq", "drop", *USED_UP, code=2).stderr
        self.assertIn(f"the dead letter of fragile {DAYS[1]} is not in force: the cell is run, new; "
                      "only a failed cell can be given up", says)
        self.assertEqual(project.run("dlq", "drop", "--all", json=False).stdout,
                         "0 cells are given up\nnot in force, and left as they are: "
                         "1 dead letter\n")
        self.assertFalse(letters(project)[0]["dropped"])


class UnderWay(unittest.TestCase):
    def test_75_drop_while_a_run_holds_the_ledger(self):
        project = one.copy()
        run = project.start("run", "-j", "1",
                            env={"MOOD": "waits", "MOOD_FOLDER": str(project.root)})
        self.addCleanup(kill, run)
        wait_for(project.root / "started", run)
        for args in (USED_UP, ("--all",)):
            says = project.run("dlq", "drop", *args, code=75).stderr
            self.assertIn(f"process {run.pid} on ", says)
        self.assertEqual([x["dropped"] for x in letters(project)], [False])
        (project.root / "go").touch()
        run.communicate(timeout=TIMEOUT_S)
        self.assertEqual(run.returncode, 1)  # the letter is still in force
        project.run("dlq", "drop", *USED_UP)

    def test_requeue_goes_through_the_run(self):
        project = patient("2024-01-02")
        fail_until_mended(project)
        run = Patient(project, "-j", "3")
        self.addCleanup(kill, run.process)
        run.reached("second")
        run.let_go("second")
        end = time.monotonic() + TIMEOUT_S
        while not letters(project):
            self.assertTrue(run.process.poll() is None and time.monotonic() < end)
        (project.root / "mended").touch()
        done = project.run("dlq", "requeue", "second", "2024-01-02").json
        self.assertEqual((done["requeued"], names(done["cells"])), (1, [("second", "2024-01-02")]))
        run.let_go("first", "second", "third")
        finished = run.finished()
        self.assertEqual(finished.json["run_id"], done["run_id"])
        self.assertEqual(finished.totals(), {"computed": 4})
        self.assertEqual(letters(project), [])


class Refusals(unittest.TestCase):
    def test_2(self):
        before = two.files()
        for args, says in (
                ("", "dlq: expected a command; see almanac dlq --help"),
                ("lst", 'dlq: unknown command "lst"; did you mean "list"? See almanac dlq --help'),
                ("list fragile", "expected a date after fragile, or --select fragile"),
                ("drop --al", 'dlq drop: unknown option "--al"; did you mean "--all"?'),
                ("requeue", "expected either a calculation and a date, or a selection"),
                ("drop", "or --all for every dead letter; `almanac dlq list` shows them"),
                ("drop --all --select moody", "expected either"),
                (f"requeue fragile {DAYS[1]} --all", "expected either"),
                ("requeue fragile", "expected a date after fragile, or --select fragile"),
                ("requeue fragile yesterday", '"yesterday" is not a date; expected YYYY-MM-DD'),
                (f"requeue fragil {DAYS[1]}", 'unknown calculation "fragil"; did you mean "fragile"'),
                ("list --select mody", 'unknown calculation "mody"; did you mean "moody"?'),
                ("drop fragile 2024-06-01", "2024-06-01 is no day of the calendar; the calendar has"),
                ("list --date 2024-06-01", "2024-06-01 is no day of the calendar"),
                (f"drop calm {DAYS[1]}", f"there is no dead letter of calm on {DAYS[1]}; `almanac "
                                         "dlq list` shows those there are"),
                (f"requeue moody {DAYS[1]}", f"there is no dead letter of moody on {DAYS[1]}")):
            done = two.run("dlq", *args.split(), code=2, json=False)
            self.assertIn(says, done.stderr, args)
            self.assertEqual(done.stdout, "")
        self.assertEqual(two.files(), before)

    def test_help(self):
        self.assertIn("requeue", two.run("help", "dlq", json=False).stdout)
        said = two.run("help", "dlq", "drop", json=False).stdout
        for words in ("give cells up", "--code", "--all", "CALC", "of the last dead letter"):
            self.assertIn(words, said)


class Explain(unittest.TestCase):
    def test_says_what_to_do(self):
        project = one.copy()
        explain = lambda: project.run("explain", *USED_UP, json=False).stdout
        self.assertIn(f"almanac retry --select fragile --date {DAYS[1]}; to give it up: almanac dlq "
                      f"drop fragile {DAYS[1]}\n", explain())
        project.run("dlq", "drop", *USED_UP)
        said = explain()
        self.assertIn(f"fragile {DAYS[1]}: impossible, dropped: FAILED: something outside is broken\n"
                      f"  a person gave it up; almanac dlq requeue fragile {DAYS[1]} puts it back\n",
                      said)
        self.assertNotIn("retry", said)
        self.assertIn(f"root cause: fragile {DAYS[1]}, dropped",
                      project.run("explain", "after", DAYS[1], json=False).stdout)


if __name__ == "__main__":
    unittest.main()
