#!/usr/bin/env python3
"""Calculations that do harm, each on a day of its own: what becomes of their cells, of all others,
of the command, and of what they leave."""
import ctypes
import os
import subprocess
import tempfile
import time
import unittest

from project import Finished, Project, TIMEOUT_S, weekdays

CALCULATIONS = ("calm", "ends", "gives", "hangs", "takes")
GROWTH = 1.10  # of the command's memory, at most
PR_SET_CHILD_SUBREAPER = 36

ENDS = {  # kind: (cause, stage, attempts, what the error says)
    "segv": ("CRASH", "process", 3, "ended by SIGSEGV: invalid memory access"),
    "bus": ("CRASH", "process", 3, "ended by SIGBUS: memory that is not there"),
    "fpe": ("CRASH", "process", 3, "ended by SIGFPE: an integer division by zero"),
    "abort": ("CRASH", "process", 3, "ended by SIGABRT: abort()"),
    "exit": ("NO_RESULT", "process", 3, "ended with exit code 0 before it had given a result"),
    "overflow": ("CRASH", "process", 3, "ended by SIGSEGV: invalid memory access, or too deep"),
    "terminate": ("CRASH", "process", 3, "it said: terminate called"),
    "parent": ("FAILED", "process", 3, "the parent lives: EPERM"),
}
HANGS = {kind: ("TIMEOUT", "process", 3, "not through after 2 s; it was killed")
         for kind in ("loop", "deaf", "deadlock", "condition", "sleep", "prints")}
TAKES = {
    "memory": ("OUT_OF_MEMORY or FAILED", "process", 3, "out of memory"),
    "descriptors": ("FAILED", "store", 3, "Too many open files"),
    "processes": ("FAILED", "process", 3, "no process: EPERM"),
}
GIVES = {
    "no_number": ("QUALITY_CIRCUIT_BREAKER", "validate", 1, "column 'number': 100.0 %"),
    "infinite": ("QUALITY_CIRCUIT_BREAKER", "validate", 1, "column 'number': 100.0 %"),
    "twice": ("DUPLICATE_KEY", "validate", 1, "two rows have the key part 0"),
    "text": ("SCHEMA_MISMATCH", "validate", 1, "Invalid UTF8 sequence"),
    "bytes": ("FAILED", "process", 3, "not text: \ufffd\ufffd\ufffd"),
    "foreign": ("FAILED", "process", 3, "exception of an unknown type"),
}
HARMFUL = {"ends": ENDS, "hangs": HANGS, "takes": TAKES, "gives": GIVES}
HARMLESS = ("output", "nothing", "many", "dates", "odd", "far")

# What no sandbox is needed for.
WITHOUT_WALLS = {
    "ends": {kind: ENDS[kind] for kind in ("segv", "abort", "exit", "overflow")},
    "hangs": {kind: HANGS[kind] for kind in ("deaf", "deadlock", "prints")},
    "takes": {"processes": HANGS["loop"]},
    "gives": {"bytes": GIVES["bytes"]},
}


def days_of(harmful, harmless=()):
    """{day: kind}, so that no calculation fails on two days in a row."""
    kinds, left = [], [list(of) for of in harmful.values()]
    while any(left):
        kinds += [of.pop(0) for of in left if of] + ["calm"]
    kinds += harmless
    return dict(zip(weekdays("2024-01-01", len(kinds)), kinds))


def write(project, days):
    """Gives the project these days and no others."""
    if (project.root / "data").exists():
        project.remove("data")
    project.today = "2030-01-01"
    for number, (day, kind) in enumerate(days.items()):
        project.write(f"data/readings/date={day}/readings.csv",
                      f"part,value,kind\n1,{number}.5,{kind}\n")


def living_orphans():
    """The processes that came to this one when what had started them ended, and that live."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/stat") as stat:
                state, parent = stat.read().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.append(int(process))
    return found


class Run:
    """A run, and the most memory that the command's own process took."""

    def __init__(self, project, *args):
        self.project, self.peak_kb = project, 0
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            process = subprocess.Popen(project.command("run", "-j", "4", *args), text=True,
                                       cwd=project.root, env=project.environment(None),
                                       stdout=out, stderr=err)
            end = time.monotonic() + TIMEOUT_S
            while process.poll() is None and time.monotonic() < end:
                self.look(process.pid)
                time.sleep(0.01)
            process.kill()
            out.seek(0), err.seek(0)
            self.done = Finished(process.wait(), out.read(), err.read())
        self.orphans = living_orphans()

    def look(self, process):
        try:
            with open(f"/proc/{process}/status") as status:
                peaks = [int(x.split()[1]) for x in status if x.startswith("VmHWM:")]
        except (FileNotFoundError, ProcessLookupError):
            return
        self.peak_kb = max([self.peak_kb, *peaks])

    def letters(self):
        return {(x["calculation"], x["date"]): x
                for x in self.project.run("status").json["dead_letters"]}


def setUpModule():
    global fresh
    # Orphans of this process's descendants become its own children, and are seen.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    fresh = Project.fixture("poison")
    write(fresh, {"2024-01-01": "calm"})
    fresh.run("build")


