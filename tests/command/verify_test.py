#!/usr/bin/env python3
"""almanac verify: damage is named, and what was not verified is counted, with the reason."""
import shutil
import unittest

from project import WEEK, prices_file, small

DAY = WEEK[3]
CELLS = 5 * len(WEEK)


def setUpModule():
    global week
    week = small()
    week.run("run")


class Verify(unittest.TestCase):
    def setUp(self):
        self.project = week.copy()

    def verify(self, *args, code=0):
        return self.project.run("verify", *args, code=code).json

    def not_verified(self, done):
        return {(o["state"], o["reason"]): o["cells"] for o in done["not_verified"]}

    def test_all_is_well(self):
        done = self.verify()
        self.assertEqual((done["verified"], done["differences"], done["not_verified"]),
                         (CELLS, [], []))
        text = self.project.run("verify", "--select", "doubled", "--date", DAY, json=False).stdout
        self.assertEqual(text, "1 cell verified, 0 differ\n")

    def test_a_stored_result_of_another_length(self):
        # What people see and what is stored are one file, so that damage to one is damage to both.
        (shown,) = (self.project.root / f".almanac/results/market/doubled/date={DAY}").iterdir()
        content = shown.read_bytes()
        for path in (self.project.root / ".almanac").rglob("*.parquet"):
            if path.read_bytes() == content:
                path.chmod(0o644)
                path.write_bytes(b"xx")
        done = self.verify("--date", DAY, code=6)
        self.assertEqual([(d["calculation"], d["date"]) for d in done["differences"]],
                         [("doubled", DAY)])
        self.assertIn("not as long as recorded", done["differences"][0]["problem"])
        below = self.not_verified(done)
        self.assertEqual(done["verified"] + sum(below.values()), 5)
        self.assertGreater(sum(below.values()), 0)  # they would be computed from it

    def test_the_store_is_gone(self):
        shutil.rmtree(self.project.root / ".almanac/store")
        done = self.verify(code=6)
        self.assertEqual(len(done["differences"]), CELLS)

    def test_other_code(self):
        self.project.edit("calculations/market/doubled.cc", "price / 2", "price / 4")
        done = self.verify("--select", "doubled")
        self.assertEqual(done["verified"], 0)
        self.assertEqual(self.not_verified(done), {("reRun", "code_changed"): len(WEEK)})
        text = self.project.run("verify", "--select", "doubled", json=False).stdout
        self.assertIn(f"{len(WEEK)} cells not verified: rerun, code_changed\n", text)

    def test_cells_that_were_never_computed(self):
        self.project = small(WEEK[:2])
        done = self.verify()
        self.assertEqual(self.not_verified(done), {("runnable", "new"): 10})

    def test_data_that_cannot_be_read(self):
        self.project.write(prices_file(DAY), "ticker,close\nAAA\n")
        done = self.verify("--select", "doubled", code=1)
        self.assertEqual(done["verified"], len(WEEK) - 1)
        self.assertEqual(sum(self.not_verified(done).values()), 1)


if __name__ == "__main__":
    unittest.main()
