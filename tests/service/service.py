"""A real Temporal server for a test, projects on it, and their workers. Everything is ended by its
process id; where there is no server, tests are skipped."""
import atexit
import http.client
import itertools
import json
import os
import pathlib
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "command"))
from project import ALMANAC, Finished, Project, TIMEOUT_S, new_folder, weekdays  # noqa: E402

_numbers = itertools.count(1)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def end(process, with_signal=signal.SIGKILL):
    """Ends a process and waits for it."""
    if process.poll() is None:
        process.send_signal(with_signal)
    process.wait(timeout=TIMEOUT_S)


class Server:
    """`temporal server start-dev` at a port of its own, in memory or in a file."""

    @staticmethod
    def find():
        """As tools/devserver finds it; it is not built here."""
        home = pathlib.Path.home()
        cache = pathlib.Path(os.environ.get("ALMANAC_CACHE", home / ".cache/almanac"))
        return shutil.which("temporal", path=os.pathsep.join(
            [os.environ.get("PATH", ""), str(home / "go/bin"), str(cache / "bin")]))

    def __init__(self, in_file=False):
        self.binary = self.find()
        if not self.binary:
            raise unittest.SkipTest("no Temporal server: install the Temporal CLI, or Go 1.25 and "
                                    "run tools/setup")
        self.home = new_folder()
        self.file = ["--db-filename", str(self.home / "state.db")] if in_file else []
        for _ in range(3):  # somebody else may take a port that was free
            if self.start():
                return
        raise AssertionError(f"the server does not answer:\n{(self.home / 'log').read_text()}")

    def start(self, port=None):
        self.port = port or free_port()
        self.address = f"127.0.0.1:{self.port}"
        with open(self.home / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "server", "start-dev", "--headless", "--ip", "127.0.0.1",
                 "--port", str(self.port), "--http-port", str(free_port()),
                 "--metrics-port", str(free_port()), "--log-level", "error", *self.file,
                 # So that a poll and a task do not miss each other.
                 "--dynamic-config-value", "matching.numTaskqueueReadPartitions=1",
                 "--dynamic-config-value", "matching.numTaskqueueWritePartitions=1"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "HOME": str(self.home)})
        atexit.register(self.stop)
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            if self.cli("operator", "namespace", "describe", "-n", "default").returncode == 0:
                return True
            time.sleep(0.1)
        self.stop()
        return False

    def restart(self):
        """The same again, at the same place."""
        if not self.start(self.port):
            raise AssertionError(f"the server does not come back:\n"
                                 f"{(self.home / 'log').read_text()}")

    def cli(self, *args):
        return subprocess.run([self.binary, *args, "--address", self.address], text=True,
                              capture_output=True, timeout=TIMEOUT_S,
                              env={**os.environ, "HOME": str(self.home)})

    def stop(self):
        end(self.process)

    def serve(self, project, namespace="default", address=None):
        """The project's runs are carried out here."""
        toml = project.root / "almanac.toml"
        toml.write_text(toml.read_text() + f'\n[engine]\nkind = "temporal"\n'
                        f'address = "{address or self.address}"\nnamespace = "{namespace}"\n')

    def project(self, date, namespace="default", address=None):
        """A patient project (tests/command) whose runs are carried out here. It has a name of its
        own, because queues are named after it."""
        project = Project.fixture("patient")
        project.today = weekdays(date, 2)[-1]
        project.edit("almanac.toml", '"patient"', f'"patient_{os.getpid()}_{next(_numbers)}"')
        self.serve(project, namespace, address)
        project.write(f"data/readings/date={date}/readings.csv",
                      "station,value\n" + "".join(f"s{s},{s}.5\n" for s in range(4)))
        project.run("build")
        return project


class Proxy:
    """A way to a server on which everything takes `delay_s` longer, there and back together."""

    def __init__(self, port, delay_s):
        self.port, self.delay_s = port, delay_s
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
                far = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                return
            for source, sink in ((near, far), (far, near)):
                parts = queue.Queue()
                threading.Thread(target=self.receive, args=(source, parts), daemon=True).start()
                threading.Thread(target=self.send, args=(sink, parts), daemon=True).start()

    def receive(self, source, parts):
        part = b"more"
        while part:
            try:
                part = source.recv(65536)
            except OSError:
                part = b""
            parts.put((time.monotonic() + self.delay_s / 2, part))
        source.close()

    @staticmethod
    def send(sink, parts):
        part = b"more"
        while part:
            due, part = parts.get()
            time.sleep(max(0, due - time.monotonic()))
            try:
                sink.sendall(part) if part else sink.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def stop(self):
        self.listener.close()


class Errors:
    """What a command that was started says on stderr, while it runs."""

    def __init__(self, process):
        self.process, self.text = process, ""
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.process.stderr:
            self.text += line

    def until(self, text, timeout_s=TIMEOUT_S):
        """Waits until that is said."""
        last = time.monotonic() + timeout_s
        while text not in self.text:
            if time.monotonic() > last or not self.thread.is_alive():
                raise AssertionError(f"did not say {text!r}:\n{self.text}")
            time.sleep(0.05)

    def ended(self, code):
        """Waits for the end; gives what it said."""
        self.process.wait(timeout=TIMEOUT_S)
        self.thread.join()
        if self.process.returncode != code:
            raise AssertionError(f"gave {self.process.returncode}, expected {code}\n{self.text}")
        return self.text


class Worker:
    """`almanac worker` with its health endpoint; its cells wait for files, if they are told to."""

    def __init__(self, project, *args, waits=False, env=None):
        self.project, self.port = project, free_port()
        self.errors = project.root / f"worker_{next(_numbers)}.log"
        env = {**(env or {}), **({"PATIENT": str(project.root)} if waits else {})}
        with open(self.errors, "wb") as log:
            self.process = subprocess.Popen(
                [ALMANAC, "worker", "--health-port", str(self.port), *args], cwd=project.root,
                env=project.environment(env), stdin=subprocess.DEVNULL, stderr=log,
                stdout=subprocess.PIPE, text=True)
        atexit.register(end, self.process)

    def get(self, path):
        """Status and document; None where nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            return answer.status, json.loads(body) if body else None
        except ConnectionError:
            return None
        finally:
            connection.close()

    def until(self, path, status):
        """Waits until that is answered with this status; gives the document."""
        until = time.monotonic() + TIMEOUT_S
        while True:
            answer = self.get(path)
            if answer and answer[0] == status:
                return answer[1]
            if time.monotonic() > until or self.process.poll() is not None:
                raise AssertionError(f"{path} gives {answer}: {self.said()}")
            time.sleep(0.02)

    def ready(self):
        self.until("/readyz", 200)
        return self

    def said(self):
        return self.errors.read_text()

    def ended(self, code=0):
        stdout, _ = self.process.communicate(timeout=TIMEOUT_S)
        if self.process.returncode != code:
            raise AssertionError(f"gave {self.process.returncode}, expected {code}\n{self.said()}")
        return Finished(code, stdout, self.said())
