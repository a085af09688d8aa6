#!/usr/bin/env python3
"""Builds the reference pipeline with each edit, and compares what the compiler made of the
calculation with what the corpus says: measure.py [PART OF NAMES]. Takes some ten minutes; the
compiler is g++ 12, as another one may tell more or less apart."""
import json
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "command"))

import corpus  # noqa: E402
from project import Project  # noqa: E402


def objects(project):
    project.run("build")
    manifest = json.loads((project.root / ".almanac/build/manifest.json").read_text())
    return {c["id"]: c["object"] for c in manifest["calculations"]}


def main(part=""):
    plain = Project.example("portfolio")
    before = objects(plain)
    wrong = 0
    for edit in corpus.EDITS:
        if part not in edit.name:
            continue
        project = plain.copy()
        corpus.apply(edit, project.root)
        same = objects(project)[edit.calculation] == before[edit.calculation]
        shutil.rmtree(project.root)
        as_said = same == edit.proved
        wrong += not as_said
        print("same object " if same else "other object", edit.name,
              "" if as_said else "(the corpus says otherwise)", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
