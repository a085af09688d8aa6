#!/usr/bin/env python3
"""Every exit code of the command, provoked, with the cells that it is about."""
import json
import os
import signal
import unittest

from project import kill, moody, wait_for, weekdays

DAYS = weekdays("2024-01-01", 4)
MANY = weekdays("2024-01-01", 20)


def setUpModule():
    global fresh, done_once
    fresh = moody(DAYS)
    done_once = fresh.copy()
    done_once.run("run")


def cells_of(finished, calculation):
    return {c["date"]: (c["state"], c["reason"], c["outcome"], c["attempts"])
            for c in finished.json["cells"] if c["calculation"] == calculation}


class Failures(unittest.TestCase):
    def setUp(self):
        self.project = fresh.copy()

    def test_4_the_entity_breaker(self):
        done = self.project.run("run", env={"MOOD": "throws", "MOOD_DATE": DAYS[1]}, code=4)
        self.assertEqual(done.totals(), {"computed": 13, "failed": 1, "failedDependency": 2})
        failed = [c for c in done.json["cells"] if c["outcome"] == "failed"]
        self.assertEqual([(c["calculation"], c["date"]) for c in failed], [("moody", DAYS[1])])
        self.assertIn("100.0 % of 4 entities failed", failed[0]["detail"])
        self.assertNotIn(DAYS[1], self.project.results("moody")["mood/moody"])
        self.project.run("run", code=4)  # those of earlier runs included

    def test_5_the_validator_does_not_retry(self):
        done = self.project.run("run", env={"MOOD": "nulls", "MOOD_DATE": DAYS[1]}, code=5)
        self.assertEqual(cells_of(done, "moody")[DAYS[1]], ("runnable", "new", "failed", 1))
        again = self.project.run("run", code=5)
        self.assertEqual(again.json["totals"]["computed"], 0)
        self.assertEqual(cells_of(again, "moody")[DAYS[1]],
                         ("failed", "validation_failed", "failed", 0))

    def test_1_a_permanent_error_does_not_retry(self):
        done = self.project.run("run", env={"MOOD": "permanent", "MOOD_DATE": DAYS[1]}, code=1)
        self.assertEqual(cells_of(done, "moody")[DAYS[1]], ("runnable", "new", "failed", 1))
        again = self.project.run("run", code=1)
        self.assertEqual(cells_of(again, "moody")[DAYS[1]],
                         ("failed", "permanent_error", "failed", 0))

    def test_1_when_failures_are_of_several_kinds(self):
        done = self.project.run("run", code=1,
                                env={"MOOD": "nulls", "MOOD_DATE": DAYS[1], "FRAGILE": "1"})
        self.assertEqual(done.cells(outcome="failed"),
                         [("fragile", d) for d in DAYS if d != DAYS[1]] + [("moody", DAYS[1])])

    def test_a_forced_failure_leaves_the_older_result_in_place(self):
        project = done_once.copy()
        project.run("run", "--date", DAYS[2], "--force", "--select", "fragile",
                    env={"FRAGILE": "1"}, code=1)
        self.assertEqual(project.run("run").totals(), {"stable": 4 * len(DAYS)})

    def test_retry_after_three_attempts(self):
        one = ("--date", DAYS[1])
        done = self.project.run("run", *one, env={"FRAGILE": "1"}, code=1)
        self.assertEqual(cells_of(done, "fragile"), {DAYS[1]: ("runnable", "new", "failed", 3)})
        self.assertEqual(cells_of(done, "after"), {
            DAYS[1]: ("failedDependency", "dependency_failed", "failedDependency", 0)})
        letters = self.project.run("status").json["dead_letters"]
        self.assertEqual([(x["calculation"], x["date"], x["stage"], x["attempts"], x["error"])
                          for x in letters],
                         [("fragile", DAYS[1], "process", 3, "something outside is broken")])
        self.assertEqual((letters[0]["code"], letters[0]["cause"]),
                         ("MAX_RETRIES_EXCEEDED", "FAILED"))
        again = self.project.run("run", *one, code=1)  # the cause is gone, nobody said so
        self.assertEqual(cells_of(again, "fragile"),
                         {DAYS[1]: ("failed", "attempts_used_up", "failed", 0)})
        retried = self.project.run("retry", *one)
        self.assertEqual(retried.cells(outcome="computed"),
                         [("after", DAYS[1]), ("fragile", DAYS[1])])
        self.assertEqual(self.project.run("status").json["dead_letters"], [])
        self.project.run("run", *one)

    def test_a_changed_key_is_tried_without_being_asked(self):
        self.project.run("run", env={"MOOD": "nulls", "MOOD_DATE": DAYS[1]}, code=5)
        self.project.write(f"data/readings/date={DAYS[1]}/readings.csv", "station,value\ns0,7.25\n")
        done = self.project.run("run")
        self.assertEqual(done.cells(outcome="computed"),
                         [(c, DAYS[1]) for c in ("after", "calm", "fragile", "moody")])
        self.assertEqual(self.project.run("status").json["dead_letters"], [])

    def test_the_calculation_breaker_opens_and_closes(self):
        project = moody(MANY)
        only = ("--select", "fragile", "-j", "1")
        done = project.run("run", *only, env={"FRAGILE": "1"}, code=1)
        failed, blocked = done.cells(outcome="failed"), done.cells(outcome="blocked")
        self.assertEqual(len(failed) + len(blocked), len(MANY))
        self.assertTrue(5 <= len(failed) <= 7, failed)  # five, and what was under way
        self.assertEqual(project.run("status").json["open_breakers"], ["fragile"])
        plan = project.run("plan", *only[:2])
        self.assertEqual(plan.why("state", "reason")["fragile"],
                         {("failed", "attempts_used_up"), ("blocked", "breaker_open")})
        probe = project.run("run", *only, env={"FRAGILE": "1"}, code=1)
        self.assertEqual(len(probe.cells(outcome="failed")), len(failed) + 1)
        closed = project.run("run", *only, code=1)
        self.assertEqual(closed.json["totals"]["computed"], len(blocked) - 1)
        self.assertEqual(project.run("status").json["open_breakers"], [])
        project.run("retry", *only)


