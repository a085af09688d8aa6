#!/usr/bin/env python3
"""Data that are damaged, missing, not as declared, or that move; calculations that go wrong on them."""
import json
import shutil
import time
import unittest

from project import kill
from weather import (BAD, CELLS, DATES, LIMITS, SETTLED, TOML, attempts, dead_letters, kept,
                     readings_csv, readings_file, weather, without_sandbox)

WAIT_S = 60


def setUpModule():
    global base
    base = weather()


class DataTest(unittest.TestCase):
    def setUp(self):
        self.project = base.copy()
        self.before = kept(self.project)

    def write_bad(self, text):
        self.project.write(readings_file(BAD), text)

    def run_with(self, code, says, totals):
        """A run that says all of `says` on stderr; returns it."""
        done = self.project.run("run", code=code)
        for text in says:
            self.assertIn(text, done.stderr)
        self.assertEqual(done.totals(), totals)
        return done

    def assert_nothing_lost(self):
        now = kept(self.project)
        self.assertEqual({path: now.get(path) for path in self.before}, self.before)

    def assert_repaired(self):
        """With the old data back, everything is as it was."""
        self.write_bad(readings_csv(DATES.index(BAD)))
        self.assertEqual(self.project.run("run").totals(), SETTLED)
        self.assert_nothing_lost()

    def dead(self, code, error, status=2, failures=1):
        """The cell fails for good with a message, and is not tried again."""
        done = self.run_with(code, [], {"stable": CELLS - 2, "failed": 1, "failedDependency": 1})
        again = self.project.run("run", code=code)
        for run in (done, again):
            (cell,) = [c for c in run.json["cells"] if c["outcome"] == "failed"]
            self.assertEqual((cell["calculation"], cell["date"]), ("echo", BAD))
            self.assertIn(error, cell["detail"])
        self.assertEqual(again.json["totals"]["computed"], 0)
        self.assertEqual(attempts(self.project, "echo", status), failures)
        self.assertEqual(dead_letters(self.project), 1)
        self.assertIn(error, self.project.run("run", code=code, json=False).stdout)
        self.assertIn(error, self.project.run("status", json=False).stdout)
        self.assert_nothing_lost()
        self.assert_repaired()


class NotAsDeclared(DataTest):
    def blocked(self, says, *, count=2, code=1):
        done = self.run_with(code, says, {"stable": CELLS - count, "blocked": count})
        self.assertEqual(done.cells(outcome="blocked"), [("echo", BAD), ("total", BAD)][:count])
        self.assertEqual(dead_letters(self.project), 0)
        self.assertEqual(self.project.run("plan", "--date", BAD).why("reason")["echo"],
                         {("not_available",)})
        self.assert_nothing_lost()
        self.assert_repaired()

    def test_text_where_a_number_is_declared(self):
        self.write_bad("station,celsius,fault\nharbour,warm,none\n")
        self.blocked([f"readings on {BAD}", '"celsius"', "expected float64",
                      f'found "warm" in {readings_file(BAD)}, row 2', "correct the data"])

    def test_a_missing_column(self):
        self.write_bad("station,celcius,fault\nharbour,1,none\n")
        self.blocked([f"readings on {BAD}", 'no column "celsius"', 'nearest is "celcius"'])

    def test_an_empty_file(self):
        self.write_bad("")
        self.blocked([readings_file(BAD), "expected a CSV file with a header line", "Empty"])

    def test_a_folder_named_like_a_file(self):
        (self.project.root / f"data/readings/date={BAD}/more.csv").mkdir()
        done = self.run_with(1, ["more.csv: is a folder; expected a file"],
                             {"stable": CELLS - 2, "blocked": 2})
        self.assertEqual(done.cells(outcome="blocked"), [("echo", BAD), ("total", BAD)])
        self.project.remove(f"data/readings/date={BAD}/more.csv")
        self.assert_repaired()

    def test_a_column_without_a_value_fits(self):
        self.write_bad("station,celsius,fault\nharbour,11.5,\nhill,1.25,\n")
        done = self.run_with(0, [], {"stable": CELLS - 2, "computed": 1, "skipped": 1})
        self.assertEqual(done.cells(outcome="computed"), [("echo", BAD)])


