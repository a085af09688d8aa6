#!/usr/bin/env python3
"""almanac doctor and mv where a Temporal service carries out the runs."""
import unittest

from service import Server, Worker, end
from project import Patient, kill

DAY = "2024-01-02"


def setUpModule():
    global server
    server = Server()
    unittest.addModuleCleanup(server.stop)


def check(project, subject, code=0):
    checks = project.run("doctor", code=code).json["checks"]
    return next(c for c in checks if c["check"] == subject)


class Service(unittest.TestCase):
    def test_the_service_and_its_version(self):
        project = server.project(DAY)
        found = check(project, "engine")
        self.assertEqual(found["status"], "ok")
        self.assertRegex(found["found"], r"^Temporal \d+\.\d+\.\d+.* answers at .*, namespace def")

    def test_a_namespace_that_is_not_there(self):
        project = server.project(DAY, namespace="nowhere")
        self.assertIn("nowhere", check(project, "engine", code=1)["found"])

    def test_a_run_of_workers_keeps_a_calculation_from_another_name(self):
        project = server.project(DAY)
        worker = Worker(project, "-j", "3", waits=True)
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        worker.ready()
        run = Patient(project)
        self.addCleanup(kill, run.process)
        run.reached("second")
        self.assertIn("is kept by its workers", check(project, "lease")["found"])
        done = project.run("mv", "second", "other", json=False, code=75)
        self.assertIn("is under way at", done.stderr)
        self.assertTrue(list((project.root / "calculations").rglob("second.cc")))


if __name__ == "__main__":
    unittest.main()
