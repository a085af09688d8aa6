#!/usr/bin/env python3
"""almanac worker on a real Temporal server: what it says of itself, how it ends, what it
refuses."""
import os
import pathlib
import signal
import time
import unittest

from service import Server, Worker, end, free_port
from project import Patient, kill, patient

DAY = "2024-01-02"


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def setUpModule():
    global server
    server = Server()
    unittest.addModuleCleanup(server.stop)


class OnService(unittest.TestCase):
    def worker(self, project, *args, waits=False):
        worker = Worker(project, *args, waits=waits)
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        return worker

    def start_run(self, project, *args):
        run = Patient(project, *args)
        self.addCleanup(kill, run.process)
        return run


class Health(OnService):
    def test_alive_and_ready(self):
        worker = self.worker(server.project(DAY)).ready()
        for path in ("/healthz", "/readyz"):
            code, said = worker.get(path)
            self.assertEqual((code, said["status"], said["at_work"]), (200, "ready", 0))
            standard, high_mem = said["queues"]
            self.assertRegex(standard, "^almanac/patient_[0-9_]+/[0-9a-f]{12}$")
            self.assertEqual(high_mem, standard + "-high-mem")
            self.assertIn(f"serves {standard}, {high_mem} at {server.address}", worker.said())
        self.assertEqual(worker.get("/other")[0], 404)

    def test_the_queues_that_it_is_told(self):
        worker = self.worker(server.project(DAY), "--queue", "high-mem").ready()
        queues = worker.get("/healthz")[1]["queues"]
        self.assertEqual([queue.endswith("-high-mem") for queue in queues], [True])

    def test_it_is_not_ready_while_the_service_is_gone(self):
        gone = Server()
        self.addCleanup(gone.stop)
        worker = self.worker(gone.project(DAY)).ready()
        gone.stop()
        self.assertEqual(worker.until("/readyz", 503)["status"], "unreachable")
        self.assertEqual(worker.get("/healthz")[0], 200)
        worker.process.send_signal(signal.SIGTERM)
        worker.ended()


class Parallelism(OnService):
    def test_no_more_cells_are_computed_at_a_time_than_it_has_threads(self):
        project = server.project(DAY)
        self.worker(project, "-j", "1", waits=True).ready()
        run = self.start_run(project)
        for cells in range(3):
            while len(set(project.root.glob("at_*"))) < cells + 1:
                self.assertIsNone(run.process.poll())
                time.sleep(0.01)
            time.sleep(0.5)  # what it must not begin it would begin at once
            here = {path.name[3:] for path in project.root.glob("at_*")}
            self.assertEqual(len(here), cells + 1)
            run.let_go(*here)
        self.assertEqual(run.finished().totals(), {"computed": 4})


class Ending(OnService):
    def under_way(self):
        self.project = server.project(DAY)
        worker = self.worker(self.project, "-j", "1", waits=True).ready()
        run = self.start_run(self.project, "--select", "first")
        run.reached("first")
        return worker, run

    def test_the_first_signal_drains(self):
        worker, run = self.under_way()
        worker.process.send_signal(signal.SIGTERM)
        self.assertEqual(worker.until("/readyz", 503)["status"], "draining")
        while worker.get("/readyz")[1]["at_work"] > 1:  # the step that holds the lease ends, too
            self.assertIsNone(worker.process.poll())
        self.assertEqual(worker.get("/readyz")[1]["at_work"], 1)
        self.assertEqual(worker.get("/healthz")[0], 200)
        self.assertIsNone(worker.process.poll())
        run.let_go("first")
        self.assertEqual(worker.ended().stdout, "")
        self.assertEqual(self.project.run("plan").cells(state="stable"), [("first", DAY)])
        self.worker(self.project).ready()  # the run goes on with another one
        self.assertEqual(run.finished().totals(), {"computed": 1})

    def test_slices_that_wait_for_a_thread_end_at_once_and_cost_nothing(self):
        project = server.project(DAY)
        worker = self.worker(project, "-j", "1", waits=True).ready()
        run = self.start_run(project)
        while not list(project.root.glob("at_*")):
            self.assertIsNone(run.process.poll())
        worker.process.send_signal(signal.SIGTERM)
        worker.until("/readyz", 503)
        before = cpu_seconds(worker.process.pid)
        time.sleep(3)
        self.assertLess(cpu_seconds(worker.process.pid) - before, 1)
        self.assertEqual(worker.get("/readyz")[1]["at_work"], 1)
        run.let_go("first", "second", "third")
        worker.ended()

    def test_the_second_signal_ends_it_at_once(self):
        worker, run = self.under_way()
        worker.process.send_signal(signal.SIGINT)
        worker.until("/readyz", 503)
        worker.process.send_signal(signal.SIGINT)
        worker.ended(code=130)
        run.let_go("first")
        self.assertEqual(self.project.run("plan").cells(state="stable"), [])


class Refused(OnService):
    def refused(self, project, code, *says, args=()):
        done = project.run("worker", *args, json=False, code=code)
        for text in says:
            self.assertIn(text, done.stderr)

    def test_an_engine_that_is_not_there(self):
        address = f"127.0.0.1:{free_port()}"
        project = server.project(DAY, address=address)
        self.refused(project, 75, address)
        self.assertIn(address, project.run("run", code=75).stderr)
        self.assertIn(address, project.run("watch", code=75).stderr)

    def test_a_namespace_that_is_not_there(self):
        self.refused(server.project(DAY, namespace="nowhere"), 75, "nowhere", server.address)

    def test_the_embedded_engine(self):
        self.refused(patient(DAY), 2, 'set [engine] kind = "temporal"')

    def test_a_port_that_is_taken(self):
        project = server.project(DAY)
        other = self.worker(project).ready()
        self.refused(project, 2, f"127.0.0.1:{other.port}", "--health-port",
                     args=("--health-port", str(other.port)))

    def test_a_queue_that_there_is_not(self):
        self.refused(server.project(DAY), 2, "--queue", args=("--queue", "fast"))


if __name__ == "__main__":
    unittest.main()
