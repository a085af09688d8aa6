#!/usr/bin/env python3
"""Runs that are killed at any moment, bytes that disappear or rot, two runs at once.

Random moments come from a seed that is printed; ALMANAC_SEED=N repeats them."""
import os
import random
import shutil
import sqlite3
import subprocess
import threading
import time
import unittest

from project import WEEK, kill, moody, prices_csv, prices_file, small, wait_for, weekdays

KILLS = 8
DAYS = weekdays("2024-01-01", 40)
SEED = int(os.environ.get("ALMANAC_SEED", random.SystemRandom().randrange(10**6)))


def setUpModule():
    global fresh, whole, expected, duration, week
    print(f"ALMANAC_SEED={SEED}", flush=True)
    fresh = small(DAYS)
    whole = fresh.copy()
    started = time.monotonic()
    done = whole.run("run")
    duration = time.monotonic() - started
    expected = done.hashes()
    week = small()
    week.run("run")


def successes(project):
    """How often each cell was computed to the end, as the ledger tells."""
    with sqlite3.connect(project.root / ".almanac/ledger.db") as ledger:
        rows = ledger.execute("SELECT name, date, count(*) FROM attempts JOIN names ON "
                              "names.id = calculation WHERE status = 1 GROUP BY name, date")
        return {(name, date): count for name, date, count in rows}


def blob_of(project, folder):
    """The stored bytes behind a published folder of one file."""
    published = next(folder.iterdir()).read_bytes()
    return next(p for p in project.root.glob(".almanac/store/blobs/*/*")
                if p.read_bytes() == published)


def traced(*options):
    """The command line of a system call tracer that all children are under."""
    return ["strace", "-f", "-qq", "-o", "/dev/null", *options]


# A host name that a container has when it was started anew.
RENAMED = ["unshare", "--uts", "sh", "-c", 'hostname another && exec "$@"', "sh"]


def under(wrapper, project, *args):
    return subprocess.run([*wrapper, *project.command(*args)], cwd=project.root, text=True,
                          env=project.environment(None), capture_output=True)


