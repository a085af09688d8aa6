#!/usr/bin/env python3
"""A run that is under way, seen and steered from other processes: watch, pause, resume, cancel."""
import json
import os
import pty
import signal
import socket
import stat
import subprocess
import time
import unittest

from project import Patient, TIMEOUT_S, fail_until_mended, kill, new_folder, patient, weekdays

DAY = "2024-01-02"
ALL = ("first", "second", "third")
COMMANDS = ("pause", "resume", "cancel")


def setUpModule():
    global fresh
    fresh = patient(DAY)


class Run(unittest.TestCase):
    """A run with two threads, two of whose three first cells are under way."""

    def setUp(self):
        self.begin(fresh.copy())

    def begin(self, project, *args):
        self.project = project
        self.run_ = Patient(project, *(args or ("-j", "2")))
        self.addCleanup(kill, self.run_.process)

    def watch(self):
        return self.project.run("watch").json["run"]

    def until(self, says):
        """The first document of watch of which that holds."""
        end = time.monotonic() + TIMEOUT_S
        while not says(now := self.watch()):
            if time.monotonic() > end or self.run_.process.poll() is not None:
                raise AssertionError(f"{now} {self.run_.process.poll()}")
        return now

    def two_run(self):
        now = self.until(lambda now: now and len(now["running"]) == 2)
        return now, sorted(cell["calculation"] for cell in now["running"])

    def tell(self, *command):
        self.project.run(*command, json=False)


class Follow(Run):
    def test_phase_and_what_runs_where(self):
        now, running = self.two_run()
        self.assertEqual((now["phase"], now["computed"], now["failed"], now["of"]),
                         ("computing", 0, 0, 4))
        self.assertEqual((now["parallel"], now["paused"], now["failures"]), (2, False, []))
        for cell in now["running"]:
            self.assertEqual(cell["date"], DAY)
            self.assertEqual(cell["worker"].split("@")[0], str(self.run_.process.pid))
            self.assertRegex(cell["since"], r"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ$")
        self.run_.let_go(*ALL)
        self.assertEqual(self.run_.finished().json["run_id"], now["run_id"])

    def test_status_names_it(self):
        run = self.two_run()[0]["run_id"]
        self.assertEqual(self.project.run("status").json["under_way"],
                         {"run_id": run, "phase": "computing", "computed": 0, "failed": 0, "of": 4})
        text = self.project.run("status", json=False).stdout
        self.assertIn(f"under way\n  run {run}: computing, 0 of 4 cells computed\n", text)
        self.run_.let_go(*ALL)
        self.run_.finished()
        self.assertIsNone(self.project.run("status").json["under_way"])

    def test_lines_until_it_ends(self):
        run = self.two_run()[0]["run_id"]
        command = self.project.command("watch", json=False)
        watching = self.project.popen(command)
        self.addCleanup(kill, watching)
        first = watching.stdout.readline()
        self.assertIn(f"run {run}: computing, 0 of 4 cells computed; 2 under way: ", first)
        self.run_.let_go(*ALL)
        self.run_.finished()
        rest, _ = watching.communicate(timeout=TIMEOUT_S)
        self.assertEqual(rest.splitlines()[-1], f"run {run} has ended: 4 computed")
        self.assertEqual(watching.returncode, 0)