def run_of(days):
    project = fresh.copy()
    write(project, days)
    return Run(project)


class PoisonTest(unittest.TestCase):
    def assert_verdicts(self, run, days, harmful):
        """Each kind has the dead letter that it is to have, and every other cell a result."""
        self.assertEqual(run.done.code, 1, run.done.stderr[-1000:])
        day_of = {kind: day for day, kind in days.items()}
        expected = {(calculation, day_of[kind]): (kind, *verdict)
                    for calculation, kinds in harmful.items() for kind, verdict in kinds.items()}
        letters = run.letters()
        attempts = {(c["calculation"], c["date"]): c["attempts"] for c in run.done.json["cells"]}
        for cell, (kind, cause, stage, count, says) in expected.items():
            with self.subTest(kind=kind):
                letter = letters[cell]
                self.assertIn(letter["cause"], cause.split(" or "))
                self.assertEqual((letter["stage"], letter["attempts"], attempts[cell]),
                                 (stage, count, count))
                self.assertEqual(letter["code"], "MAX_RETRIES_EXCEEDED" if count == 3 else
                                 "PERMANENT_DETERMINISTIC_ERROR")
                self.assertIn(says, letter["error"])
        self.assertEqual(sorted(letters), sorted(expected))
        self.assertEqual(run.done.totals(), {"failed": len(expected), "computed":
                                             len(CALCULATIONS) * len(days) - len(expected)})
        self.assertEqual(run.project.run("status").json["open_breakers"], [])

    def assert_nothing_left(self, run):
        self.assertEqual(run.orphans, [])
        self.assertEqual(list((run.project.root / ".almanac/store/staging").iterdir()), [])

    def assert_grows_little(self, run, calm, days):
        """The peak of one and the same run moves by a tenth by itself: three pairs to be sure."""
        growths = [run.peak_kb / calm.peak_kb]
        while growths[-1] >= GROWTH and len(growths) < 3:
            growths.append(run_of(days).peak_kb / run_of(dict.fromkeys(days, "calm")).peak_kb)
        self.assertLess(growths[-1], GROWTH, growths)


class BehindWalls(PoisonTest):
    def test_each_harms_its_own_cell_alone(self):
        days = days_of(HARMFUL, HARMLESS)
        calm = run_of(dict.fromkeys(days, "calm"))
        self.assertEqual(calm.done.totals(), {"computed": len(CALCULATIONS) * len(days)})
        run = run_of(days)
        self.assert_verdicts(run, days, HARMFUL)
        self.assert_nothing_left(run)
        self.assert_grows_little(run, calm, days)
        again = Run(run.project)  # they are not tried again
        self.assertEqual((again.done.code, again.done.json["totals"]["computed"]), (1, 0))


class WithoutWalls(PoisonTest):
    def test_each_harms_its_own_cell_alone(self):
        days = days_of(WITHOUT_WALLS)
        project = fresh.copy()
        project.edit("almanac.toml", '"best_effort"', '"off"')
        write(project, days)
        run = Run(project)
        self.assert_verdicts(run, days, WITHOUT_WALLS)
        self.assert_nothing_left(run)


WIDE = """#include <almanac/calculation.h>
#include <string>
#include <vector>
using namespace almanac;
struct Wide : WholeDate {
  Table readings = dataset("readings");
  In<double> value = readings["value"];
  Key<%s> part = key("part");
  std::vector<Out<double>> columns;
  Wide() {
    for (int i = 0; i < %d; ++i) columns.push_back(column("c" + std::to_string(i)));
  }
  void process(const Day& day, Output& out) const override {
    Record record = out.add();
    record[part] = 0;
    for (const auto& column : columns) record[column] = day.rows(readings)[0][value];
  }
};
ALMANAC_CALCULATION(Wide, "poison", "wide")
"""


class Declares(unittest.TestCase):
    def build(self, key, columns, code):
        project = fresh.copy()
        project.write("calculations/poison/wide.cc", WIDE % (key, columns))
        return project, project.run("build", code=code)

    def test_thousands_of_columns_are_computed(self):
        project, _ = self.build("int64_t", 5000, 0)
        done = project.run("run", "--select", "wide")
        self.assertEqual(done.totals(), {"computed": 1})

    def test_a_million_columns_are_refused(self):
        began = time.monotonic()
        _, done = self.build("int64_t", 1_000_000, 2)
        self.assertIn("wide.cc: it declares more than a megabyte of columns", done.stderr)
        self.assertLess(time.monotonic() - began, 60)

    def test_a_key_that_could_be_nan_is_refused(self):
        _, done = self.build("double", 1, 2)
        self.assertIn('key field "part" is float64', done.stderr)


class Days(unittest.TestCase):
    def test_the_first_and_the_last(self):
        project = fresh.copy()
        write(project, dict.fromkeys(("1970-01-01", "2024-01-01", "9999-12-31"), "calm"))
        done = project.run("run", "--select", "calm")
        self.assertEqual(done.cells(outcome="computed"),
                         [("calm", "1970-01-01"), ("calm", "2024-01-01")])  # no day to come


if __name__ == "__main__":
    unittest.main()
