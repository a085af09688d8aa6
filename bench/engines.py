#!/usr/bin/env python3
"""What a run costs beside its calculations, on both engines: bench/engines.py FOLDER [PART ...].

Makes a project of 20 calculations in five layers, each of a few microseconds, over 1,000 dates, and
prints per part:
  embedded   cells per second, memory; a day with nothing to do
  temporal   the same with a Temporal server and one worker; the longest history
  scaling    cells that keep a core busy, on the server with one and with two workers of one thread
  memory     of a worker, over 14 runs of 5,000 cells with new data each
PARTs: embedded, temporal, scaling, memory; all by default.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/service"))
sys.path.insert(0, str(ROOT / "tests/command"))
from service import Project, Server, end, free_port  # noqa: E402

import made  # noqa: E402

ALMANAC = os.environ.get("ALMANAC", str(ROOT / "build/release/almanac"))
LAYERS, WIDTH, DATES = 5, 4, 1000
BUSY_DATES, BUSY_MS = 60, 50
ROUNDS, ROUND_DATES = 14, 250


def make(folder, layers, width, dates, busy_ms):
    shutil.rmtree(folder, ignore_errors=True)
    made.make(layers, width, dates, busy_ms, folder)
    return layers * width * dates


def on_service(folder, server):
    server.serve(Project(folder))


def almanac(folder, *args):
    """Runs the command; its output, wall seconds and peak MB."""
    begun = time.monotonic()
    done = subprocess.run(["/usr/bin/time", "-f", "peak %M", ALMANAC, *args], cwd=folder,
                          capture_output=True, text=True)
    wall = time.monotonic() - begun
    if done.returncode != 0:
        sys.exit(f"{args} gave {done.returncode}\n{done.stderr}{done.stdout[-2000:]}")
    return done.stdout, wall, int(re.findall(r"peak (\d+)", done.stderr)[-1]) / 1024


def start_worker(folder, *args):
    port = free_port()
    worker = subprocess.Popen([ALMANAC, "worker", "--health-port", str(port), *args], cwd=folder,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    worker.port = port
    return worker


def resident_mb(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def part_embedded(folder):
    cells = make(folder, LAYERS, WIDTH, DATES, 0)
    _, wall, peak = almanac(folder, "run")
    print(f"embedded: {cells} cells in {wall:.1f} s, {cells / wall:.0f} cells/s, peak {peak:.0f} MB")
    _, wall, peak = almanac(folder, "run")
    print(f"embedded: nothing to do, all dates {wall * 1000:.0f} ms, peak {peak:.0f} MB")
    _, wall, _ = almanac(folder, "run", "--date", "2017-09-01")
    print(f"embedded: nothing to do, one day {wall * 1000:.0f} ms")


def histories(server, project):
    """Events of each workflow of a project, by type."""
    done = server.cli("workflow", "list", "--limit", "5000", "-o", "json")
    longest = {}
    for one in json.loads(done.stdout or "[]"):
        execution = one["execution"]
        if project not in execution["workflowId"]:
            continue
        length = int(one.get("historyLength", 0))
        kind = one["type"]["name"]
        longest[kind] = max(longest.get(kind, 0), length)
    return longest


def part_temporal(folder):
    server = Server()
    cells = make(folder, LAYERS, WIDTH, DATES, 0)
    on_service(folder, server)
    worker = start_worker(folder)
    time.sleep(2)
    _, wall, _ = almanac(folder, "backfill", "--from", "2015-01-01", "--to", "2017-09-26")
    print(f"temporal: {cells} cells in {wall:.1f} s, {cells / wall:.0f} cells/s")
    name = re.search(r'name = "(\w+)"', (folder / "almanac.toml").read_text())[1]
    print(f"temporal: longest histories in events: {histories(server, name)}")
    _, wall, _ = almanac(folder, "run")
    print(f"temporal: nothing to do, all dates {wall * 1000:.0f} ms")
    end(worker)
    server.stop()


def part_scaling(folder):
    server = Server()
    for workers in (1, 2):
        cells = make(folder, 1, 1, BUSY_DATES, BUSY_MS)
        on_service(folder, server)
        running = [start_worker(folder, "-j", "1") for _ in range(workers)]
        time.sleep(2)
        _, wall, _ = almanac(folder, "run")
        work = cells * BUSY_MS / 1000
        print(f"scaling: {workers} workers of one thread, {cells} cells of {BUSY_MS} ms in "
              f"{wall:.2f} s: {work / wall:.2f} cores")
        for worker in running:
            end(worker)
    server.stop()


def part_memory(folder):
    server = Server()
    cells = make(folder, LAYERS, WIDTH, ROUND_DATES, 0)
    on_service(folder, server)
    worker = start_worker(folder)
    time.sleep(2)
    ticks = folder / "data/ticks.csv"
    rows = ticks.read_text()
    resident = []
    for i in range(ROUNDS):
        ticks.write_text(rows.replace(".5\n", f".{i + 1}\n"))
        almanac(folder, "run")
        resident.append(f"{resident_mb(worker):.0f}")
    print(f"memory: MB of a worker after each {cells} cells: {' '.join(resident)}")
    end(worker)
    server.stop()


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    for part in sys.argv[2:] or ["embedded", "temporal", "scaling", "memory"]:
        globals()[f"part_{part}"](folder)


if __name__ == "__main__":
    main()
