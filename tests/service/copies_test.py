#!/usr/bin/env python3
"""Two folders of one project on one Temporal server are two projects."""
import unittest

from service import Server, Worker, end
from project import Patient, kill

import same

DAY = "2024-01-02"


def setUpModule():
    global server
    server = Server()
    unittest.addModuleCleanup(server.stop)


class Copies(unittest.TestCase):
    def worker(self, project):
        worker = Worker(project)
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        return worker.ready()

    def test_workers_and_commands_of_a_copy_leave_the_original_alone(self):
        original = server.project(DAY)
        self.worker(original)
        original.run("run", "--select", "third")
        self.doCleanups()  # the worker
        copy = original.copy()  # with its ledger
        known = same.cells(copy)
        self.worker(copy)
        run = Patient(original)
        self.addCleanup(kill, run.process)
        while original.run("watch").json["run"] is None:
            self.assertIsNone(run.process.poll())
        self.assertIsNone(copy.run("watch").json["run"])
        copy.run("cancel", json=False, code=2)
        self.assertEqual(same.cells(copy), known)
        self.worker(original)
        self.assertEqual(run.finished().totals(), {"computed": 3, "stable": 1})
        self.assertEqual(same.cells(copy), known)


if __name__ == "__main__":
    unittest.main()
