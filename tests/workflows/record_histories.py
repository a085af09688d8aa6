#!/usr/bin/env python3
"""Records the histories that histories_test.cc replays, from a real Temporal server:
tests/workflows/record_histories.py. They are kept; a change of the workflows that cannot replay them
would break runs that are open. Record them anew only where that is wanted."""
import json
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "service"))
from service import ALMANAC, Server, Worker, end  # noqa: E402

import made  # noqa: E402


def keep(server, name, history):
    text = json.dumps(history, indent=1)
    text = re.sub(r'"[0-9]+@[^"]+"', '"worker@host"', text)  # who it was
    text = re.sub(r'"[0-9]+@[^"]+:[0-9a-f-]+"', '"worker@host:sticky"', text)
    (HERE / "histories").mkdir(exist_ok=True)
    (HERE / "histories" / f"{name}.json").write_text(text + "\n")


def record(server, prefix):
    """All workflows of the server; each type's are numbered by their start."""
    listed = json.loads(server.cli("workflow", "list", "--limit", "1000", "-o", "json").stdout)
    counts = {}
    for one in sorted(listed, key=lambda one: one["startTime"]):
        kind = one["type"]["name"].lower()
        counts[kind] = counts.get(kind, 0) + 1
        execution = one["execution"]
        shown = server.cli("workflow", "show", "-o", "json", "-w", execution["workflowId"], "-r",
                           execution["runId"])
        keep(server, f"{prefix}-{kind}-{counts[kind]}", json.loads(shown.stdout))


def scenario(prefix, act):
    server = Server()
    project = made.make(2, 1, 6, 1)
    server.serve(project)
    worker = Worker(project, "-j", "1").ready()
    act(server, project, worker)
    record(server, prefix)
    end(worker.process)
    server.stop()


def steered(server, project, worker):
    run = subprocess.Popen([ALMANAC, "run"], cwd=project.root, stdout=subprocess.DEVNULL)
    for command in (["pause"], ["resume", "-j", "2"], ["cancel"]):
        subprocess.run([ALMANAC, *command], cwd=project.root, capture_output=True)
        time.sleep(0.3)
    run.wait()


def lost(server, project, worker):
    """The worker is killed while it computes; another goes on."""
    run = subprocess.Popen([ALMANAC, "run"], cwd=project.root, stdout=subprocess.DEVNULL)
    while not (project.root / ".almanac/store/blobs").exists() or not any(
            (project.root / ".almanac/store/blobs").iterdir()):
        time.sleep(0.01)
    end(worker.process)
    other = Worker(project, "-j", "1").ready()
    run.wait()
    end(other.process)


def main():
    scenario("calm", lambda server, project, worker: (
        project.run("run", "--to", "2015-01-03"), project.run("run"), project.run("reconcile")))
    slow = made.make
    made.make = lambda layers, width, dates, busy: slow(layers, width, 30, 100)
    scenario("steered", steered)
    scenario("lost", lost)


if __name__ == "__main__":
    main()
