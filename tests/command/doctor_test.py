#!/usr/bin/env python3
"""almanac doctor: what it finds where all is well, and each thing that it is there to find."""
import os
import shutil
import sqlite3
import subprocess
import time
import unittest

from project import COMPILER, WEEK, Patient, patient, prices_file, small

SUBJECTS = ["project", "sandbox", "memory", "descriptors", "compiler", "sdk", "calculations",
            "data prices", "data purchases", "ledger", "lease", "clock", "results", "store", "view",
            "build", "staging", "caches", "engine"]


def setUpModule():
    global week
    week = small()
    week.run("run")


class Doctor(unittest.TestCase):
    def setUp(self):
        self.project = week.copy()

    def examine(self, code=0, env=None):
        done = self.project.run("doctor", code=code, env=env, bound=True).json
        self.assertEqual((done["version"], done["fine"]), (1, code == 0))
        return {c["check"]: c for c in done["checks"]}

    def finds(self, subject, *texts, status="wrong", env=None):
        """Just this is wrong, and the line says so."""
        checks = self.examine(int(status == "wrong"), env)
        self.assertEqual(checks[subject]["status"], status, checks[subject])
        self.assertEqual([c for c in checks.values() if c["status"] == "wrong"],
                         [checks[subject]] if status == "wrong" else [])
        for text in texts:
            self.assertIn(text, checks[subject]["found"] + "; " + checks[subject]["advice"])

    def sql(self, *statement):
        with sqlite3.connect(self.project.root / ".almanac/ledger.db") as ledger:
            ledger.execute(*statement)
        ledger.close()

    def test_all_is_fine(self):
        before = self.project.files()
        checks = self.examine()
        self.assertEqual(list(checks), SUBJECTS)
        self.assertIn("which built all 5 modules", checks["compiler"]["found"])
        self.assertIn(f"{5 * len(WEEK)} cells", checks["ledger"]["found"])
        self.assertIn(f"{5 * len(WEEK)} are published", checks["results"]["found"])
        self.assertEqual(checks["engine"]["found"], "embedded: no service is needed")
        text = self.project.run("doctor", json=False).stdout
        self.assertEqual(len(text.splitlines()), len(SUBJECTS))
        self.assertRegex(text, r"(?m)^ok     lease        no run is under way$")
        self.assertEqual(self.project.files(), before)

    def test_a_project_that_was_never_run(self):
        self.project = small(WEEK[:1])
        checks = self.examine()
        self.assertIn("almanac run makes one", checks["ledger"]["found"])
        self.assertNotIn("results", checks)
        self.assertFalse((self.project.root / ".almanac/ledger.db").exists())
        self.assertFalse((self.project.root / ".almanac/store").exists())

    def test_the_project_file(self):
        toml = self.project.root / "almanac.toml"
        toml.write_text(toml.read_text().replace("calendar", "calender"))
        self.finds("project", 'calender')

    def test_no_compiler(self):
        self.finds("compiler", "no-such-compiler", env={"ALMANAC_CXX": "no-such-compiler"})

    def test_another_compiler(self):
        other = shutil.which("clang++-19") or shutil.which("clang++")
        if not other:
            self.skipTest("there is one compiler only")
        self.finds("compiler", "5 of 5 modules were built by another one", "ALMANAC_CXX",
                   status="note", env={"ALMANAC_CXX": other})

    def test_a_source_that_does_not_compile(self):
        self.project.edit("calculations/market/doubled.cc", "price / 2", "prize / 2")
        before = self.project.files()
        self.finds("calculations", "calculations/market/doubled.cc:", "prize")
        self.assertEqual(self.project.files(), before)

    def test_data_that_is_gone(self):
        self.project.remove("data/prices")
        self.finds("data prices", "no file matches data/prices/date={date}/prices.csv")

    def test_data_that_cannot_be_read(self):
        path = self.project.root / prices_file(WEEK[2])
        text = path.read_text()
        path.write_text("ticker,close\nAAA\n")
        self.finds("data prices", prices_file(WEEK[2]))
        path.write_text(text)
        path.chmod(0)
        self.finds("data prices", prices_file(WEEK[2]), "cannot be opened: Permission denied")

    def test_an_older_ledger(self):
        self.sql("PRAGMA user_version = 4")
        self.finds("ledger", "is of version 4", "`almanac migrate`")

    def test_a_damaged_page(self):
        path = self.project.root / ".almanac/ledger.db"
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        data = bytearray(path.read_bytes())
        with sqlite3.connect(path) as ledger:
            root = ledger.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'attempts_of_run'"
                                  ).fetchone()[0]
            size = ledger.execute("PRAGMA page_size").fetchone()[0]
        ledger.close()
        # An index that lacks an entry: no query that a plan makes would notice.
        count = int.from_bytes(data[(root - 1) * size + 3:(root - 1) * size + 5], "big")
        data[(root - 1) * size + 3:(root - 1) * size + 5] = (count - 1).to_bytes(2, "big")
        path.write_bytes(data)
        self.finds("ledger", "restore it from a copy")

    def test_a_flipped_bit(self):
        self.sql("UPDATE cells SET computation = computation + 1 WHERE date = "
                 "(SELECT min(date) FROM cells)")
        self.finds("ledger", "damaged")

    def test_tables_that_contradict_each_other(self):
        self.sql("UPDATE attempts SET status = 2 WHERE id = 1")
        self.finds("ledger", "its computation is no attempt that succeeded")

    def test_the_clock(self):
        self.sql("UPDATE runs SET finished_ms = ?", (int(time.time() * 1000) + 3_600_000,))
        self.finds("clock", "the last run ended at", "set the clock")

    def test_results_that_are_gone(self):
        shutil.rmtree(self.project.root / ".almanac/results/market/doubled" / f"date={WEEK[0]}")
        self.finds("results", "1 of 40 looked at are not in the results", "almanac run")

    def test_bytes_that_are_gone(self):
        shutil.rmtree(self.project.root / ".almanac/store/blobs")
        self.finds("results", "have lost their bytes", "almanac run computes them again")

    @unittest.skipUnless(COMPILER, "no ccache here")
    def test_a_compiler_cache_that_makes_paths_relative(self):
        env = {**COMPILER, "CCACHE_BASEDIR": "/"}
        self.project.edit("calculations/market/doubled.cc", "price / 2", "price / 3")
        self.project.run("build", env=env)
        self.finds("calculations", "which build", status="ok", env=env)

    def test_a_store_that_cannot_be_written(self):
        store = self.project.root / ".almanac/store"
        store.chmod(0o555)
        self.addCleanup(store.chmod, 0o755)
        self.finds("store", "cannot be written to")

    def test_what_is_left_in_staging(self):
        gone = subprocess.Popen(["true"])
        gone.wait()
        (self.project.root / f".almanac/store/staging/{gone.pid}-0-rsi").write_bytes(b"x" * 2000)
        (self.project.root / f".almanac/store/staging/{os.getpid()}-0-rsi").write_bytes(b"mine")
        self.finds("staging", "1 left-over of processes that are gone, 2.0 kB", status="note")
        (self.project.root / f".almanac/store/staging/{gone.pid}-1-child").mkdir()
        self.finds("staging", "2 left-overs", status="note")

    def test_memory_and_sandbox(self):
        toml = self.project.root / "almanac.toml"
        text = toml.read_text()
        toml.write_text(text + "\n[runner]\nsandbox = \"off\"\n")
        self.finds("sandbox", "off", status="note")
        toml.write_text(text + "\n[runner]\nmemory_mb = 90000000\nhigh_mem_mb = 90000000\n")
        self.finds("memory", "memory_mb allows one")

    def test_a_service_that_does_not_answer(self):
        toml = self.project.root / "almanac.toml"
        toml.write_text(toml.read_text() + '\n[engine]\nkind = "temporal"\naddress = "localhost:1"\n')
        self.finds("engine", "localhost:1")


class UnderWay(unittest.TestCase):
    def test_a_run_and_what_it_leaves_when_it_is_killed(self):
        project = patient("2024-05-01")
        run = Patient(project, "-j", "1")
        run.reached("first")
        lease = next(c for c in project.run("doctor").json["checks"] if c["check"] == "lease")
        self.assertIn(f"is under way in process {run.process.pid} on ", lease["found"])
        run.process.kill()
        run.process.communicate()
        lease = next(c for c in project.run("doctor").json["checks"] if c["check"] == "lease")
        self.assertEqual(lease["status"], "note")
        self.assertIn("1 cell of a process that died is open still", lease["found"])


if __name__ == "__main__":
    unittest.main()