class DamagedParquet(DataTest):
    def setUp(self):
        super().setUp()
        self.project.edit(TOML, "data/limits.csv", "data/limits.parquet")
        self.file = self.project.root / "data/limits.parquet"
        (sound,) = (self.project.root / f".almanac/results/weather/echo/date={BAD}").iterdir()
        shutil.copyfile(sound, self.file)
        self.sound = self.file.read_bytes()
        self.assertEqual(self.project.run("run").totals()["stable"], CELLS - len(DATES))
        self.before = kept(self.project)

    def refused(self, damaged, says):
        self.file.write_bytes(damaged)
        done = self.run_with(1, ["data/limits.parquet", *says],
                             {"stable": CELLS - len(DATES), "blocked": len(DATES)})
        self.assertEqual({c for c, _ in done.cells(outcome="blocked")}, {"limit_count"})
        self.assertEqual(dead_letters(self.project), 0)
        self.assert_nothing_lost()
        self.file.write_bytes(self.sound)
        self.assert_repaired()

    def test_truncated(self):
        self.refused(self.sound[:len(self.sound) // 2], ["expected a Parquet file"])

    def test_cut_at_the_front(self):
        self.refused(self.sound[40:], ["cannot be read"])

    def test_a_flipped_byte_in_a_page(self):
        self.refused(self.sound[:30] + b"\xaa\xaa" + self.sound[32:], ["cannot be read"])

    def test_a_foreign_file(self):
        self.refused(b"station,value\nhill,1\n", ["expected a Parquet file"])

    def test_an_empty_file(self):
        self.refused(b"", ["expected a Parquet file", "0 bytes"])


class Missing(DataTest):
    def test_a_path_that_matches_nothing(self):
        self.project.edit(TOML, "data/limits.csv", "data/limit.csv")
        self.run_with(0, ['dataset "limits": no file matches data/limit.csv', "archived"], SETTLED)
        shutil.rmtree(self.project.root / ".almanac/store")
        shutil.rmtree(self.project.root / ".almanac/results")
        self.project.remove(".almanac/ledger.db")
        done = self.project.run("run")
        self.assertIn('dataset "limits": no file matches data/limit.csv', done.stderr)
        self.assertEqual(done.cells(outcome="blocked"), [("limit_count", d) for d in DATES])
        self.project.edit(TOML, "data/limit.csv", "data/limits.csv")
        self.assertEqual(self.project.run("run").totals(), {"stable": 6, "computed": 3})

    def test_a_folder_where_a_file_should_be(self):
        self.project.remove(LIMITS)
        (self.project.root / LIMITS).mkdir()
        self.run_with(1, [LIMITS + ": is a folder; expected a file"], {"stable": 6, "blocked": 3})
        self.assert_nothing_lost()

    def test_a_day_without_rows(self):
        self.project.remove(".almanac/ledger.db")
        self.write_bad("station,celsius,fault\n")
        done = self.project.run("run")
        self.assertEqual({date for _, date in done.cells()}, set(DATES) - {BAD})

    def test_a_day_that_is_restated_as_empty(self):
        self.write_bad("station,celsius,fault\n")
        done = self.project.run("run", "--all")
        self.assertEqual({date for _, date in done.cells()}, set(DATES) - {BAD})
        self.assert_repaired()

    def test_no_data_at_all(self):
        self.project.remove(".almanac/ledger.db")
        self.project.remove("data/readings")
        done = self.run_with(0, ['dataset "readings": no file matches data/readings/date={date}/*.csv',
                                 "there is no data yet: the calendar has no days"], {})
        self.assertEqual(done.cells(), [])

    def test_data_that_vanish_keep_their_results(self):
        self.project.remove("data/readings")
        self.run_with(0, ['dataset "readings": no file matches', "archived"], SETTLED)
        self.assert_nothing_lost()


class WrongResults(DataTest):
    def test_a_flood_of_nan(self):
        self.write_bad(readings_csv(1, "flood", everywhere=True))
        self.dead(5, "QUALITY_CIRCUIT_BREAKER: echo on 2024-05-02: column 'value': 100.0 %")

    def test_a_key_that_is_put_out_twice(self):
        self.write_bad(readings_csv(1, "twice"))
        self.dead(1, "DUPLICATE_KEY: echo on 2024-05-02: two rows have the key station hill")

    def test_a_key_that_stands_twice_in_the_input(self):
        self.write_bad(readings_csv(1) + "hill,7,none\n")
        self.dead(1, "two rows have the key station hill")

    def test_what_is_thrown_is_not_utf8(self):
        self.write_bad(readings_csv(1, "utf8", everywhere=True))
        done = self.project.run("run", code=None)
        self.assertIn(done.code, (1, 4))
        self.assertIn("echo", {c for c, _ in done.cells(outcome="failed")})
        status = self.project.run("status")
        json.dumps(status.json, ensure_ascii=False).encode()
        self.assert_repaired()


class Crash(DataTest):
    def crashes(self, fault, signal_text):
        self.write_bad(readings_csv(1, fault))
        self.dead(1, f"CRASH: ended by {signal_text}", status=3, failures=3)
        self.write_bad(readings_csv(1) + "quay,5,none\n")
        self.assertEqual(self.project.run("run").totals(), {"stable": 7, "computed": 2})
        self.assertEqual(dead_letters(self.project), 0)

    def test_an_access_that_is_none(self):
        self.crashes("crash", "SIGSEGV: invalid memory access")

    def test_a_stack_that_overflows(self):
        self.crashes("overflow", "SIGSEGV: invalid memory access, or too deep a recursion")


class DataThatMove(DataTest):
    def test_a_file_that_is_rewritten_while_it_is_read(self):
        without_sandbox(self.project)
        self.write_bad(readings_csv(1, "wait"))
        running = self.project.start("run")
        try:
            started = self.project.root / "started"
            end = time.monotonic() + WAIT_S
            while not started.exists() and time.monotonic() < end and running.poll() is None:
                time.sleep(0.01)
            self.write_bad(readings_csv(8))
            self.project.write("go", "")
            out, _ = running.communicate(timeout=WAIT_S)
        finally:
            kill(running) if running.poll() is None else None
        self.assertEqual(running.returncode, 0)
        cells = json.loads(out)["cells"]
        self.assertIn(("echo", BAD, "computed"),
                      [(c["calculation"], c["date"], c["outcome"]) for c in cells])
        self.assertEqual(attempts(self.project, "echo", status=2), 0)
        self.assertEqual(attempts(self.project, "echo", status=4), 1)
        self.assertEqual(self.project.run("run").totals(), SETTLED)
        self.assertEqual(self.project.run("verify").json["differences"], [])


if __name__ == "__main__":
    unittest.main()
