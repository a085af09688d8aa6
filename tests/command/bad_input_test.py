#!/usr/bin/env python3
"""Wrong command lines, project files and calculations; ledgers, stores and folders that do not work."""
import os
import shutil
import sqlite3
import subprocess
import time
import unittest

from project import ALMANAC, Finished, kill, new_folder
from weather import (BAD, CELLS, DATES, LIMITS, SETTLED, TOML, attempts, dead_letters, kept,
                     readings_csv, readings_file, weather, without_sandbox)

WAIT_S = 60
LEDGER = ".almanac/ledger.db"
WEATHER = "calculations/weather/"
NEW = {"computed": CELLS}


def setUpModule():
    global base
    base = weather()


def whole_date(identifier, reads):
    """The source of a calculation that reads another."""
    return f"""#include <almanac/calculation.h>
using namespace almanac;
struct Link : WholeDate {{
  Table input = calculation("{reads}");
  In<double> value = input["value"];
  Out<double> out = column("value");
  void process(const Day&, Output&) const override {{}}
}};
ALMANAC_CALCULATION(Link, "chain", "{identifier}")
"""


class BadInputTest(unittest.TestCase):
    def setUp(self):
        self.project = base.copy()
        self.before = kept(self.project)

    def refused(self, args, says, code=2):
        """The command refuses, says why, and leaves ledger, store and results as they were."""
        args = args.split() if isinstance(args, str) else args
        ledger = self.project.root / LEDGER
        bytes_before = ledger.read_bytes()
        done = self.project.run(*args, code=code)
        for text in says:
            self.assertIn(text, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(ledger.read_bytes(), bytes_before)
        self.assertEqual(kept(self.project), self.before)
        return done

    def assert_usable(self, totals=None):
        self.assertEqual(self.project.run("run").totals(), totals or SETTLED)


class CommandLine(BadInputTest):
    def test_no_project_file(self):
        self.project.remove(TOML)
        for args in ("run", "plan", "list", f"explain echo {BAD}", "status"):
            self.refused(args, ["no project file ./almanac.toml", "-C DIR", "almanac init"])

    def test_an_unknown_command(self):
        self.refused("runn", ['unknown command "runn"; did you mean "run"?'])

    def test_an_unknown_calculation(self):
        for args in ("show ecko", f"explain ecko {BAD}", "run --select ecko", "plan --select +ecko"):
            self.refused(args, ['calculation "ecko"; did you mean "echo"?'])
        self.refused("plan --select tag:none", ['unknown tag "none"'])
        self.refused("plan --line none", ['unknown product line "none"'])

    def test_dates(self):
        calendar = "the calendar has 2024-05-01 to 2024-05-03"
        for args, says in (
                ("run --date 2024-06-01", ["2024-06-01 is no day of the calendar", calendar]),
                ("explain echo 2024-06-01", ["2024-06-01 is no day of the calendar", calendar]),
                ("run --date 2024-04-01", ["2024-04-01 is no day of the calendar", calendar]),
                ("run --from 2024-06-01 --to 2024-06-07",
                 ["no calendar day lies between 2024-06-01 and 2024-06-07", calendar]),
                ("run --date 2024-02-30", ['"2024-02-30" is not a date; expected YYYY-MM-DD']),
                ("explain echo 1.5.2024", ['"1.5.2024" is not a date; expected YYYY-MM-DD']),
                ("plan --from 2024-05-03 --to 2024-05-01",
                 ["--from 2024-05-03 is after --to 2024-05-01", "exchange them"])):
            self.refused(args, says)

    def test_a_plan_that_is_none(self):
        self.project.write("notes.txt", "hello")
        for file in ("notes.txt", "nowhere.plan"):
            self.refused(f"run {file}", [file, "almanac plan -o FILE"])


class ProjectFile(BadInputTest):
    def bad(self, old, new, says):
        original = (self.project.root / TOML).read_text()
        self.project.edit(TOML, old, new)
        self.refused("run", ["almanac.toml:", *says])
        self.project.write(TOML, original)

    def test_unknown_keys(self):
        self.bad("calendar", "calender", ['unknown key "calender"', 'did you mean "calendar"?'])
        self.bad("[dataset.limits]", "[datasets.limits]",
                 ['unknown section "datasets"; did you mean "dataset"?'])
        self.assert_usable()

    def test_paths_out_of_the_project(self):
        for path, says in (("../limits.csv", "leads out of the project"),
                           ("data/../../limits.csv", "leads out of the project"),
                           ("/etc/limits.csv", "is absolute"),
                           ("data/a\\u0000b.csv", "has a control character")):
            self.bad(LIMITS, path, ["[dataset.limits] path", says, "expected a path below"])
        self.assert_usable()

    def test_names_of_datasets(self):
        for name in ("../limits", "/limits", "a\\u0000b", "l" * 65, ""):
            self.bad("dataset.limits", f'dataset."{name}"', ["is not a valid name; expected"])
        self.assert_usable()

    def test_no_toml(self):
        self.bad('name     = "weather"', 'name = "weather', ["almanac.toml:2"])


class Calculations(BadInputTest):
    def test_does_not_compile(self):
        manifest = self.project.root / ".almanac/build/manifest.json"
        good = manifest.read_bytes()
        self.project.edit(WEATHER + "total.cc", "double total = 0", "double total = nothing_known")
        done = self.refused("run", [WEATHER + "total.cc does not compile", "'nothing_known'",
                                    "error:"])
        self.assertLess(len(done.stderr.splitlines()), 12)
        self.assertEqual(manifest.read_bytes(), good)
        self.project.edit(WEATHER + "total.cc", "double total = nothing_known", "double total = 0")
        again = self.project.run("run")
        self.assertEqual((again.stderr, again.totals()), ("", SETTLED))

    def test_a_cycle(self):
        for identifier, reads in (("a", "b"), ("b", "c"), ("c", "a")):
            self.project.write(f"calculations/chain/{identifier}.cc", whole_date(identifier, reads))
        self.refused("run", ["dependencies form a cycle: a -> b -> c -> a"])
        self.project.remove("calculations/chain")
        self.assert_usable()

    def test_an_id_twice(self):
        shutil.copytree(self.project.root / WEATHER, self.project.root / "calculations/other")
        self.refused("run", ['calculations/weather/total.cc', 'calculations/other/total.cc',
                             '"total"', "ids are unique"])

    def test_names_that_are_paths(self):
        source = (self.project.root / WEATHER / "limit_count.cc").read_text()
        for names, says in (('"weather", "../limit_count"', 'calculation "../limit_count"'),
                            ('"/etc", "limit_count"', 'category "/etc"'),
                            ('"..", "limit_count"', 'category ".."')):
            self.project.write(WEATHER + "limit_count.cc",
                               source.replace('"weather", "limit_count"', names))
            self.refused("run", [WEATHER + "limit_count.cc", says, "is not a valid name"])
        self.project.write(WEATHER + "limit_count.cc", source)
        self.assert_usable()

    def test_long_names(self):
        self.project.write(f"calculations/{'a' * 65}.cc", "")
        self.refused("run", ["a" * 65, "is not a valid name", "at most 64"])

    def test_no_calculations(self):
        self.project.remove("calculations")
        for _ in ("missing", "empty"):
            done = self.project.run("run")
            self.assertIn("there are no calculations; add one as calculations/ID.cc", done.stderr)
            self.assertEqual(done.totals(), {})
            (self.project.root / "calculations").mkdir(exist_ok=True)
        self.assertEqual(kept(self.project), self.before)


class Ledger(BadInputTest):
    def unusable(self, says, code=2):
        """Every command refuses and leaves the file alone."""
        for command in ("run", "plan", "status", "gc"):
            self.refused(command, [LEDGER, *says], code)

    def test_of_a_newer_version(self):
        ledger = sqlite3.connect(self.project.root / LEDGER)
        ledger.execute("PRAGMA user_version = 99")
        ledger.commit()
        ledger.close()
        self.unusable(["is of version 99", "upgrade almanac"])

    def test_garbage(self):
        for garbage in (b"not a ledger", bytes(range(256)) * 64):
            (self.project.root / LEDGER).write_bytes(garbage)
            self.unusable(["is damaged or no SQLite file", "restore it from a copy"])
        self.project.remove(LEDGER)
        self.assert_usable(NEW)

    def test_of_another_program(self):
        self.project.remove(LEDGER)
        ledger = sqlite3.connect(self.project.root / LEDGER)
        ledger.execute("CREATE TABLE guests(name)")
        ledger.close()
        self.unusable(["SQLite file of another program", "name another file"])

    def test_a_folder(self):
        self.project.remove(LEDGER)
        (self.project.root / LEDGER).mkdir()
        for command in ("run", "plan"):
            done = self.project.run(command, code=2)
            self.assertIn(LEDGER + " is a folder; expected a file", done.stderr)

    def test_two_runs_at_once(self):
        without_sandbox(self.project)
        self.project.write(readings_file(BAD), readings_csv(1, "wait"))
        running = self.project.start("run")
        try:
            end = time.monotonic() + WAIT_S
            while not (self.project.root / "started").exists() and time.monotonic() < end:
                time.sleep(0.01)
            for command in ("run", "gc"):
                done = self.project.run(command, code=75)
                self.assertIn("the ledger is in use by run", done.stderr)
            self.assertIn(f"process {running.pid}", self.project.run("run", code=75).stderr)
            self.assertEqual(self.project.run("plan").cells(state="reRun"),
                             [("echo", BAD), ("total", BAD)])
            self.project.run("status")
            self.project.write("go", "")
            running.communicate(timeout=WAIT_S)
        finally:
            if running.poll() is None:
                kill(running)
        self.assertEqual(running.returncode, 0)
        self.assert_usable()
        self.assertEqual(dead_letters(self.project), 0)


class RemovedBehindOurBack(BadInputTest):
    def test_results(self):
        self.project.remove(".almanac/results")
        self.assert_usable({"reused": CELLS})
        self.assertEqual({p: b for p, (b, _) in kept(self.project).items()},
                         {p: b for p, (b, _) in self.before.items()})

    def test_one_result(self):
        self.project.remove(f".almanac/results/weather/echo/date={BAD}")
        self.assert_usable({"reused": 1, "stable": CELLS - 1})

    def test_store(self):
        self.project.remove(".almanac/store")
        self.assert_usable(NEW)
        self.assertEqual(self.project.run("verify").json["differences"], [])

    def test_store_and_results(self):
        self.project.remove(".almanac/store")
        self.project.remove(".almanac/results")
        self.assert_usable(NEW)

    def test_a_damaged_blob(self):
        (shown,) = (self.project.root / f".almanac/results/weather/echo/date={BAD}").iterdir()
        blob = next(p for p in (self.project.root / ".almanac/store/blobs").rglob("*.parquet")
                    if p.read_bytes() == shown.read_bytes())
        content = blob.read_bytes()
        blob.unlink()
        blob.write_bytes(content[:30] + b"\xaa\xaa" + content[32:])
        found = self.project.run("verify", code=6).json["differences"]
        self.assertIn(("echo", BAD), [(d["calculation"], d["date"]) for d in found])
        self.assertIn("is damaged", found[0]["problem"])
        done = self.project.run("run")
        self.assertEqual(done.cells(outcome="computed"), [("echo", BAD)])
        self.assertEqual(self.project.run("verify").json["differences"], [])


class Places(BadInputTest):
    def test_copied_to_a_strange_path_nothing_is_done_again(self):
        place = new_folder() / "räume & #1 ?x%41 'q'"
        self.project.root.rename(place)
        self.project.root = place
        done = self.project.run("run")
        self.assertEqual((done.stderr, done.totals()), ("", SETTLED))
        self.assertEqual(kept(self.project), self.before)
        self.project.write(readings_file(BAD), readings_csv(7))
        done = self.project.run("run")
        self.assertEqual((done.stderr, done.totals()), ("", {"stable": 7, "computed": 2}))
        done = self.project.run("run", "-C", str(place), cwd="/")
        self.assertEqual((done.stderr, done.totals()), ("", SETTLED))

    def test_built_in_a_strange_path(self):
        place = new_folder() / "with spaces, ümlaut"
        self.project.remove(".almanac")
        self.project.root.rename(place)
        self.project.root = place
        self.assert_usable(NEW)


    def test_a_file_where_a_folder_should_be(self):
        self.project.remove(".almanac")
        self.project.write(".almanac", "")
        done = self.project.run("run", code=2)
        self.assertIn("Not a directory", done.stderr)
        self.project.remove(".almanac")
        self.assert_usable(NEW)


def may_mount():
    return os.geteuid() == 0 and subprocess.run(
        ["unshare", "-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"],
        capture_output=True).returncode == 0


@unittest.skipUnless(may_mount(), "needs root and mount namespaces")
class FileSystems(BadInputTest):
    def shell(self, script):
        """Runs a script in a mount namespace of its own; `almanac` is the command."""
        done = subprocess.run(["unshare", "-m", "sh", "-euc", script, "sh", ALMANAC],
                              cwd=self.project.root, env=self.project.environment(None), text=True,
                              capture_output=True, timeout=WAIT_S)
        self.assertEqual(done.returncode, 0, done.stderr)

    def finished(self, name):
        read = lambda ending: (self.project.root / f"{name}.{ending}").read_text()
        return Finished(int(read("code")), read("out"), read("err"))

    def disk_full(self, folder, kilobytes):
        """A run with so much space, and one in the same place with enough."""
        run = lambda name: (f'code=0; "$1" run --json > {name}.out 2> {name}.err || code=$?; '
                            f"echo $code > {name}.code\n")
        plan = '"$1" plan --json > plan.out 2> plan.err; echo $? > plan.code\n'
        self.shell(f"mount -t tmpfs -o size={kilobytes}k tmpfs {folder}\n" + run("first") + plan +
                   f"mount -o remount,size=64m {folder}\n" + run("second") +
                   f"cp -r {folder} after")
        first, second = self.finished("first"), self.finished("second")
        self.assertEqual(first.code, 75, first.stderr)
        self.assertIn("free space and run again", first.stderr)
        planned = self.finished("plan").json["totals"]
        self.assertEqual(planned["failed"], 0)
        self.assertEqual(second.code, 0, second.stderr)
        self.assertEqual(second.totals()["computed"] + planned["stable"], CELLS)
        return second

    def fresh(self, folder):
        for place in (".almanac/store", ".almanac/results", LEDGER):
            self.project.remove(place)
        (self.project.root / folder).mkdir(parents=True, exist_ok=True)

    def test_store_on_a_full_disk(self):
        for kilobytes in (4, 24):
            with self.subTest(kilobytes=kilobytes):
                self.project = base.copy()
                self.fresh(".almanac/store")
                self.disk_full(".almanac/store", kilobytes)
                self.assertEqual(dead_letters(self.project), 0)
                self.assertEqual(attempts(self.project, "echo", status=2), 0)

    def test_ledger_on_a_full_disk(self):
        for kilobytes in (32, 148):
            with self.subTest(kilobytes=kilobytes):
                self.project = base.copy()
                self.fresh("space")
                text = (self.project.root / TOML).read_text()
                self.project.write(TOML, text + '\n[storage]\nledger = "sqlite:space/ledger.db"\n')
                self.disk_full("space", kilobytes)
                shutil.copytree(self.project.root / "after", self.project.root / "space",
                                dirs_exist_ok=True)
                self.assert_usable()

    def test_a_read_only_project(self):
        self.project.write(readings_file(BAD), readings_csv(1, "flood"))
        out = new_folder()
        run = lambda name: (f'code=0; "$1" {name} --json > {out}/{name}.out 2> {out}/{name}.err '
                            f"|| code=$?; echo $code > {out}/{name}.code\n")
        self.shell('mount --bind "$PWD" "$PWD"; mount -o remount,bind,ro "$PWD"; cd "$PWD"\n' +
                   run("plan") + run("status") + run("run") + run("verify"))
        read = lambda name: [(out / f"{name}.{e}").read_text() for e in ("code", "out", "err")]
        plan, status, run, verify = (Finished(int(c), o, e) for c, o, e in
                                     map(read, ("plan", "status", "run", "verify")))
        self.assertEqual((plan.code, status.code), (0, 0), plan.stderr + status.stderr)
        self.assertEqual(plan.cells(state="reRun"), [("echo", BAD), ("total", BAD)])
        self.assertEqual(run.code, 2)
        self.assertIn("write", run.stderr)
        self.assertIn(".almanac", run.stderr)
        self.assertNotEqual(verify.code, 6)
        self.assertEqual(kept(self.project), self.before)


if __name__ == "__main__":
    unittest.main()
