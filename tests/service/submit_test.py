#!/usr/bin/env python3
"""submit hands a run to a real Temporal server; another one beside it is told so; reconcile there."""
import unittest

from service import Server, Worker, end
from project import Patient, kill, wait_for

import same

DAY = "2024-01-02"
ALL = ("first", "second", "third")


def setUpModule():
    global server
    server = Server()
    unittest.addModuleCleanup(server.stop)


class Submit(unittest.TestCase):
    def setUp(self):
        self.project = server.project(DAY)

    def worker(self, waits=False):
        worker = Worker(self.project, "-j", "2", waits=waits)
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        return worker.ready()

    def wait_for_the_end(self):
        self.project.run("watch", json=False)

    def test_it_goes_on_without_the_command(self):
        worker = self.worker(waits=True)
        run = self.project.run("submit").json["run_id"]
        wait_for(self.project.root / "at_first", worker.process)
        self.assertEqual(self.project.run("watch").json["run"]["run_id"], run)
        for cell in ALL:
            (self.project.root / f"go_{cell}").touch()
        self.wait_for_the_end()
        self.assertEqual(self.project.run("status").json["runs"][0]["run_id"], run)
        self.assertEqual(self.project.run("submit").json, {"version": 1, "run_id": None})
        self.assertEqual(self.project.run("run").totals(), {"stable": 4})

    def test_another_one_beside_it_says_so(self):
        worker = self.worker(waits=True)
        run = self.project.run("submit").json["run_id"]
        wait_for(self.project.root / "at_first", worker.process)
        for command in ("submit", "run"):
            self.assertIn(f"run {run} is under way",
                          self.project.run(command, json=False, code=75).stderr)
        for cell in ALL:
            (self.project.root / f"go_{cell}").touch()
        self.wait_for_the_end()

    def test_two_that_begin_together_compute_each_cell_once(self):
        runs = []
        for _ in range(2):  # no worker: nobody has the lease yet
            runs.append(Patient(self.project))
            self.addCleanup(kill, runs[-1].process)
        while server.cli("workflow", "count").stdout.strip().endswith(" 1"):
            self.assertIsNone(runs[0].process.poll())
        self.worker()
        for run in runs:
            done = run.finished()
            self.assertEqual({**done.totals(), "computed": 0, "stable": 0},
                             {"computed": 0, "stable": 0})
        self.assertEqual(same.doubles(self.project), [])
        self.assertEqual(self.project.run("run").totals(), {"stable": 4})

    def test_reconcile(self):
        self.worker()
        self.project.run("run")
        before = same.view(self.project)
        lost = next(iter(before))
        (self.project.root / ".almanac/results" / lost).unlink()
        done = self.project.run("reconcile").json
        self.assertEqual((done["published"], done["problems"]), (1, []))
        self.assertEqual(same.view(self.project), before)


if __name__ == "__main__":
    unittest.main()
