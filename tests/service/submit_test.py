#!/usr/bin/env python3
"""submit hands a run to a real Temporal server; another one beside it is told so; reconcile there."""
import json
import re
import signal
import time
import unittest

from service import Server, Worker, end
from project import Patient, TIMEOUT_S, fail_until_mended, kill, wait_for

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
        self.name = re.search(r'name *= *"(.*)"', (self.project.root / "almanac.toml").read_text())[1]

    def worker(self, waits=False):
        worker = Worker(self.project, "-j", "3", waits=waits)
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

    def test_another_one_that_no_worker_has_taken_up_yet_is_told_so(self):
        submitted = self.project.run("submit")
        self.assertIn("no worker serves almanac/patient_", submitted.stderr)
        run = submitted.json["run_id"]
        while self.project.run("watch").json["run"] is None:  # lists lag behind
            pass
        for command in ("submit", "run", "reconcile"):
            self.assertIn(f"run {run} is under way",
                          self.project.run(command, json=False, code=75).stderr)
        self.worker()
        self.wait_for_the_end()
        self.assertEqual(self.project.run("run").totals(), {"stable": 4})

    def test_two_that_begin_together_compute_each_cell_once(self):
        runs = [Patient(self.project) for _ in range(2)]  # no worker: nobody has the lease yet
        for run in runs:
            self.addCleanup(kill, run.process)
        while self.open_runs() + sum(run.process.poll() is not None for run in runs) < 2:
            time.sleep(0.1)
        self.worker()
        for run in runs:
            stdout, stderr = run.process.communicate(timeout=TIMEOUT_S)
            self.assertIn(run.process.returncode, (0, 75), stderr)
            if run.process.returncode == 75:
                self.assertIn("is under way", stderr)
        self.assertIn(0, [run.process.returncode for run in runs])
        self.assertEqual(same.doubles(self.project), [])
        self.assertEqual(self.project.run("run").totals(), {"stable": 4})

    def open_runs(self):
        """Of this project; the server has others."""
        listed = server.cli("workflow", "list", "-o", "json", "--query",
                            "WorkflowType = 'Run' AND ExecutionStatus = 'Running'")
        return sum(self.name in one["execution"]["workflowId"]
                   for one in json.loads(listed.stdout or "[]"))

    def test_reconcile(self):
        self.worker()
        self.project.run("run")
        before = same.view(self.project)
        lost = next(iter(before))
        (self.project.root / ".almanac/results" / lost).unlink()
        done = self.project.run("reconcile").json
        self.assertEqual((done["published"], done["problems"]), (1, []))
        self.assertEqual(same.view(self.project), before)

    def test_reconcile_says_what_is_left_failed(self):
        fail_until_mended(self.project)
        self.worker()
        self.project.run("run", code=1)
        done = self.project.run("reconcile", code=1).json
        self.assertEqual((done["failed"], done["problems"]), (1, []))

    def test_reconcile_waits_for_a_worker_until_it_is_interrupted(self):
        self.worker()
        self.project.run("run")
        self.project.edit("calculations/third.cc", "[value];", "[value] + 1;")  # another queue
        reconcile = self.project.start("reconcile")
        self.addCleanup(kill, reconcile)
        while not (now := self.project.run("watch").json["run"]):
            self.assertIsNone(reconcile.poll())
        self.assertIn("no worker serves", now["problem"])
        said = self.project.run("pause", json=False, code=2).stderr
        self.assertIn(f"run {now['run_id']} is a reconcile", said)
        reconcile.send_signal(signal.SIGINT)
        stdout, stderr = reconcile.communicate(timeout=30)
        self.assertEqual((reconcile.returncode, stdout), (130, ""), stderr)
        self.assertIn("ends as soon as a worker takes it up", stderr)
        self.project.run("cancel", "--now", json=False)
        self.assertIsNone(self.project.run("watch").json["run"])


if __name__ == "__main__":
    unittest.main()
