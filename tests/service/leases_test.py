#!/usr/bin/env python3
"""Runs that a real Temporal server has no more, or is told to end at once: the ledger is free."""
import json
import unittest

from service import Server, Worker, end
from project import Patient, kill

DAY = "2024-01-02"
ALL = ("first", "second", "third")


class Leases(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)
        self.project = self.server.project(DAY)

    def worker(self, waits=False):
        worker = Worker(self.project, "-j", "3", waits=waits)
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        return worker.ready()

    def under_way(self):
        """A worker and a run, of which a cell is under way: it has the lease."""
        worker = self.worker(waits=True)
        run = Patient(self.project)
        self.addCleanup(kill, run.process)
        run.reached("first")
        return worker, run, self.project.run("watch").json["run"]["run_id"]

    def is_free(self):
        done = self.project.run("gc", json=False)
        self.assertNotIn("under way", done.stderr)
        self.worker()
        self.assertEqual(self.project.run("run").totals(), {"computed": 4})

    def test_a_server_that_forgot_its_runs(self):
        worker, run, id_ = self.under_way()
        kill(run.process)
        end(worker.process)
        end(self.server.process)
        self.server.restart()
        self.assertIsNone(self.project.run("watch").json["run"])
        said = self.project.run("gc", json=False).stderr
        self.assertIn(f"run {id_} is not under way at {self.server.address} any more", said)
        self.is_free()

    def test_a_run_that_was_terminated(self):
        worker, run, id_ = self.under_way()
        end(worker.process)
        listed = self.server.cli("workflow", "list", "--query", "WorkflowType = 'Run'", "-o", "json")
        workflow = json.loads(listed.stdout)[0]["execution"]["workflowId"]
        self.server.cli("workflow", "terminate", "-w", workflow)
        run.finished(code=130)
        said = self.project.run("submit", json=False).stderr
        self.assertIn(f"run {id_} is not under way", said)
        self.project.run("cancel", "--now", json=False)
        self.is_free()

    def test_cancel_now(self):
        worker, run, id_ = self.under_way()
        end(worker.process)
        said = self.project.run("cancel", "--now", json=False).stderr
        self.assertIn(f"run {id_} has ended", said)
        self.assertEqual(run.finished(code=130).json["run_id"], id_)
        self.assertIsNone(self.project.run("watch").json["run"])
        self.is_free()

    def test_a_service_that_is_gone_for_good(self):
        worker, run, id_ = self.under_way()
        kill(run.process)
        end(worker.process)
        end(self.server.process)
        self.project.edit("almanac.toml", 'kind = "temporal"', 'kind = "embedded"')
        self.assertIn("almanac cancel --now", self.project.run("run", code=2).stderr)
        said = self.project.run("cancel", "--now", json=False).stderr
        self.assertIn(f"run {id_} has lost the ledger", said)
        self.assertEqual(self.project.run("run").totals(), {"computed": 4})

    def test_cancel_says_that_nobody_serves_the_run(self):
        run = Patient(self.project)
        self.addCleanup(kill, run.process)
        while self.project.run("watch").json["run"] is None:
            self.assertIsNone(run.process.poll())
        said = self.project.run("cancel", json=False).stderr
        self.assertIn("ends as soon as a worker takes it up", said)
        self.assertIn("no worker serves almanac/patient_", said)


if __name__ == "__main__":
    unittest.main()
