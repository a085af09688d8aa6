#!/usr/bin/env python3
"""A run with nothing to do does nothing, and looking changes nothing."""
import unittest

from project import WEEK, small


def setUpModule():
    global fresh, week
    fresh = small()
    week = fresh.copy()
    week.run("run")


class NothingToDo(unittest.TestCase):
    def setUp(self):
        self.project = week.copy()

    def runs(self):
        return self.project.run("status").json["runs"]

    def test_the_second_run_leaves_every_byte(self):
        before = self.project.files()
        done = self.project.run("run")
        self.assertEqual(done.totals(), {"stable": 5 * len(WEEK)})
        self.assertEqual((done.json["cells"], done.stderr), ([], ""))
        self.assertEqual(self.project.files(), before)

    def test_looking_leaves_every_byte(self):
        before = self.project.files()
        for command in (["plan"], ["plan", "--force"], ["status"], ["report"], ["list"], ["dag"],
                        ["show", "trend"], ["explain", "trend", WEEK[-1]], ["gc", "--dry-run"]):
            self.project.run(*command)
            self.assertEqual(self.project.files(), before, command)

    def test_verify_leaves_every_byte(self):
        before = self.project.files()
        done = self.project.run("verify")
        self.assertEqual((done.json["verified"], done.json["differences"]), (5 * len(WEEK), []))
        self.assertEqual(self.project.files(), before)

    def test_a_plan_before_the_first_run_makes_nothing_but_the_build(self):
        project = fresh.copy()
        before = project.files()
        plan = project.run("plan", "--detailed-exitcode", code=3)
        self.assertEqual(plan.totals(), {"runnable": 5 * len(WEEK)})
        self.assertEqual(project.files(), before)
        self.assertEqual({path.split("/")[0] for path in before}, {"build"})

    def test_a_plan_of_an_edit_touches_neither_ledger_nor_store_nor_results(self):
        self.project.edit("layers/scale.h", "2 * value", "3 * value")
        def kept():
            return {path: content for path, content in self.project.files().items()
                    if not path.startswith("build/")}

        before = kept()
        plan = self.project.run("plan", "--detailed-exitcode", code=3)
        self.assertEqual(plan.why("state", "reason", "predicted"), {
            "doubled": {("reRun", "layer", None)},
            "trend": {("reRun", "dependency_result", True)},
            "running": {("reRun", "dependency_result", True)},
            "volumes": {("stable", "unchanged", None)},
            "spending": {("stable", "unchanged", None)}})
        self.assertEqual(kept(), before)

    def test_detailed_exit_code(self):
        project = fresh.copy()
        project.run("plan", "--detailed-exitcode", code=3)
        project.run("plan")
        project.run("run")
        project.run("plan", "--detailed-exitcode")
        project.run("plan", "--detailed-exitcode", "--force", code=3)

    def test_a_run_without_attempts_leaves_no_run_record(self):
        before = self.runs()
        self.assertEqual(len(before), 1)
        self.project.run("run")
        self.project.edit("layers/scale.h", "2 * value", "value + value")
        self.project.run("run", "--select", "trend", "--exact")
        self.assertEqual(self.runs(), before)

    def test_a_moved_project_is_up_to_date(self):
        moved = self.project.root.parent / "elsewhere"
        self.project.root.rename(moved)
        self.project.root = moved
        self.assertEqual(self.project.run("run").totals(), {"stable": 5 * len(WEEK)})

    def test_the_run_record_has_the_totals(self):
        done = self.project.run("run", "--force")
        last = self.runs()[0]
        self.assertEqual((last["run_id"], last["totals"]),
                         (done.json["run_id"], done.json["totals"]))


if __name__ == "__main__":
    unittest.main()
