#!/usr/bin/env python3
"""Commands that wait for a run on a real Temporal server that is slow, or gone, or has no workers."""
import os
import pty
import signal
import subprocess
import time
import unittest

from service import Errors, Proxy, Server, Worker, end
from project import Patient, TIMEOUT_S, kill

DAY = "2024-01-02"
ALL = ("first", "second", "third")
SOON_S = 25  # what should take about 10 s, on a machine with other things to do


class Waiting(unittest.TestCase):
    def serve(self, in_file=False):
        self.server = Server(in_file)
        self.addCleanup(self.server.stop)
        self.project = self.server.project(DAY)

    def worker(self, *args, waits=True):
        worker = Worker(self.project, "-j", "3", *args, waits=waits)
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        return worker.ready()

    def start(self, command, env=None):
        process = self.project.start(command, env=env)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(end, process)
        return Errors(process)

    def start_watch(self):
        watch = self.project.popen(self.project.command("watch", json=False))
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.stderr.close)
        self.addCleanup(end, watch)
        return watch

    def reached(self, cell):
        last = time.monotonic() + TIMEOUT_S
        while not (self.project.root / f"at_{cell}").exists():
            self.assertLess(time.monotonic(), last)
            time.sleep(0.02)

    def let_go(self, *cells):
        for cell in cells:
            (self.project.root / f"go_{cell}").touch()

    def line_with(self, stream, text):
        while text not in (line := stream.readline()):
            self.assertNotEqual(line, "", f"{text!r} is not said")
        return line


class Slow(Waiting):
    def test_a_server_that_takes_150_ms_for_an_answer(self):
        self.serve()
        self.worker()
        proxy = Proxy(self.server.port, 0.15)
        self.addCleanup(proxy.stop)
        self.project.edit("almanac.toml", self.server.address, proxy.address)
        run = Patient(self.project)
        self.addCleanup(kill, run.process)
        run.reached("first")
        watch = self.start_watch()
        self.line_with(watch.stdout, ": computing, 0 of 4 cells computed")
        run.let_go(*ALL)
        self.assertEqual(run.finished().totals(), {"computed": 4})
        self.line_with(watch.stdout, "has ended: 4 computed")
        self.assertEqual(watch.wait(TIMEOUT_S), 0)

    def test_a_worker_is_not_ready_before_the_server_has_heard_from_it(self):
        self.serve()
        proxy = Proxy(self.server.port, 1)
        self.addCleanup(proxy.stop)
        self.project.edit("almanac.toml", self.server.address, proxy.address)
        worker = Worker(self.project)
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        self.assertEqual(worker.until("/readyz", 503)["status"], "starting")
        self.assertEqual(worker.until("/readyz", 200)["status"], "ready")


class Gone(Waiting):
    def setUp(self):
        self.serve(in_file=True)
        self.worker()

    def test_run_and_watch_wait_for_a_server_that_comes_back(self):
        run = self.start("run")
        self.reached("first")
        watch = self.start_watch()
        self.line_with(watch.stdout, ": computing")
        end(self.server.process)
        run.until(f"{self.server.address}, namespace default: Unavailable", SOON_S)
        run.until("is waited for all the same", SOON_S)
        self.assertIn(self.server.address, self.line_with(watch.stdout, "watching goes on"))
        self.server.restart()
        run.until("answers again")
        self.let_go(*ALL)
        self.assertNotIn("no worker", run.ended(0))
        self.line_with(watch.stdout, "has ended: 4 computed")
        self.assertEqual(watch.wait(TIMEOUT_S), 0)

    def test_an_interrupt_that_does_not_reach_the_server_ends_the_command(self):
        run = self.start("run")
        self.reached("first")
        end(self.server.process)
        run.until("is waited for all the same", SOON_S)
        run.process.send_signal(signal.SIGTERM)
        run.process.wait(SOON_S)
        said = run.ended(130)
        self.assertIn("cannot be told to stop: Unavailable", said)
        self.assertIn("the run goes on", said)

    def test_watch_gives_up_after_a_minute(self):
        run = self.start("run")
        self.reached("first")
        watch = self.start_watch()
        self.line_with(watch.stdout, ": computing")
        end(self.server.process)
        self.line_with(watch.stdout, "watching goes on")
        gone = time.monotonic()
        self.assertEqual(watch.wait(TIMEOUT_S), 75)
        self.assertGreater(time.monotonic() - gone, 50)
        self.assertIn(self.server.address, watch.stderr.read())
        run.process.send_signal(signal.SIGINT)
        run.ended(130)


class Unserved(Waiting):
    def setUp(self):
        self.serve()

    def test_that_is_said_and_that_it_is_over(self):
        run = self.start("run")
        run.until("no worker serves almanac/patient_", SOON_S)
        self.let_go(*ALL)
        worker = self.worker()
        self.assertEqual(run.ended(0).count("no worker serves"), 1)
        self.let_go(*ALL)
        end(worker.process, signal.SIGTERM)

    def test_an_interrupt_does_not_wait_for_a_worker(self):
        run = self.start("run")
        while not (now := self.project.run("watch").json["run"]):
            self.assertIsNone(run.process.poll())
        run.process.send_signal(signal.SIGINT)
        run.process.wait(SOON_S)
        self.assertIn(f"run {now['run_id']} was told to stop, and ends as soon as a worker",
                      run.ended(130))
        self.worker(waits=False)
        self.project.run("watch", json=False)
        self.assertIsNone(self.project.run("watch").json["run"])
        self.assertEqual(self.project.run("plan").cells(state="stable"), [])

    def test_a_worker_that_goes_in_the_middle(self):
        worker = self.worker()
        run = self.start("run")
        self.reached("first")
        end(worker.process)
        run.until("no worker serves almanac/patient_", 150)  # it may still be in its last poll
        self.let_go(*ALL)
        self.worker()
        run.ended(0)


class Terminal(Waiting):
    def test_run_shows_how_far_it_is(self):
        self.serve()
        self.worker()
        screen, terminal = pty.openpty()
        run = subprocess.Popen(self.project.command("run", json=False), stderr=terminal,
                               stdout=subprocess.DEVNULL, cwd=self.project.root,
                               env=self.project.environment({}))
        self.addCleanup(end, run)
        os.close(terminal)
        said = b""
        while b"0/4 cells" not in said or b"computing" not in said:
            said += os.read(screen, 4096)
        self.let_go(*ALL)
        try:
            while part := os.read(screen, 4096):
                said += part
        except OSError:  # what Linux says at the end
            pass
        os.close(screen)
        self.assertEqual(run.wait(TIMEOUT_S), 0)
        self.assertTrue(said.endswith(b"\r\x1b[K"), said[-80:])


if __name__ == "__main__":
    unittest.main()
