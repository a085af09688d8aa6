#!/usr/bin/env python3
"""What scripts rely on: the JSON documents, the selection of cells and the plan file."""
import pathlib
import unittest

from project import WEEK, prices_csv, prices_file, small

STATES = {"runnable", "reRun", "skipped", "stable", "failed", "blocked", "failedDependency",
          "impossible"}
OUTCOMES = {"computed", "reused", "skipped", "stable", "blocked", "failed", "failedDependency",
            "impossible"}
CALCULATIONS = ("doubled", "running", "spending", "trend", "volumes")


def setUpModule():
    global fresh, week
    fresh = small()
    week = fresh.copy()
    week.run("run")


class Documents(unittest.TestCase):
    def has(self, document, *keys):
        self.assertLessEqual(set(keys), set(document))

    def test_plan(self):
        plan = fresh.run("plan", "--from", WEEK[2], "--to", WEEK[4], "--select", "running").json
        self.has(plan, "version", "from", "to", "cells", "totals", "expected", "pulled_in")
        self.assertEqual((plan["version"], plan["from"], plan["to"]), (1, WEEK[2], WEEK[4]))
        self.assertEqual(set(plan["totals"]), STATES)
        self.assertEqual((plan["expected"], sum(plan["totals"].values())), (3, 3))
        pulled = plan["pulled_in"]  # two earlier days of running, five of doubled
        self.assertEqual((pulled["expected"], sum(pulled["totals"].values())), (7, 7))
        self.assertEqual(len(plan["cells"]), 10)
        for cell in plan["cells"]:
            self.has(cell, "calculation", "date", "pass", "state", "reason", "detail")
        predicted = {c["calculation"] for c in plan["cells"] if c.get("predicted")}
        self.assertEqual(predicted, {"running"})

    def test_run(self):
        project = fresh.copy()
        done = project.run("run", "--from", WEEK[2], "--to", WEEK[4], "--select", "running")
        self.has(done.json, "version", "run_id", "totals", "pulled_in", "cells")
        self.assertEqual(set(done.json["totals"]), OUTCOMES)
        self.assertEqual(done.totals(), {"computed": 3})
        self.assertEqual(done.json["pulled_in"]["totals"]["computed"], 7)
        for cell in done.json["cells"]:
            self.has(cell, "calculation", "date", "state", "outcome", "reason", "result_hash",
                     "attempts", "duration_ms")
            self.assertRegex(cell["result_hash"], "^[0-9a-f]{32}$")
            self.assertEqual(cell["attempts"], 1)
        self.assertEqual(project.run("run").json["totals"]["stable"], 3 + 7)

    def test_stable_cells_are_listed_with_all_only(self):
        self.assertEqual(week.run("run").json["cells"], [])
        everything = week.run("run", "--all")
        self.assertEqual(len(everything.json["cells"]), 5 * len(WEEK))
        self.assertEqual(everything.why("state", "reason", "outcome")["trend"],
                         {("stable", "unchanged", "stable")})
        self.assertNotIn(None, everything.hashes().values())

    def test_explain(self):
        project = week.copy()
        project.write(prices_file(WEEK[2]), prices_csv(2, factor=3))
        document = project.run("explain", "running", WEEK[5]).json
        self.has(document, "version", "calculation", "date", "state", "reason", "stored_key",
                 "current_key", "changed", "root_cause")
        self.assertEqual((document["calculation"], document["date"]), ("running", WEEK[5]))
        self.assertEqual((document["state"], document["reason"]), ("reRun", "history"))
        self.assertEqual(document["root_cause"],
                         [{"calculation": "doubled", "date": WEEK[2], "part": "dataset:prices"}])
        document = project.run("explain", "doubled", WEEK[2]).json
        self.assertEqual(document["changed"], ["dataset:prices"])
        differ = {part for part, value in document["current_key"].items()
                  if document["stored_key"][part] != value}
        self.assertEqual(differ, {"dataset:prices"})
        stable = project.run("explain", "volumes", WEEK[2]).json
        self.assertEqual((stable["state"], stable["changed"]), ("stable", []))
        self.assertEqual(stable["stored_key"], stable["current_key"])

    def test_explain_what_is_not_there(self):
        week.run("explain", "dobled", WEEK[2], code=2)
        week.run("explain", "doubled", "2024-13-01", code=2)
        done = week.run("explain", "doubled", "2024-01-06", code=2)  # a Saturday
        self.assertIn("no day of the calendar", done.stderr)

    def test_status_and_report(self):
        status = week.run("status").json
        self.assertEqual(set(status["totals"]), STATES)
        self.assertEqual(status["totals"]["stable"], 5 * len(WEEK))
        self.assertIsNone(status["under_way"])
        report = week.run("report", "--days", "3").json
        self.assertEqual([line["date"] for line in report["dates"]], WEEK[-3:])
        for line in report["dates"]:
            self.assertEqual((line["sum"], line["adds_up"]), (report["expected_per_date"], True))
            self.assertEqual(sum(line["totals"].values()), 5)

    def test_watch_and_migrate(self):
        self.assertEqual(week.run("watch").json, {"version": 1, "run": None})
        migrated = week.run("migrate").json
        self.has(migrated, "version", "ledger", "from", "to")
        self.assertEqual(migrated["from"], migrated["to"])
        before = fresh.run("migrate").json  # no ledger, and none is made
        self.assertEqual((before["from"], before["to"]), (None, None))
        self.assertFalse(pathlib.Path(before["ledger"]).exists())

    def test_manifest(self):
        passes = {c["id"]: c["pass"] for c in week.run("list").json["calculations"]}
        self.assertEqual(passes, {"doubled": 0, "volumes": 0, "spending": 0,
                                  "trend": 1, "running": 1})
        show = week.run("show", "trend").json
        self.assertEqual((show["id"], show["category"], show["pass"]), ("trend", "signals", 1))
        self.assertEqual([c["name"] for c in show["outputs"]], ["ticker", "sum"])
        self.assertIn("did you mean \"trend\"", week.run("show", "trnd", code=2).stderr)
        dag = week.run("dag").json
        self.assertEqual({n["id"] for n in dag["nodes"]}, set(CALCULATIONS))
        self.assertEqual({(e["from"], e["to"]) for e in dag["edges"]},
                         {("doubled", "trend"), ("doubled", "running")})
        self.assertIn('"doubled" -> "trend"', week.run("dag", "--format", "dot", json=False).stdout)
        mermaid = week.run("dag", "--format", "mermaid", json=False).stdout
        self.assertIn("doubled --> trend", mermaid)