class Failures(Run):
    """The second cell fails, and the one that reads the first waits, too."""

    @classmethod
    def setUpClass(cls):
        cls.fresh = fresh.copy()
        cls.fresh.edit("calculations/second.cc", 'wait_for("second")', 'throw PermanentError("no")')
        cls.fresh.edit("calculations/after.cc", "using namespace",
                       '#include "layers/wait.h"\nusing namespace')
        cls.fresh.edit("calculations/after.cc", "out.add()", 'wait_for("after");\n    out.add()')
        cls.fresh.run("build")

    def setUp(self):
        self.begin(self.fresh.copy())
        self.run_.let_go("first", "third")
        self.run_.reached("after")

    def test_are_shown(self):
        now = self.until(lambda now: now["failed"])
        failures = [(f["calculation"], f["date"]) for f in now["failures"]]
        self.assertEqual(failures, [("second", DAY)])
        self.assertEqual((now["computed"], now["failed"], now["of"]), (2, 1, 4))
        status = self.project.run("status", json=False).stdout
        self.assertIn(": computing, 2 of 4 cells computed, 1 failed\n", status)
        watching = self.project.popen(self.project.command("watch", json=False))
        self.addCleanup(kill, watching)
        self.assertRegex(watching.stdout.readline(), f"^failed: second {DAY}: .*no")
        self.run_.let_go("after")
        self.run_.finished(code=1)
        lines = watching.communicate(timeout=TIMEOUT_S)[0].splitlines()
        self.assertRegex(lines[-1], "has ended: 3 computed, 1 failed$")

    def test_on_a_terminal_one_line_is_rewritten(self):
        self.until(lambda now: now["failed"])
        screen, terminal = pty.openpty()
        watching = subprocess.Popen(self.project.command("watch", json=False), stdout=terminal,
                                    cwd=self.project.root, env=self.project.environment({}))
        os.close(terminal)
        said = b""
        while b" cells computed" not in said:
            said += os.read(screen, 4096)
        self.run_.let_go("after")
        try:
            while part := os.read(screen, 4096):
                said += part
        except OSError:  # what Linux says at the end
            pass
        os.close(screen)
        self.assertEqual(watching.wait(TIMEOUT_S), 0)
        self.run_.finished(code=1)
        lines = said.decode().split("\r\n")
        self.assertRegex(lines[0], f"^failed: second {DAY}: ")
        self.assertRegex(lines[1], "\r\x1b\\[Krun .* has ended: 3 computed, 1 failed$")
        self.assertEqual(lines[2:], [""])


class Steer(Run):
    def test_a_paused_run_begins_nothing(self):
        running = self.two_run()[1]
        self.tell("pause")
        self.until(lambda now: now["paused"])
        self.run_.let_go(*ALL)
        now = self.until(lambda now: not now["running"])
        time.sleep(0.3)  # what it must not begin it would begin at once
        self.assertEqual((now["phase"], self.watch()["running"]), ("paused", []))
        self.assertEqual(sorted(self.project.run("plan").cells(state="stable")),
                         [(cell, DAY) for cell in running])
        self.tell("resume")
        self.assertEqual(self.run_.finished().totals(), {"computed": 4})

    def test_parallelism(self):
        one, two = self.two_run()[1]
        three = next(cell for cell in ALL if cell not in (one, two))
        self.tell("resume", "-j", "1")
        self.until(lambda now: now["parallel"] == 1)
        self.run_.let_go(one)
        self.until(lambda now: [c["calculation"] for c in now["running"]] == [two])
        self.assertEqual(self.watch()["computed"], 1)  # while its pass is under way
        time.sleep(0.3)
        self.assertEqual([c["calculation"] for c in self.watch()["running"]], [two])
        self.tell("resume", "-j", "2")
        self.assertEqual(self.two_run()[1], sorted((two, three)))
        self.run_.let_go(two, three)
        self.run_.finished()

    def test_cancel(self):
        self.two_run()
        self.tell("cancel")
        self.run_.let_go(*ALL)
        done = self.run_.finished(code=130)
        self.assertIn(("after", DAY), done.cells(outcome="cancelled"))
        self.assertGreaterEqual(done.json["totals"]["computed"], 2)
        status = self.project.run("status").json
        self.assertIsNone(status["under_way"])
        self.assertEqual(status["runs"][0]["run_id"], done.json["run_id"])
        self.assertEqual(status["runs"][0]["totals"]["cancelled"],
                         done.json["totals"]["cancelled"])
        self.project.run("run")
        self.assertEqual(self.project.run("run").totals(), {"stable": 4})

    def test_cancel_now_is_for_runs_on_a_service(self):
        self.two_run()
        said = self.project.run("cancel", "--now", json=False, code=2).stderr
        self.assertIn(f"is carried out by process {self.run_.process.pid} on ", said)
        self.assertIn("interrupt the process twice", said)
        self.run_.let_go(*ALL)
        self.run_.finished()

    def test_cancel_while_it_is_paused(self):
        self.two_run()
        self.tell("pause")
        self.until(lambda now: now["paused"])
        self.run_.let_go(*ALL)
        self.until(lambda now: not now["running"])
        self.tell("cancel")
        done = self.run_.finished(code=130)
        self.assertEqual(done.totals(), {"computed": 2, "cancelled": 2})

    def test_a_second_run_leaves_the_first_ones_socket_alone(self):
        run = self.two_run()[0]["run_id"]
        done = self.project.run("run", code=75)
        self.assertIn(run, done.stderr)
        self.assertEqual(self.watch()["run_id"], run)
        self.run_.let_go(*ALL)
        self.run_.finished()