def permitted(wrapper):
    try:
        return subprocess.run([*wrapper, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


class Killed(unittest.TestCase):
    def test_any_moment_of_a_run(self):
        rng = random.Random(SEED)
        unfinished = 0
        for _ in range(KILLS):
            project = fresh.copy()
            for _ in range(rng.choice((1, 1, 2, 3))):
                process = project.start("run")
                delay = rng.uniform(0, duration)
                try:
                    process.wait(timeout=delay)
                except subprocess.TimeoutExpired:
                    unfinished += 1
                kill(process)
            with self.subTest(seed=SEED):
                self.check(project)
        self.assertGreater(unfinished, 0)

    def check(self, project):
        kept = set(project.run("plan").cells(state="stable"))
        started = time.monotonic()
        done = project.run("run", "--all")
        self.assertLess(time.monotonic() - started, 10 * duration + 5)
        self.assertEqual(done.hashes(), expected)
        self.assertEqual(kept & set(done.cells(outcome="computed")), set())
        self.assertEqual(set(successes(project).values()), {1})
        self.assertEqual(project.run("run").totals(), {"stable": len(expected)})
        self.assertEqual(project.run("verify", "--sample", "10").json["differences"], [])
        self.assertEqual(set(project.files("results")), set(whole.files("results")))
        self.check_gc(project)

    def check_gc(self, project):
        """What killed runs left is garbage once it is old; what counts stays."""
        long_ago = time.time() - 7200
        store = project.root / ".almanac/store"
        for path in store.rglob("*"):
            os.utime(path, (long_ago, long_ago))
        project.run("gc")
        self.assertEqual(list((store / "staging").iterdir()), [])
        self.assertEqual(project.run("run", "--all").hashes(), expected)

    @unittest.skipUnless(permitted(RENAMED), "unshare is missing or not permitted")
    def test_the_host_has_another_name_afterwards(self):
        project = moody(DAYS[:2])
        waits = {"MOOD": "waits", "MOOD_FOLDER": str(project.root), "MOOD_DATE": DAYS[0]}
        process = project.start("run", env=waits)
        wait_for(project.root / "started", process)
        beside = under(RENAMED, project, "run")
        self.assertEqual(beside.returncode, 75, beside.stderr)
        kill(process)
        self.assertEqual(under(RENAMED, project, "run").returncode, 0)

    def test_while_building(self):
        project = fresh.copy()
        project.edit("layers/scale.h", "2 * value", "value + value")
        rng = random.Random(SEED)
        for _ in range(3):
            process = project.start("build")
            try:
                process.wait(timeout=rng.uniform(0, 2))
            except subprocess.TimeoutExpired:
                pass
            kill(process)
        self.assertEqual(project.run("run").hashes(), expected)


@unittest.skipUnless(permitted(traced()), "strace is missing or not permitted")
class Traced(unittest.TestCase):
    CALLS = "fsync,fdatasync,pwrite64,ftruncate"
    FIRST_TRANSACTION = 40  # calls until it is over; after it every tenth will do

    def killed_at(self, number):
        """A project whose first run was killed at a call; None when it has fewer."""
        project = self.fresh.copy()
        done = under(traced("-e", "trace=" + self.CALLS,
                            "-e", f"inject={self.CALLS}:signal=KILL:when={number}"),
                     project, "run", "-j", "1")
        return project if done.returncode else None

    def test_what_the_first_run_left_can_be_read_and_written(self):
        self.fresh = small(DAYS[:1])
        number = 1
        while project := self.killed_at(number):
            with self.subTest(call=number, seed=SEED):
                started, before = time.monotonic(), project.files()
                project.run("plan")
                project.run("status")
                self.assertEqual(project.files(), before)
                project.run("run")
                self.assertLess(time.monotonic() - started, 5)
                self.assertEqual(project.run("run").totals().keys(), {"stable"})
            first = number < self.FIRST_TRANSACTION
            number += 1 if first else 1 + SEED % 10 if number == self.FIRST_TRANSACTION else 10
        self.assertGreater(number, self.FIRST_TRANSACTION)

    def test_an_error_of_the_disk_may_pass(self):
        ledger = week.root / ".almanac/ledger.db"
        for command in ("plan", "run"):
            done = under(traced("-P", str(ledger), "-e", "trace=pread64",
                                "-e", "inject=pread64:error=EIO:when=2+"), week, command)
            self.assertEqual(done.returncode, 75, done.stderr)
            self.assertIn(str(ledger), done.stderr)


class Removed(unittest.TestCase):
    """Results and store changed behind our back."""

    def setUp(self):
        self.project = week.copy()
        self.almanac = self.project.root / ".almanac"
        self.before = set(self.project.files("results"))
        self.hashes = week.run("run", "--all").hashes()

    def repaired(self, *cells, outcome, reason):
        plan = self.project.run("plan", "--detailed-exitcode", code=3)
        pending = set(plan.cells(state="reRun"))
        self.assertEqual(pending, set(cells))
        done = self.project.run("run")
        self.assertEqual(done.cells(outcome=outcome, reason=reason), sorted(cells))
        computed = len(cells) if outcome == "computed" else 0
        self.assertEqual(done.json["totals"]["computed"], computed)
        self.assertEqual(self.project.run("run", "--all").hashes(), self.hashes)
        self.assertEqual(set(self.project.files("results")), self.before)
        self.assertEqual(self.project.run("verify").json["differences"], [])

    def folder(self, date):
        return self.almanac / f"results/signals/trend/date={date}"

    def test_a_published_file(self):
        next(self.folder(WEEK[3]).iterdir()).unlink()
        self.repaired(("trend", WEEK[3]), outcome="reused", reason="hit")

    def test_a_strange_file_beside_it(self):
        (self.folder(WEEK[3]) / "strange.parquet").write_text("no")
        self.repaired(("trend", WEEK[3]), outcome="reused", reason="hit")

    def test_a_date_folder(self):
        shutil.rmtree(self.folder(WEEK[3]))
        self.repaired(("trend", WEEK[3]), outcome="reused", reason="hit")

    def test_all_results(self):
        shutil.rmtree(self.almanac / "results")
        self.repaired(*self.hashes, outcome="reused", reason="hit")

    def test_a_blob(self):
        blob_of(self.project, self.folder(WEEK[3])).unlink()
        self.repaired(("trend", WEEK[3]), outcome="computed", reason="result_missing")

    def test_the_whole_store(self):
        shutil.rmtree(self.almanac / "store")
        self.repaired(*self.hashes, outcome="computed", reason="result_missing")

    def test_the_ledger(self):
        for path in self.almanac.glob("ledger.db*"):
            path.unlink()
        done = self.project.run("run")
        self.assertEqual(done.hashes(), self.hashes)
        self.assertEqual(set(self.project.files("results")), self.before)

    def test_the_cache(self):
        shutil.rmtree(self.almanac / "cache")
        self.assertEqual(self.project.run("run").totals(), {"stable": len(self.hashes)})


class Rotten(unittest.TestCase):
    def setUp(self):
        self.project = week.copy()
        blob = blob_of(self.project,
                       self.project.root / f".almanac/results/market/doubled/date={WEEK[3]}")
        content = bytearray(blob.read_bytes())
        content[len(content) // 3] ^= 1
        blob.chmod(0o644)
        blob.write_bytes(content)

    def test_verify_finds_a_flipped_bit(self):
        done = self.project.run("verify", "--select", "doubled", code=6)
        self.assertEqual([(d["calculation"], d["date"]) for d in done.json["differences"]],
                         [("doubled", WEEK[3])])
        repaired = self.project.run("run")
        self.assertEqual(repaired.cells(outcome="computed", reason="result_missing"),
                         [("doubled", WEEK[3])])
        self.assertEqual(self.project.run("verify").json["differences"], [])

    def test_a_hit_does_not_publish_a_flipped_bit(self):
        shutil.rmtree(self.project.root / f".almanac/results/market/doubled/date={WEEK[3]}")
        done = self.project.run("run")
        self.assertEqual(done.cells(outcome="computed", reason="result_missing"),
                         [("doubled", WEEK[3])])
        self.assertEqual(self.project.run("verify").json["differences"], [])

    def test_a_reader_finds_a_flipped_bit(self):
        done = self.project.run("run", "--force", "--select", "trend", "--date", WEEK[3])
        again = done.cells(outcome="computed", reason="result_missing", pulled_in=True)
        self.assertEqual(again, [("doubled", WEEK[3])])
        self.assertEqual(done.cells(calculation="trend", outcome="computed"), [("trend", WEEK[3])])
        self.assertEqual(self.project.run("run", "--all").hashes(),
                         week.run("run", "--all").hashes())
        self.assertEqual(self.project.run("verify").json["differences"], [])


class TwoAtOnce(unittest.TestCase):
    def test_one_succeeds_and_the_other_waits_or_gives_way(self):
        project = fresh.copy()
        runs = [project.start("run") for _ in range(3)]
        ends = [(run.communicate(timeout=300), run.returncode) for run in runs]
        self.assertIn(0, [code for _, code in ends])
        for (_, stderr), code in ends:
            self.assertIn(code, (0, 75), stderr)
            if code == 75:
                self.assertRegex(stderr, r"in use by run \S+ \(process \d+ on ")
        self.assertEqual(project.run("run", "--all").hashes(), expected)
        self.assertEqual(set(successes(project).values()), {1})
        self.assertEqual(set(project.files("results")), set(whole.files("results")))

    def test_readers_beside_runs_that_start_and_end(self):
        project = week.copy()
        over = threading.Event()
        failed = []

        def read(command):
            while not over.is_set():
                done = project.run(command, code=None)
                if done.code != 0:
                    failed.append((command, done.code, done.stderr))

        readers = [threading.Thread(target=read, args=(c,)) for c in ("plan", "status", "plan")]
        for reader in readers:
            reader.start()
        try:
            for number in range(20):
                project.write(prices_file(WEEK[0]), prices_csv(number + 50))
                project.run("run")
        finally:
            over.set()
            for reader in readers:
                reader.join()
        self.assertEqual(failed, [])


if __name__ == "__main__":
    unittest.main()