class NotReproduced(unittest.TestCase):
    def test_6_a_forced_run_with_another_result(self):
        project = done_once.copy()
        before = project.run("run", "--all").hashes()
        done = project.run("run", "--force", "--date", DAYS[1], "--select", "moody",
                           env={"MOOD": "random"}, code=6)
        self.assertEqual(done.why("state", "reason", "outcome"),
                         {"moody": {("reRun", "forced", "computed")}})
        self.assertEqual(len(done.json["not_reproduced"]), 1)
        self.assertNotEqual(done.hashes()[("moody", DAYS[1])], before[("moody", DAYS[1])])
        after = project.run("run")  # the new generation counts, dependents follow
        self.assertEqual(after.cells(outcome="computed"),
                         [("after", DAYS[1]), ("fragile", DAYS[1])])

    def test_6_verify(self):
        project = done_once.copy()
        before = project.files()
        done = project.run("verify", env={"MOOD": "random", "MOOD_DATE": DAYS[1]}, code=6)
        self.assertEqual([(d["calculation"], d["date"]) for d in done.json["differences"]],
                         [("moody", DAYS[1])])
        self.assertEqual(project.files(), before)

    def test_force_is_about_wanted_cells_only(self):
        done = done_once.copy().run("run", "--force", "--select", "fragile", "--date", DAYS[1])
        self.assertEqual(done.cells(), [("fragile", DAYS[1])])

    def test_a_forced_run_with_the_same_result_wakes_nobody(self):
        project = done_once.copy()
        done = project.run("run", "--force", "--select", "moody")
        self.assertEqual(done.totals(), {"computed": len(DAYS)})
        self.assertEqual(project.run("run").totals(), {"stable": 4 * len(DAYS)})


class Prints(unittest.TestCase):
    def test_what_a_calculation_prints_is_not_in_the_document(self):
        project = fresh.copy()
        project.edit("calculations/mood/calm.cc", "    out.add()",
                     '    std::puts("hello from a calculation");\n    out.add()')
        project.edit("calculations/mood/calm.cc", "#include <almanac/calculation.h>\n",
                     "#include <almanac/calculation.h>\n\n#include <cstdio>\n")
        done = project.run("run")
        self.assertEqual(done.totals(), {"computed": 16})
        self.assertIn("hello from a calculation", done.stderr)
        self.assertEqual(project.run("verify", "--select", "calm").json["differences"], [])


