#!/usr/bin/env python3
"""The reference pipeline on the engine in the process, and on a real Temporal server with three
workers: the same ledger, the same bytes, whatever changes in between."""
import unittest

import same
from service import Project, Server, Worker, end

OLD = "record[rsi14] = wilder.rsi();"
NEW = "if (wilder.rsi()) record[rsi14] = *wilder.rsi() + 0.5;"
RANGE = ("--from", "2022-12-20", "--to", "2022-12-28")


def setUpModule():
    global server
    server = Server()
    unittest.addModuleCleanup(server.stop)


class Engines(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.embedded = Project.example("portfolio")
        cls.embedded.today = "2022-12-29"
        cls.embedded.run("sample", "--users", "200", "--days", "4", "--out",
                         str(cls.embedded.root / "data"))
        cls.embedded.run("build")
        cls.service = cls.embedded.copy()
        cls.service.today = cls.embedded.today
        server.serve(cls.service)
        cls.workers = []
        cls.restart_workers()
        cls.first = (cls.embedded.run("run", *RANGE), cls.service.run("run", *RANGE))

    @classmethod
    def restart_workers(cls):
        for worker in cls.workers:
            end(worker.process)
            worker.process.stdout.close()
        cls.workers = [Worker(cls.service) for _ in range(3)]
        for worker in cls.workers:
            worker.ready()

    @classmethod
    def tearDownClass(cls):
        for worker in cls.workers:
            end(worker.process)
            worker.process.stdout.close()

    def check_equal(self, embedded, service):
        self.assertEqual(embedded.totals(), service.totals())
        self.assertEqual(embedded.why("date", "state", "outcome", "reason", "result_hash"),
                         service.why("date", "state", "outcome", "reason", "result_hash"))
        self.assertEqual(same.cells(self.embedded), same.cells(self.service))
        self.assertEqual(same.view(self.embedded), same.view(self.service))
        self.assertEqual(same.states(self.embedded), same.states(self.service))
        self.assertEqual(same.doubles(self.service), [])
        self.assertEqual(same.running(self.service), 0)

    def test_1_everything_is_computed(self):
        self.check_equal(*self.first)
        self.assertGreater(len(same.view(self.service)), 100)

    def test_2_nothing_is_left_to_do(self):
        self.assertLessEqual(set(self.service.run("run", *RANGE).totals()),
                             {"stable", "impossible", "blocked"})

    def test_3_a_formula_changes(self):
        for project in (self.embedded, self.service):
            project.edit("calculations/signals/rsi.cc", OLD, NEW)
        self.restart_workers()
        self.check_equal(self.embedded.run("run", *RANGE), self.service.run("run", *RANGE))

    def test_4_and_is_taken_back(self):
        for project in (self.embedded, self.service):
            project.edit("calculations/signals/rsi.cc", NEW, OLD)
        self.restart_workers()
        done = self.service.run("run", *RANGE)
        self.check_equal(self.embedded.run("run", *RANGE), done)
        self.assertEqual(done.totals().get("computed", 0), 0)

    def test_5_a_day_of_data_changes(self):
        for project in (self.embedded, self.service):
            days = sorted((project.root / "data/positions").iterdir())
            (days[-1]).rename(project.root / "away")
        self.check_equal(self.embedded.run("run", *RANGE), self.service.run("run", *RANGE))
        for project in (self.embedded, self.service):
            days = sorted((project.root / "data/positions").iterdir())
            (project.root / "away").rename(days[0].parent / "date=2022-12-28")
        self.check_equal(self.embedded.run("run", *RANGE), self.service.run("run", *RANGE))


if __name__ == "__main__":
    unittest.main()
