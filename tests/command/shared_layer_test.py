#!/usr/bin/env python3
"""A layer that several calculations include: once written anew it wakes nobody, and once it computes
something else it wakes those that hang on it, and nobody else."""
import unittest

from certificates import make_up
from fee_project import FEES, with_trades
from project import WEEK

RATES = "layers/rates.h"
# fees and dues include the layer, totals reads fees; visits knows nothing of it.
ALL = {"fees", "dues", "totals", "visits"}


class SharedLayer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = with_trades(WEEK)
        fees = (cls.project.root / FEES).read_text()
        dues = fees.replace("Fees", "Dues").replace('"fees")', '"dues")')
        cls.project.write("calculations/fees/dues.cc", dues)
        visits = fees.replace("Fees", "Visits").replace('"fees")', '"visits")')
        visits = visits.replace('#include "layers/rates.h"\n\n', "")
        cls.project.write("calculations/fees/visits.cc",
                          visits.replace("fee_of(value, row[tier])", "static_cast<double>(row[tier])"))
        cls.project.run("run")
        make_up(cls.project)

    def test_evidence_lets_all_stand_and_a_change_wakes_what_hangs_on_it(self):
        project = self.project.copy()
        project.edit(RATES, "if (tier == 7) return 0;\n  if (amount < 250) return 1.5;",
                     "if (amount < 250) return tier == 7 ? 0 : 1.5;\n  if (tier == 7) return 0;")
        done = project.run("run", "--all")
        self.assertEqual({id: done.why("state", "reason", "outcome")[id] for id in ALL}, {
            "fees": {("skipped", "equivalent", "skipped")},
            "dues": {("skipped", "equivalent", "skipped")},
            "totals": {("stable", "unchanged", "stable")},
            "visits": {("stable", "unchanged", "stable")}})
        verdicts = {e["calculation"]: e for e in project.run("evidence", "list").json["evidence"]
                    if e["kind"] == "verdict"}
        self.assertEqual({id: e["verdict"] for id, e in verdicts.items()},
                         {"fees": "cosmetic", "dues": "cosmetic"})
        shown = project.run("explain", "dues", WEEK[0], json=False).stdout
        self.assertIn(f"evidence {verdicts['dues']['id']}", shown)

        project.edit(RATES, "amount * 0.005", "amount * 0.006")
        done = project.run("run", "--all")
        self.assertEqual({id: {outcome for outcome, in done.why("outcome")[id]} for id in ALL}, {
            "fees": {"computed"}, "dues": {"computed"}, "totals": {"computed"},
            "visits": {"stable"}})
        self.assertEqual(done.why("state", "reason")["dues"], {("reRun", "behaviour_changed")})


if __name__ == "__main__":
    unittest.main()
