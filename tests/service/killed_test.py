#!/usr/bin/env python3
"""Workers, and the server, are killed in the middle of runs: everything completes, nothing is lost,
nothing is committed twice.

How often is ALMANAC_KILLS (2; by hand 20). Random moments come from a seed that is printed;
ALMANAC_SEED=N repeats them."""
import os
import random
import sqlite3
import time
import unittest

from service import Server, TIMEOUT_S, Worker, end

import made
import same

KILLS = int(os.environ.get("ALMANAC_KILLS", 2))
SEED = int(os.environ.get("ALMANAC_SEED", random.SystemRandom().randrange(10**6)))
LAYERS, WIDTH, DATES = 3, 2, 40
CELLS = LAYERS * WIDTH * DATES


def setUpModule():
    print(f"ALMANAC_SEED={SEED}", flush=True)


class Killed(unittest.TestCase):
    def setUp(self):
        self.chance = random.Random(SEED)
        self.workers = []
        # In a file: what the server has answered must survive it.
        self.server = Server(in_file=True)
        self.addCleanup(self.server.stop)
        self.addCleanup(self.end_workers)
        self.calm = made.make(LAYERS, WIDTH, DATES, 10)
        self.project = self.calm.copy()
        self.server.serve(self.project)

    def start_worker(self):
        worker = Worker(self.project, "-j", "1").ready()
        self.workers.append(worker)
        return worker

    def end_workers(self):
        for worker in self.workers:
            end(worker.process)
            worker.process.stdout.close()
        self.workers = []

    def start_run(self):
        """New data: all cells again."""
        self.changes = getattr(self, "changes", 0) + 1
        for project in (self.calm, self.project):
            ticks = project.root / "data/ticks.csv"
            ticks.write_text("".join(line.replace(".", f"{self.changes}.") if "." in line else line
                                     for line in ticks.read_text().splitlines(keepends=True)))
        self.calm.run("run")
        run = self.project.start("run")
        self.addCleanup(end, run)
        return run

    def wait_until_some_cells(self, run, more_than):
        """Until some more cells have been computed than before."""
        until = time.monotonic() + TIMEOUT_S
        wanted = more_than + self.chance.randrange(CELLS // 2)
        while self.computed() < wanted and run.poll() is None:
            self.assertLess(time.monotonic(), until, "the run does not go on")
            time.sleep(0.01)

    def assert_open(self, run):
        """What is killed is killed in the middle."""
        self.assertIsNone(run.poll(), "the run has ended before anything was killed")

    def computed(self):
        ledger = sqlite3.connect(f"file:{self.project.root}/.almanac/ledger.db?mode=ro", uri=True)
        try:
            return ledger.execute("SELECT count(*) FROM attempts WHERE status = 1").fetchone()[0]
        except sqlite3.OperationalError:
            return 0
        finally:
            ledger.close()

    def check_run(self, run):
        stdout, stderr = run.communicate(timeout=TIMEOUT_S)
        self.assertEqual(run.returncode, 0, stderr + stdout[-2000:])
        self.assertEqual(same.doubles(self.project), [])
        self.assertEqual(same.running(self.project), 0)
        self.assertEqual({name: cell[1:] for name, cell in same.cells(self.project).items()},
                         {name: cell[1:] for name, cell in same.cells(self.calm).items()})
        self.assertEqual(same.view(self.project), same.view(self.calm))
        self.assertEqual(self.project.run("run").totals(), {"stable": CELLS})

    def test_workers(self):
        survivor = self.start_worker()
        for kill in range(KILLS):
            with self.subTest(kill=kill):
                victim = self.start_worker()
                before = self.computed() if kill else 0
                run = self.start_run()
                self.wait_until_some_cells(run, before)
                self.assert_open(run)
                end(victim.process)
                if self.chance.randrange(3) == 0:  # all of them
                    end(survivor.process)
                    survivor = self.start_worker()
                self.check_run(run)

    def test_the_server(self):
        self.start_worker()
        for kill in range(KILLS):
            with self.subTest(kill=kill):
                before = self.computed() if kill else 0
                run = self.start_run()
                self.wait_until_some_cells(run, before)
                self.assert_open(run)
                end(self.server.process)
                time.sleep(self.chance.random())
                self.server.restart()
                self.check_run(run)


if __name__ == "__main__":
    unittest.main()
