#!/usr/bin/env python3
"""Cells that stand on evidence, on a real Temporal server: they are skipped, paid back, and computed
again where the evidence falls, as on the engine in the process."""
import unittest

import same
from service import Server, Worker, end, weekdays

from certificates import call_the_same, make_up
from fee_project import preserve, with_trades

*DAYS, TODAY = weekdays("2024-01-01", 21)
RATES = "layers/rates.h"


def setUpModule():
    """A project that has run, with made-up certificates: they are not what is tested here."""
    global server, base
    server = Server()
    unittest.addModuleCleanup(server.stop)
    base = with_trades(DAYS)
    base.today = TODAY
    base.run("run", "-j", "1")
    make_up(base)


class Evidence(unittest.TestCase):
    def setUp(self):
        self.embedded, self.service = base.copy(), base.copy()
        server.serve(self.service)

    def run_both(self, code=0):
        """Both runs; what they left is the same."""
        worker = Worker(self.service)
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        worker.ready()
        done = [project.run("run", code=code) for project in (self.embedded, self.service)]
        self.doCleanups()  # the worker, since code may change
        self.assertEqual(done[0].totals(), done[1].totals())
        self.assertEqual(done[0].json.get("paid_back"), done[1].json.get("paid_back"))
        self.assertEqual(same.cells(self.embedded), same.cells(self.service))
        self.assertEqual(same.view(self.embedded), same.view(self.service))
        return done[1]

    def known(self):
        return [e for e in self.service.run("evidence", "list").json["evidence"]
                if e["kind"] == "verdict"]

    def test_what_does_the_same_is_skipped_and_paid_back(self):
        for project in (self.embedded, self.service):
            preserve(project)
        done = self.run_both()
        self.assertEqual(done.why("reason", "outcome")["fees"], {("equivalent", "skipped")})
        self.assertEqual(done.json["paid_back"], 16)
        self.assertEqual([e["owed"] for e in self.known()], [len(DAYS) - 16])
        self.assertEqual(self.run_both().json["paid_back"], len(DAYS) - 16)
        self.assertEqual([e["owed"] for e in self.known()], [0])

    def test_what_did_not_hold_is_revoked_and_computed_again(self):
        for project in (self.embedded, self.service):
            call_the_same(project, RATES, "if (amount < 250)", "if (amount < 400)")
        done = self.run_both(code=6)
        self.assertIn("DID NOT HOLD", done.stderr)
        self.assertEqual([e["revoked"] for e in self.known()], [True])
        self.assertEqual(set(self.run_both().totals()), {"stable"})


if __name__ == "__main__":
    unittest.main()
