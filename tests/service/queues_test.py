#!/usr/bin/env python3
"""Cells that need much memory go to workers that have it, and stay there."""
import datetime
import sqlite3
import unittest

from service import Server, Worker, end

DAYS = ("2024-01-02", "2024-01-03")


def setUpModule():
    global server
    server = Server()
    unittest.addModuleCleanup(server.stop)


class HighMem(unittest.TestCase):
    def setUp(self):
        self.project = server.project(DAYS[0])
        self.project.edit("calculations/second.cc", 'wait_for("second");',
                          'if (!std::getenv("ROOMY")) throw std::bad_alloc();')
        self.project.edit("calculations/second.cc", "using namespace",
                          "#include <new>\n\nusing namespace")
        self.project.run("build")

    def worker(self, *args, **env):
        worker = Worker(self.project, *args, env=env)
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        return worker.ready()

    def attempts(self, date):
        """[(calculation, process that made it, whether for much memory, succeeded)], oldest first."""
        ledger = sqlite3.connect(f"file:{self.project.root}/.almanac/ledger.db?mode=ro", uri=True)
        try:
            return [(name, int(worker.split("@")[0]), bool(high_mem), status == 1)
                    for name, worker, high_mem, status in ledger.execute(
                        "SELECT name, worker, high_mem, status FROM attempts"
                        " JOIN names ON names.id = calculation WHERE date = ? ORDER BY attempts.id",
                        ((datetime.date.fromisoformat(date) - datetime.date(1970, 1, 1)).days,))]
        finally:
            ledger.close()

    def test_a_cell_that_ran_out_of_memory_is_computed_by_a_worker_with_more(self):
        small = self.worker("--queue", "standard").process.pid
        large = self.worker("--queue", "high-mem", ROOMY="1").process.pid
        self.assertEqual(self.project.run("run").totals(), {"computed": 4})
        attempts = self.attempts(DAYS[0])
        self.assertEqual([one for one in attempts if one[0] == "second"],
                         [("second", small, False, False), ("second", large, True, True)])
        self.assertEqual({one[1:] for one in attempts if one[0] != "second"}, {(small, False, True)})


if __name__ == "__main__":
    unittest.main()