class Usage(unittest.TestCase):
    def test_2(self):
        for args in (["nosuch"], ["-C", "."], ["run", "--date", "yesterday"], ["run", "-j", "x"],
                     ["run", "--date", DAYS[0], "--from", DAYS[0]], ["show"],
                     ["-C", "nowhere", "plan"]):
            done = fresh.run(*args, code=2, json=False)
            self.assertEqual(done.stdout, "", args)
            self.assertNotEqual(done.stderr, "", args)

    def test_2_a_source_that_does_not_compile_names_file_and_line(self):
        project = done_once.copy()
        project.edit("calculations/mood/after.cc", "row[total];", "row[totl];")
        done = project.run("run", code=2)
        self.assertRegex(done.stderr, r"calculations/mood/after\.cc:1[0-9]")

    def test_2_without_a_folder_for_temporary_files(self):
        done = done_once.run("certify", "calm", env={"TMPDIR": "nowhere"}, code=2)
        self.assertIn("TMPDIR is no folder", done.stderr)

    def test_2_a_misspelt_key_names_the_nearest(self):
        project = fresh.copy()
        project.edit("almanac.toml", "calendar ", "calender ")
        self.assertIn("calendar", project.run("plan", code=2).stderr)

    def test_0_without_data(self):
        project = fresh.copy()
        project.remove("data")
        done = project.run("run")
        self.assertIn("warning", done.stderr)


class Interrupted(unittest.TestCase):
    def start(self, *args, project=None):
        self.project = (project or fresh).copy()
        self.folder = self.project.root
        self.process = self.project.start(
            "run", "-j", "1", *args, env={"MOOD": "waits", "MOOD_FOLDER": str(self.folder)})
        self.addCleanup(kill, self.process)
        wait_for(self.folder / "started", self.process)

    def test_130_drains(self):
        self.start()
        os.kill(self.process.pid, signal.SIGINT)
        while self.pending_signals():
            pass
        (self.folder / "go").touch()
        stdout, _ = self.process.communicate(timeout=60)
        self.assertEqual(self.process.returncode, 130)
        self.check_the_rest(stdout)

    def pending_signals(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(next(x.split()[1] for x in status if x.startswith("ShdPnd")), 16)

    def check_the_rest(self, stdout):
        document = json.loads(stdout)
        self.assertGreater(document["totals"]["cancelled"], 0)
        computed = {(c["calculation"], c["date"]) for c in document["cells"]
                    if c["outcome"] == "computed"}
        self.assertGreater(len(computed), 0)
        done = self.project.run("run")
        self.assertEqual(done.json["totals"]["computed"], 4 * len(DAYS) - len(computed))
        self.assertEqual(computed & set(done.cells(outcome="computed")), set())

    def test_130_a_second_signal_aborts(self):
        self.start()
        while self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGINT)
        self.assertEqual(self.process.returncode, 130)
        # What was committed and not yet published when the process ended is published: reused.
        totals = self.project.run("run").totals()
        self.assertLessEqual(set(totals), {"computed", "stable", "reused"})
        self.assertEqual(sum(totals.values()), 4 * len(DAYS))

    def test_75_while_another_run_holds_the_ledger(self):
        self.start()
        done = self.project.run("run", code=75)
        self.assertIn(f"process {self.process.pid}", done.stderr)
        self.project.run("plan")  # looking is allowed
        (self.folder / "go").touch()
        self.process.communicate(timeout=60)
        self.assertEqual(self.process.returncode, 0)
        self.assertEqual(self.project.run("run").totals(), {"stable": 4 * len(DAYS)})

    def test_75_before_anything_is_compared(self):
        self.start("--force", project=done_once)
        self.project.edit("calculations/mood/calm.cc", "    out.add()",
                          "    if (entity.rows(readings).empty()) return;\n    out.add()")
        for command in (["preflight", "--select", "calm"], ["certify", "calm"]):
            with self.subTest(command):  # comparing would fail for want of a folder
                done = self.project.run(*command, env={"TMPDIR": "nowhere"}, code=75)
                self.assertIn(f"process {self.process.pid}", done.stderr)


if __name__ == "__main__":
    unittest.main()
