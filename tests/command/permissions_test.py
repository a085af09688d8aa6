#!/usr/bin/env python3
"""Where one may not read or write: all commands say so alike, with the place and what to do."""
import os
import pathlib
import unittest

from project import WEEK, new_folder, small

ADVICE = "Permission denied; make sure that you may read and write there"


def setUpModule():
    global week
    week = small(WEEK[:2])
    week.run("run")


class Permissions(unittest.TestCase):
    def setUp(self):
        self.project = week.copy()
        self.addCleanup(self.allow)

    def allow(self):
        for folder, _, _ in os.walk(self.project.root):
            pathlib.Path(folder).chmod(0o755)

    def refuse(self, *names):
        """Nobody may write in a folder any more, or in those below it."""
        for name in names:
            for folder, _, _ in os.walk(self.project.root / name):
                pathlib.Path(folder).chmod(0o555)

    def says(self, *args, code=2):
        return self.project.run(*args, json=False, code=code, bound=True).stderr

    def test_the_store(self):
        self.refuse(".almanac/store")
        for command in (("diff", "doubled", WEEK[0]), ("verify",), ("run", "--force")):
            said = self.says(*command)
            self.assertIn(".almanac/store/", said, command)
            self.assertIn(ADVICE, said, command)

    def test_the_sources(self):
        self.refuse("calculations")
        self.assertIn(f"calculations/market: {ADVICE}", self.says("mv", "doubled", "twofold"))

    def test_a_plan_file(self):
        folder = new_folder()
        folder.chmod(0o555)
        self.assertIn(f"cannot write the plan to {folder}/plan: {ADVICE}",
                      self.says("plan", "-o", f"{folder}/plan"))
        self.assertIn(f"cannot write the plan to {folder}/none/plan: No such file or directory; "
                      "name another place", self.says("plan", "-o", f"{folder}/none/plan"))

    def test_a_ledger_that_need_not_be_migrated(self):
        self.refuse(".almanac")
        (self.project.root / ".almanac/ledger.db").chmod(0o444)
        done = self.project.run("migrate", bound=True)
        self.assertEqual(done.json["from"], done.json["to"])

    def test_results_where_there_can_be_none(self):
        toml = self.project.root / "almanac.toml"
        toml.write_text(toml.read_text() + '\n[storage]\nresults = "file:/proc/x"\n')
        said = self.says("run")
        self.assertIn("cannot publish /proc/x/", said)
        self.assertIn("name another place", said)


if __name__ == "__main__":
    unittest.main()