class Selection(unittest.TestCase):
    def wanted(self, *args):
        plan = fresh.run("plan", "--date", WEEK[4], *args)
        return sorted({c["calculation"] for c in plan.json["cells"] if not c.get("pulled_in")})

    def test_expressions(self):
        for expression, expected in (
                ("trend", ["trend"]),
                ("trend,volumes", ["trend", "volumes"]),
                ("+trend", ["doubled", "trend"]),
                ("doubled+", ["doubled", "running", "trend"]),
                ("+trend+,spending", ["doubled", "spending", "trend"]),
                ("tag:turnover", ["volumes"])):
            self.assertEqual(self.wanted("--select", expression), expected, expression)

    def test_unknown_names(self):
        for expression in ("trnd", "tag:trnover", "a,,b", ""):
            fresh.run("plan", "--select", expression, code=2)
        self.assertIn("trend", fresh.run("plan", "--select", "trnd", code=2).stderr)
        fresh.run("plan", "--line", "nosuch", code=2)

    def test_exact_pulls_nothing_in(self):
        project = fresh.copy()
        done = project.run("run", "--date", WEEK[4], "--select", "trend", "--exact")
        self.assertEqual(done.why("state", "reason", "outcome"),
                         {"trend": {("blocked", "not_available", "blocked")}})
        project.run("run", "--select", "doubled")
        done = project.run("run", "--date", WEEK[4], "--select", "trend", "--exact")
        self.assertEqual(done.cells(outcome="computed"), [("trend", WEEK[4])])
        self.assertEqual(len(done.json["cells"]), 1)

    def test_default_range_is_from_the_earliest_data_to_yesterday(self):
        project = fresh.copy()
        project.today = WEEK[4]
        plan = project.run("plan").json
        self.assertEqual((plan["from"], plan["to"]), (WEEK[0], WEEK[3]))

    def test_a_range_without_a_day_is_not_widened(self):
        project = fresh.copy()
        for range_, says in ((("--from", "2025-06-02"), "on or after 2025-06-02"),
                             (("--to", "1990-01-01"), "on or before 1990-01-01")):
            for command in ("plan", "run", "catchup", "report", "status"):
                done = project.run(command, *range_)
                self.assertIn(f"warning: no calendar day is {says}; nothing is to do (the "
                              f"calendar has {WEEK[0]} to {WEEK[-1]})", done.stderr)
                self.assertEqual(done.stderr.count("warning"), 1, command)
                self.assertEqual(sum(done.json["totals"].values()), 0)
            plan = project.run("plan", *range_).json
            self.assertEqual((plan["from"], plan["to"], plan["expected"]), (None, None, 0))
            self.assertEqual(project.run("plan", *range_, json=False).stdout,
                             "no cells, nothing to do\n")
        self.assertEqual(project.results(), {})

    def test_an_inverted_range_is_an_error(self):
        for command in ("plan", "run", "status", "report"):
            done = fresh.run(command, "--from", WEEK[3], "--to", WEEK[1], code=2)
            self.assertIn("after --to", done.stderr)
            self.assertEqual(done.stdout, "")


