#!/usr/bin/env python3
"""A worker and the child in which it computes stand still, others go on without them, and then they
wake up: what they bring comes too late."""
import os
import pathlib
import signal
import time
import unittest

from service import Server, TIMEOUT_S, Worker, end
from project import Patient, kill

import same

DAY = "2024-01-02"


def children(pid):
    return [int(child) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()]


class Zombie(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)
        self.project = self.server.project(DAY)
        # So that it can be seen whose result counts.
        self.project.edit("calculations/first.cc", "[copy] = ", '[copy] = has_patient("x") + ')
        self.project.run("build")
        self.calm = self.project.copy()
        self.calm.edit("almanac.toml", '"temporal"', '"embedded"')
        self.calm.run("run")

    def worker(self, name):
        """Its cells wait for files in a folder of its own."""
        folder = self.project.root / name
        folder.mkdir()
        worker = Worker(self.project, "-j", "3", env={"PATIENT": str(folder)})
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        return worker.ready(), folder

    def start_run(self):
        run = Patient(self.project, "--select", "first")
        self.addCleanup(kill, run.process)
        return run

    def until(self, says, what):
        last = time.monotonic() + TIMEOUT_S
        while not says():
            self.assertLess(time.monotonic(), last, what)
            time.sleep(0.05)

    def attempts(self):
        """[(worker, status)] of the cell."""
        found = self.project.run("explain", "first", DAY).json["attempts"]
        return [(int(one["worker"].split("@")[0]), one["status"]) for one in found]

    def stand_still(self):
        """A run of which a worker computes the cell; then the worker stands still."""
        self.zombie, folder = self.worker("zombie")
        (folder / "x").touch()
        self.run_ = self.start_run()
        self.until((folder / "at_first").exists, "the cell is under way")
        self.still = [self.zombie.process.pid, *children(self.zombie.process.pid)]
        self.assertGreater(len(self.still), 1)
        for pid in self.still:
            os.kill(pid, signal.SIGSTOP)
        (folder / "go_first").touch()

    def wake_up(self):
        for pid in self.still[1:]:
            os.kill(pid, signal.SIGCONT)
        time.sleep(0.5)  # the child is through and waits to be heard
        # When it is asked to end, it ends its steps first, and commits what it may.
        self.zombie.process.send_signal(signal.SIGTERM)
        os.kill(self.still[0], signal.SIGCONT)
        self.zombie.ended()

    def check(self, survivor):
        attempts = self.attempts()
        self.assertEqual(attempts, [(self.zombie.process.pid, "LOST"),
                                    (survivor.process.pid, "SUCCESS")])
        self.assertEqual(same.doubles(self.project), [])
        calm = same.cells(self.calm)
        ((name, cell),) = same.cells(self.project).items()
        self.assertEqual(cell[1:], calm[name][1:])
        ((path, digest),) = same.view(self.project).items()
        self.assertEqual(digest, same.view(self.calm)[path])

    def test_whose_step_the_service_has_given_to_another(self):
        self.stand_still()
        survivor, folder = self.worker("survivor")
        self.until((folder / "at_first").exists, "another one computes the cell")
        self.wake_up()  # while it does
        self.assertNotIn("SUCCESS", [status for _, status in self.attempts()])
        (folder / "go_first").touch()
        self.assertEqual(self.run_.finished().totals(), {"computed": 1})
        self.check(survivor)

    def test_whose_lease_another_run_has(self):
        self.stand_still()
        kill(self.run_.process)
        self.project.run("cancel", "--now", json=False)
        survivor, folder = self.worker("survivor")
        run = self.start_run()
        self.until((folder / "at_first").exists, "another one computes the cell")
        self.wake_up()
        self.assertNotIn("SUCCESS", [status for _, status in self.attempts()])
        (folder / "go_first").touch()
        self.assertEqual(run.finished().totals(), {"computed": 1})
        self.check(survivor)

    def test_whose_cell_is_committed_already(self):
        self.stand_still()
        survivor, folder = self.worker("survivor")
        (folder / "go_first").touch()
        self.assertEqual(self.run_.finished().totals(), {"computed": 1})
        self.wake_up()
        self.check(survivor)


if __name__ == "__main__":
    unittest.main()