class BetweenCells(Run):
    """A slice with three days of one calculation, the first of which is under way."""

    def setUp(self):
        project = fresh.copy()
        for date in weekdays(DAY, 3)[1:]:
            project.write(f"data/readings/date={date}/readings.csv", "station,value\ns1,1.5\n")
        project.today = weekdays(DAY, 4)[-1]
        self.begin(project, "-j", "1", "--select", "first")
        self.run_.reached("first")

    def let_go_when_it_knows(self):
        time.sleep(7)  # a step that is under way is told with its next heartbeat
        self.run_.let_go("first")

    def test_pause_lets_the_cell_end_and_not_the_slice(self):
        self.tell("pause")
        self.let_go_when_it_knows()
        self.until(lambda now: not now["running"])
        time.sleep(0.3)
        self.assertEqual(self.project.run("plan").cells(state="stable"), [("first", DAY)])
        self.tell("resume")
        self.assertEqual(self.run_.finished().totals(), {"computed": 3})

    def test_cancel_lets_the_cell_end_and_not_the_slice(self):
        self.tell("cancel")
        self.let_go_when_it_knows()
        self.assertEqual(self.run_.finished(code=130).totals(), {"computed": 1, "cancelled": 2})


class Retry(Run):
    def setUp(self):
        project = fresh.copy()
        fail_until_mended(project)
        self.begin(project, "-j", "3")

    def test_what_failed_is_tried_again_by_the_run_that_is_under_way(self):
        run = self.until(lambda now: now)["run_id"]
        self.run_.let_go("second")
        while not self.project.run("status").json["dead_letters"]:
            self.assertIsNone(self.run_.process.poll())
        (self.project.root / "mended").touch()
        self.assertEqual(self.project.run("retry").json,
                         {"version": 1, "run_id": run, "requeued": 1})
        self.run_.let_go(*ALL)
        self.assertEqual(self.run_.finished().totals(), {"computed": 4})
        self.assertEqual(self.project.run("status").json["dead_letters"], [])


class Reconcile(Run):
    """A reconcile that tries two cells again that were lost with their process."""

    def setUp(self):
        self.project = fresh.copy()
        lost = Patient(self.project, "-j", "2")
        lost.reached("first")
        kill(lost.process)
        for file in self.project.root.glob("at_*"):
            file.unlink()
        self.run_ = Patient(self.project, "-j", "2", command="reconcile")
        self.addCleanup(kill, self.run_.process)
        self.run_.reached("first")

    def test_the_run_that_it_starts_is_steered(self):
        run = self.until(lambda now: now and now["running"])["run_id"]
        self.assertTrue(run.endswith("-again"), run)
        self.tell("pause")
        self.until(lambda now: now["paused"])
        self.tell("resume")
        self.run_.let_go(*ALL)
        self.assertGreater(self.run_.finished().json["offered"], 0)
        self.assertIsNone(self.watch())
        self.assertIn(("first", DAY), self.project.run("plan").cells(state="stable"))

    def test_it_is_interrupted(self):
        self.run_.process.send_signal(signal.SIGINT)
        self.run_.let_go(*ALL)
        self.run_.finished(code=130)
        self.assertIsNone(self.watch())