class PlanFile(unittest.TestCase):
    def setUp(self):
        self.project = fresh.copy()
        self.range = ("--from", WEEK[1], "--to", WEEK[3], "--select", "trend")
        self.project.run("plan", *self.range, "-o", "plan.json")

    def test_runs_what_was_planned(self):
        plan = self.project.run("plan", *self.range)
        done = self.project.run("run", "plan.json")
        self.assertEqual(done.cells(outcome="computed"), plan.cells())

    def test_is_refused_when_code_moved(self):
        self.project.edit("layers/scale.h", "2 * value", "3 * value")
        self.refused()

    def test_is_refused_when_data_moved(self):
        self.project.write(prices_file(WEEK[2]), prices_csv(2, factor=3))
        self.refused()

    def refused(self):
        before = self.project.files("store", "results")
        done = self.project.run("run", "plan.json", code=75)
        self.assertIn("plan again", done.stderr)
        self.assertEqual(self.project.files("store", "results"), before)
        self.project.run("plan", *self.range, "-o", "plan.json")
        self.project.run("run", "plan.json")

    def test_does_less_when_part_of_it_is_done(self):
        self.project.run("run", *self.range[:4], "--select", "doubled")
        left = self.project.run("plan", *self.range).cells(state="runnable")
        done = self.project.run("run", "plan.json")
        self.assertEqual(done.cells(outcome="computed"), left)

    def test_what_is_no_plan_is_a_usage_error(self):
        self.project.write("other.json", "{}")
        for file, says in (("other.json", "other.json does not hold a plan"),
                           ("almanac.toml", "almanac.toml does not hold a plan"),
                           (".", ". does not hold a plan"),
                           ("missing.json", "there is no plan in missing.json: No such file or "
                                            "directory; make one with: almanac plan -o FILE")):
            said = self.project.run("run", file, code=2).stderr
            self.assertIn(says, said)
            self.assertNotIn("exception", said)


if __name__ == "__main__":
    unittest.main()
