#!/usr/bin/env python3
"""Cells that need much memory go to workers that have it, and stay there."""
import sqlite3
import unittest

from service import Errors, Server, Worker, end

DAY = "2024-01-02"


def setUpModule():
    global server
    server = Server()
    unittest.addModuleCleanup(server.stop)


class HighMem(unittest.TestCase):
    def setUp(self):
        self.project = server.project(DAY)
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

    def attempts(self):
        """[(calculation, process that made it, whether for much memory, succeeded)], oldest first."""
        ledger = sqlite3.connect(f"file:{self.project.root}/.almanac/ledger.db?mode=ro", uri=True)
        try:
            return [(name, int(worker.split("@")[0]), bool(high_mem), status == 1)
                    for name, worker, high_mem, status in ledger.execute(
                        "SELECT name, worker, high_mem, status FROM attempts"
                        " JOIN names ON names.id = calculation ORDER BY attempts.id")]
        finally:
            ledger.close()

    def test_a_cell_that_ran_out_of_memory_is_computed_by_a_worker_with_more(self):
        small = self.worker("--queue", "standard").process.pid
        large = self.worker("--queue", "high-mem", ROOMY="1").process.pid
        self.assertEqual(self.project.run("run").totals(), {"computed": 4})
        attempts = self.attempts()
        self.assertEqual([one for one in attempts if one[0] == "second"],
                         [("second", small, False, False), ("second", large, True, True)])
        self.assertEqual({one[1:] for one in attempts if one[0] != "second"}, {(small, False, True)})

    def test_where_no_worker_has_more_memory_that_is_said(self):
        self.worker("--queue", "standard")
        run = self.project.start("run")
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.stderr.close)
        self.addCleanup(end, run)
        errors = Errors(run)
        errors.until("-high-mem; start `almanac worker`")
        now = self.project.run("watch").json["run"]
        self.assertEqual((now["phase"], now["running"]), ("computing", []))
        self.assertRegex(now["problem"], "^no worker serves almanac/.*-high-mem; ")
        self.worker("--queue", "high-mem", ROOMY="1")
        self.assertEqual(errors.ended(0).count("no worker serves"), 1)


if __name__ == "__main__":
    unittest.main()
