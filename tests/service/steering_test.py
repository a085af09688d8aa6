#!/usr/bin/env python3
"""A run on a real Temporal server, seen and steered by watch, pause, resume and cancel."""
import json
import time
import unittest

from service import Server, Worker, end
from project import Patient, TIMEOUT_S, fail_until_mended, kill

DAY = "2024-01-02"
ALL = ("first", "second", "third")


def setUpModule():
    global server
    server = Server()
    unittest.addModuleCleanup(server.stop)


class Steered(unittest.TestCase):
    def setUp(self):
        self.project = server.project(DAY)

    def start_run(self):
        run = Patient(self.project)
        self.addCleanup(kill, run.process)
        return run

    def worker(self, *args, waits=False, env=None):
        worker = Worker(self.project, *(args or ("-j", "3")), waits=waits, env=env)
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        return worker.ready()

    def watch(self):
        return self.project.run("watch").json["run"]

    def until(self, says):
        last = time.monotonic() + TIMEOUT_S
        while not says(now := self.watch()):
            self.assertLess(time.monotonic(), last, now)
        return now

    def test_watch_pause_resume(self):
        worker = self.worker(waits=True)
        run = self.start_run()
        run.reached(*ALL[:1])
        now = self.until(lambda now: now and now["running"])
        self.assertEqual((now["phase"], now["of"]), ("computing", 4))
        self.assertEqual(now["running"][0]["worker"].split("@")[0], str(worker.process.pid))
        status = self.project.run("status").json["under_way"]
        self.assertEqual((status["run_id"], status["phase"]), (now["run_id"], "computing"))
        self.project.run("pause", json=False)
        self.until(lambda now: now["paused"])
        run.let_go(*ALL)
        now = self.until(lambda now: not now["running"])
        self.assertEqual(now["phase"], "paused")
        self.project.run("resume", "-j", "3", json=False)
        self.assertEqual(run.finished().totals(), {"computed": 4})
        self.assertIsNone(self.watch())

    def heartbeats(self):
        """What activities that are under way say of themselves."""
        said = []
        for one in json.loads(server.cli("workflow", "list", "-o", "json").stdout):
            workflow = server.cli("workflow", "describe", "-o", "json",
                                  "-w", one["execution"]["workflowId"])
            for activity in json.loads(workflow.stdout).get("pendingActivities", ()):
                said += activity.get("heartbeatDetails", ())
        return said

    def test_the_service_knows_what_is_computed_and_what_it_uses(self):
        self.worker(waits=True)
        run = self.start_run()
        run.reached(*ALL)
        last = time.monotonic() + TIMEOUT_S
        said = []
        while {one["calculation"] for one in said} != set(ALL):
            self.assertLess(time.monotonic(), last, said)
            time.sleep(0.2)
            said = self.heartbeats()
        for one in said:
            self.assertEqual((one["date"], one["dates"]), (DAY, 1))
            self.assertGreater(one["resident_bytes"], one["heap_bytes"])
            self.assertGreater(one["heap_bytes"], 0)
            self.assertEqual(one["entities"], 0)  # the first of them waits
            self.assertGreater(one["cpu_ms"], 0)
        run.let_go(*ALL)
        self.assertEqual(run.finished().totals(), {"computed": 4})

    def test_cancel(self):
        self.worker(waits=True)
        run = self.start_run()
        run.reached("first")
        self.project.run("cancel", json=False)
        run.let_go(*ALL)
        done = run.finished(code=130)
        self.assertIn(("after", DAY), done.cells(outcome="cancelled"))
        self.assertIsNone(self.watch())
        self.project.run("cancel", json=False, code=2)

    def test_cancel_while_it_is_paused(self):
        self.worker(waits=True)
        run = self.start_run()
        run.reached("first")
        self.project.run("pause", json=False)
        self.until(lambda now: now["paused"])
        run.let_go(*ALL)
        self.until(lambda now: not now["running"])
        self.project.run("cancel", json=False)
        run.finished(code=130)
        self.assertIsNone(self.watch())

    def test_retry_beside_it(self):
        fail_until_mended(self.project)
        self.worker(waits=True)
        run = self.start_run()
        run.let_go("second")
        self.until(lambda now: now and self.project.run("status").json["dead_letters"])
        (self.project.root / "mended").touch()
        retried = self.project.run("retry").json
        self.assertEqual((retried["run_id"], retried["requeued"]), (self.watch()["run_id"], 1))
        run.let_go(*ALL)
        self.assertEqual(run.finished().totals(), {"computed": 4})
        self.assertEqual(self.project.run("status").json["dead_letters"], [])

    def test_a_run_that_waits_for_a_worker(self):
        run = self.start_run()
        now = self.until(lambda now: now is not None)
        self.assertIsNone(now["phase"])
        self.assertIn("no worker serves almanac/patient_", now["problem"])
        self.project.run("cancel", json=False)
        self.worker()
        run.finished(code=130)


if __name__ == "__main__":
    unittest.main()
