#!/usr/bin/env python3
"""A ledger of an older version: who reads it says what to do, and almanac migrate does it."""
import pathlib
import re
import sqlite3
import unittest

from project import WEEK, small

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "storage/ledger_schema.cc"


def setUpModule():
    global fresh
    fresh = small(WEEK[:1])


class OldLedger(unittest.TestCase):
    def setUp(self):
        self.project = fresh.copy()
        self.path = self.project.root / ".almanac/ledger.db"
        version_1 = re.search(r'kVersion1 = R"sql\((.*?)\)sql"', SCHEMA.read_text(), re.S)[1]
        with sqlite3.connect(self.path) as ledger:
            ledger.executescript(version_1)
        ledger.close()

    def test_reading_names_the_command(self):
        before = self.project.files()
        for command in ("plan", "status", "watch", "cancel"):
            done = self.project.run(command, json=False, code=2)
            self.assertIn("is of version 1: ", done.stderr)
            self.assertIn("`almanac migrate`", done.stderr)
        self.assertEqual(self.project.files(), before)

    def test_migrate(self):
        done = self.project.run("migrate", json=False)
        self.assertRegex(done.stdout, r"ledger\.db was of version 1 and is of version \d now\n$")
        again = self.project.run("migrate").json
        self.assertEqual(again["from"], again["to"])
        self.assertGreater(again["to"], 1)
        self.assertIn("already", self.project.run("migrate", json=False).stdout)
        self.project.run("status")

    def test_what_is_no_ledger_stays_as_it_is(self):
        for content in (b"no ledger at all" * 100, None):
            self.path.unlink()
            if content:
                self.path.write_bytes(content)
            else:
                with sqlite3.connect(self.path) as other:
                    other.execute("CREATE TABLE somebody(elses INTEGER)")
                other.close()
            before = self.path.read_bytes()
            done = self.project.run("migrate", json=False, code=2)
            self.assertIn(str(self.path), done.stderr)
            self.assertEqual(self.path.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
