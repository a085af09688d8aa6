#!/usr/bin/env python3
"""Cells that were skipped on evidence: which of them are looked at first, and which are paid back
when."""
import unittest

from certificates import make_up
from fee_project import FEES, preserve, with_trades
from project import weekdays

RUNNING = "calculations/fees/running.cc"
*DAYS, TODAY = weekdays("2024-01-01", 27)  # past the end of January
MONTH_END = "2024-01-31"
LEAST = 16  # paid back by each run


def setUpModule():
    """A project that has run. Its certificates are made up: they are not what is tested here."""
    global base
    base = with_trades(DAYS)
    base.today = TODAY
    # What reads its own result of the day before.
    base.write(RUNNING, """#include <almanac/calculation.h>

using namespace almanac;

// What all users have paid so far.
struct Running : WholeDate {
  Table totals = calculation("totals");
  In<double> total = totals["total"];
  Table before = previous();
  In<double> paid_before = before["paid"];

  Out<double> paid = column("paid");

  void process(const Day& day, Output& out) const override {
    const Rows state = day.rows(before);
    double sum = state.empty() ? 0 : state[0][paid_before];
    for (const Row row : day.rows(totals)) sum += row[total];
    out.add()[paid] = sum;
  }
};
ALMANAC_CALCULATION(Running, "fees", "running")
""")
    base.run("run", "-j", "1")  # so that the oldest days are what is owed longest
    make_up(base)


class Loans(unittest.TestCase):
    def setUp(self):
        self.project = base.copy()

    def settle(self):
        """What a run pays back, and how many cells are owed after it."""
        done = self.project.run("run")
        self.assertEqual(done.json["totals"]["computed"], 0)
        owed = sum(e["owed"] for e in self.project.run("evidence", "list").json["evidence"])
        return done.json.get("paid_back", 0), owed

    def computed_by_now(self, date, calculation="fees"):
        cell = self.project.run("explain", calculation, date).json
        return cell["computed_by"] == cell["accepted_as"]

    def policy(self, policy):
        toml = (self.project.root / "almanac.toml").read_text()
        self.project.write("almanac.toml",
                           toml + f'\n[calculation.fees]\nevidence = "{policy}"\n')

    def test_a_share_is_paid_back_by_each_run_the_oldest_first(self):
        preserve(self.project)
        self.assertEqual(self.settle(), (LEAST, len(DAYS) - LEAST))
        paid = [self.computed_by_now(date) for date in (DAYS[0], DAYS[LEAST - 1], DAYS[LEAST])]
        self.assertEqual(paid, [True, True, False])
        self.assertEqual(self.settle(), (len(DAYS) - LEAST, 0))
        self.assertEqual(self.settle(), (0, 0))

    def test_ends_of_months_are_paid_back_at_once_where_they_are_audited(self):
        preserve(self.project)
        self.policy("audited")
        self.assertEqual(self.settle(), (LEAST + 1, len(DAYS) - LEAST - 1))
        self.assertTrue(self.computed_by_now(MONTH_END))
        self.assertFalse(self.computed_by_now(DAYS[-1]))

    def test_what_reads_its_own_past_is_paid_back(self):
        self.project.edit(RUNNING, "for (const Row row : day.rows(totals)) sum += row[total];",
                          "const Rows rows = day.rows(totals);\n"
                          "    for (size_t i = 0; i < rows.size(); ++i) sum += rows[i][total];")
        self.assertEqual(self.settle(), (LEAST, len(DAYS) - LEAST))
        self.assertEqual(self.settle(), (len(DAYS) - LEAST, 0))
        self.assertTrue(all(self.computed_by_now(date, "running") for date in DAYS[::5]))


class Shadow(unittest.TestCase):
    """What made-up data do not show, real cells may."""

    def test_a_real_cell_that_differs_decides(self):
        # No made-up table is so long.
        project = base.copy()
        path = f"data/trades/date={DAYS[-1]}/trades.csv"
        text = (project.root / path).read_text()
        project.write(path, text + "u9,-1,1\n" * 66_000)
        project.run("run")
        make_up(project)
        project.edit(FEES, "int64_t count = 0, bad = 0;", "int64_t count = 0;\n    uint16_t bad = 0;")
        (fees,) = project.run("preflight", "--select", "fees", code=3).json["calculations"]
        self.assertEqual(fees["verdict"], "logic")
        self.assertIn(DAYS[-1], fees["why"])
        self.assertNotEqual(fees["finding"]["shadow"]["difference"], "")
        done = project.run("run")
        self.assertEqual(len(done.cells(calculation="fees", outcome="computed")), len(DAYS))


class Refused(unittest.TestCase):
    """What is not compared at all, and why."""

    def setUp(self):
        self.project = base.copy()

    def why(self):
        (fees,) = self.project.run("preflight", "--select", "fees", code=None).json["calculations"]
        self.assertNotIn(fees["verdict"], ("cosmetic", "identical", "unchanged"))
        return fees["why"]

    def test_what_declares_something_else(self):
        self.project.edit(FEES, 'Out<int64_t> refused = column("refused");',
                          'Out<int64_t> refused = column("refused").sparse();')
        self.assertIn("declares other", self.why())

    def test_an_old_module_that_is_not_in_the_store_any_more(self):
        preserve(self.project)
        for blob in (self.project.root / ".almanac/store").rglob("*"):
            if blob.is_file() and blob.suffix != ".parquet":
                blob.unlink()
        self.assertIn("module", self.why())

    def test_what_was_not_deterministic(self):
        self.project.edit(FEES, "#include <cmath>", "#include <cmath>\n#include <cstdlib>")
        self.project.edit(FEES, "record[fee] = sum;", "record[fee] = sum + ::rand() % 2;")
        self.project.run("run", code=None)
        self.project.run("verify", "--select", "fees", "--sample", "20", code=None)
        preserve(self.project)
        self.assertIn("deterministic", self.why())


if __name__ == "__main__":
    unittest.main()
