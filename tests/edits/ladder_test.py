#!/usr/bin/env python3
"""What a pre-flight says of edits of which is known whether they change what a calculation does. No
real change may pass for one that changes nothing; most of the others must.

ALMANAC_EDITS names the calculations whose edits are tried, beside those of narrow.py, or is "all",
which takes hours.
ALMANAC_EDITS_FILE keeps a table of what was said."""
import collections
import os
import pathlib
import sys
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent),
                str(pathlib.Path(__file__).resolve().parent.parent / "command")]

from certificates import make_up  # noqa: E402
from corpus import EDITS  # noqa: E402
from edit import apply  # noqa: E402
from narrow import EDITS as NARROW  # noqa: E402
from project import Project  # noqa: E402

CHOSEN = os.environ.get("ALMANAC_EDITS", "rsi,last_close")
CHANGED_NOTHING = ("unchanged", "identical", "cosmetic")
LEAST_SKIPPED = 0.9
LEAST_SEEN = 0.9  # to differ; of the others nobody may know


def chosen(edit):
    return CHOSEN == "all" or edit in NARROW or edit.calculation in CHOSEN.split(",")


def setUpModule():
    global base
    base = Project.example("portfolio")
    base.run("build")
    make_up(base)


class Ladder(unittest.TestCase):
    def test_each_edit_is_called_what_it_is(self):
        said = []
        for edit in filter(chosen, EDITS):
            project = base.copy()
            apply(edit, project.root)
            done = project.run("preflight", "--base", "made-up", "--select", edit.calculation,
                               code=None)
            (found,) = done.json["calculations"]
            said.append((edit, found))
            with self.subTest(edit.name):
                if edit.preserving:
                    self.assertNotEqual(found["verdict"], "logic", found["why"])
                else:
                    self.assertNotIn(found["verdict"], CHANGED_NOTHING, edit.where)
        self.report(said)
        preserving = [found["verdict"] for edit, found in said if edit.preserving]
        real = [edit for edit, _ in said if not edit.preserving]
        self.assertGreaterEqual(len(said), 40)
        self.assertGreaterEqual(len(real), len(said) // 3)
        skipped = sum(verdict in CHANGED_NOTHING for verdict in preserving)
        self.assertGreaterEqual(skipped, LEAST_SKIPPED * len(preserving))
        seen = sum(found["verdict"] == "logic" for edit, found in said if not edit.preserving)
        self.assertGreaterEqual(seen, LEAST_SEEN * len(real))

    def report(self, said):
        kinds = collections.Counter((edit.preserving, found["verdict"]) for edit, found in said)
        for (preserving, verdict), count in sorted(kinds.items()):
            print("preserving" if preserving else "real", verdict, count, file=sys.stderr)
        if file := os.environ.get("ALMANAC_EDITS_FILE"):
            pathlib.Path(file).write_text("".join(
                f"{edit.preserving}\t{found['verdict']}\t{edit.name}\t{found['why']}\t"
                f"{found.get('finding', {}).get('milliseconds', '')}\n" for edit, found in said))


if __name__ == "__main__":
    unittest.main()