class Nothing(unittest.TestCase):
    def nothing_is_under_way(self, project):
        before = project.files()
        for command in COMMANDS:
            done = project.run(command, json=False, code=2)
            self.assertEqual(done.stderr, "almanac: no run is under way\n")
        self.assertEqual(project.run("watch").json, {"version": 1, "run": None})
        self.assertEqual(project.run("watch", json=False).stdout, "no run is under way\n")
        self.assertEqual(project.files(), before)

    def test_before_the_first_run_and_after_it(self):
        project = fresh.copy()
        self.nothing_is_under_way(project)
        project.run("run")
        self.nothing_is_under_way(project)

    def test_after_a_run_that_was_killed(self):
        project = fresh.copy()
        run = Patient(project, "-j", "2")
        run.reached("first")
        kill(run.process)
        self.assertTrue((project.root / ".almanac/run.sock").is_socket())
        self.nothing_is_under_way(project)
        run = Patient(project, "-j", "2")  # takes the place of the socket that was left
        self.addCleanup(kill, run.process)
        while project.run("watch").json["run"] is None:
            self.assertIsNone(run.process.poll())
        run.let_go(*ALL)
        run.finished()
        self.assertFalse((project.root / ".almanac/run.sock").exists())


class Socket(Run):
    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        self.addCleanup(connection.close)
        connection.settimeout(30)
        connection.connect(str(self.project.root / ".almanac/run.sock"))
        return connection

    def ask(self, said):
        connection = self.connect()
        try:
            connection.sendall(said)
        except BrokenPipeError:  # it stopped reading
            pass
        answer = b""
        while not answer.endswith(b"\n"):
            part = connection.recv(65536)
            self.assertNotEqual(part, b"", answer)
            answer += part
        return json.loads(answer)

    def test_garbage_does_not_hurt_the_run(self):
        self.two_run()
        for said in (b"\n", b"hello\n", b"[]\n", b"{\n", b"\xff\x00\n", b'{"ask":7}\n',
                     b'{"ask":"nonsense"}\n', b'{"ask":"parallel"}\n', b"x" * 70_000 + b"\n",
                     b'{"ask":"parallel","value":0}\n', b'{"ask":"parallel","value":"many"}\n',
                     b'{"ask":"progress","run":"another"}\n', b"[" * 60_000 + b"\n",
                     b'{"ask":"requeue","date":"2024-01-02"}\n'):
            self.assertEqual(list(self.ask(said)), ["error"], said[:40])
        self.assertEqual(self.ask(b'{"ask":"progress"}\n')["phase"], "computing")
        self.run_.let_go(*ALL)
        self.assertEqual(self.run_.finished().totals(), {"computed": 4})

    def test_clients_that_say_nothing_do_not_keep_the_run_from_ending(self):
        self.two_run()
        mode = (self.project.root / ".almanac/run.sock").stat().st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o600)
        silent = [self.connect() for _ in range(5)]
        silent[1].sendall(b'{"ask":')
        began = time.monotonic()
        self.run_.let_go(*ALL)
        self.run_.finished()
        self.assertLess(time.monotonic() - began, 3)  # less than one of them may take
        self.assertFalse((self.project.root / ".almanac/run.sock").exists())


class LongPath(Run):
    def setUp(self):
        self.begin(patient(DAY, new_folder() / ("deep" * 20) / ("deeper" * 15) / "project"))

    def test_the_socket_is_reached(self):
        self.two_run()
        self.tell("cancel")
        self.run_.let_go(*ALL)
        self.run_.finished(code=130)


if __name__ == "__main__":
    unittest.main()
