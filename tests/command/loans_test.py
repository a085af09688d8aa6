#!/usr/bin/env python3
"""Cells that were skipped on evidence: which of them are looked at first, and which are paid back
when."""
import shutil
import unittest

import cbor
from certificates import call_the_same, certificate_of, exported, make_up, take_over
from fee_project import FEES, preserve, with_trades
from project import weekdays

RATES = "layers/rates.h"
RUNNING = "calculations/fees/running.cc"
*DAYS, TODAY = weekdays("2024-01-01", 27)  # past the end of January
MONTH_END = "2024-01-31"
LEAST = 16  # paid back by each run


def setUpModule():
    """A project that has run. Its certificates are made up: they are not what is tested here."""
    global base, uncertified
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
    uncertified = base.copy()
    make_up(base)


def by_index(project):
    """Another form of the same of what reads its own past."""
    project.edit(RUNNING, "for (const Row row : day.rows(totals)) sum += row[total];",
                 "const Rows rows = day.rows(totals);\n"
                 "    for (size_t i = 0; i < rows.size(); ++i) sum += rows[i][total];")


def judged(project, *args, code=0):
    """What a pre-flight says of fees."""
    (fees,) = project.run("preflight", "--select", "fees", *args, code=code).json["calculations"]
    return fees


def evidence_of(project):
    return project.run("evidence", "list").json["evidence"]


class Loans(unittest.TestCase):
    def setUp(self):
        self.project = base.copy()

    def settle(self):
        """What a run pays back, and how many cells are owed after it."""
        done = self.project.run("run")
        self.assertEqual(done.json["totals"]["computed"], 0)
        return done.json.get("paid_back", 0), sum(e["owed"] for e in evidence_of(self.project))

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
        self.assertEqual(self.settle(), (LEAST + 2, len(DAYS) - LEAST - 2))
        self.assertTrue(self.computed_by_now(MONTH_END))
        self.assertFalse(self.computed_by_now(DAYS[-2]))
        self.assertTrue(self.computed_by_now(DAYS[-1]), "the month may end with it")

    def test_what_reads_its_own_past_is_paid_back(self):
        by_index(self.project)
        self.assertEqual(self.settle(), (LEAST, len(DAYS) - LEAST))
        self.assertEqual(self.settle(), (len(DAYS) - LEAST, 0))
        self.assertTrue(all(self.computed_by_now(date, "running") for date in DAYS[::5]))

    def verified(self):
        return self.project.run("report").json["evidence"]["verified"]

    def test_what_is_reported_as_verified_was_computed_again(self):
        preserve(self.project)
        self.project.run("preflight")
        self.assertEqual(self.verified(), 0, "no run has accepted it")
        self.settle()
        self.assertEqual(self.verified(), LEAST)
        self.settle()
        self.assertEqual(self.verified(), len(DAYS))
        told = self.project.run("report", json=False).stdout
        self.assertIn(f"on evidence stand 0 cells that nobody has computed again so far; {len(DAYS)} "
                      "were", told)

    def test_what_can_not_be_computed_any_more_does_not_keep_others_waiting(self):
        preserve(self.project)
        self.project.run("preflight")
        self.project.run("plan", "-o", "p")
        self.project.run("run", "p")  # accepts them, and pays nothing back
        for date in DAYS[:LEAST]:
            self.project.remove(f"data/trades/date={date}/trades.csv")
        self.assertEqual(self.project.run("run", code=None).json["paid_back"], len(DAYS) - LEAST)

    def test_back_at_the_old_code_what_the_new_one_computed_is_owed(self):
        text = (self.project.root / FEES).read_text()
        preserve(self.project)
        self.settle()
        self.project.write(FEES, text)
        cell = self.project.run("explain", "fees", DAYS[0]).json
        self.assertNotEqual(cell["computed_by"], cell["accepted_as"])
        self.assertTrue(cell["owed"])
        self.assertIsNotNone(cell["evidence"])
        cell = self.project.run("explain", "fees", DAYS[-1]).json
        self.assertEqual((cell["owed"], cell["computed_by"]), (False, cell["accepted_as"]))


class Fallen(unittest.TestCase):
    """Evidence that does not hold: it says that nobody pays for what is worth 250 to 400."""

    WRONG = ("if (amount < 250) return 1.5;", "if (amount < 400) return 1.5;")

    def setUp(self):
        self.project = base.copy()
        call_the_same(self.project, RATES, *self.WRONG)

    def stands(self):
        """All of it stands on evidence, and nothing was paid back."""
        self.project.run("plan", "-o", "p")
        self.project.run("run", "p")

    def fallen(self):
        return [e["revoked"] for e in evidence_of(self.project) if e["kind"] == "verdict"]

    def test_all_that_stood_on_it_is_computed_again_whatever_the_run_was_about(self):
        self.stands()
        done = self.project.run("run", "--date", DAYS[-1], code=6)
        self.assertIn("DID NOT HOLD", done.stderr)
        self.assertEqual(self.fallen(), [True])
        scratch = self.project.copy()
        shutil.rmtree(scratch.root / ".almanac")
        self.assertEqual(self.project.run("run", "--all").hashes(), scratch.run("run").hashes())

    def test_a_plan_that_was_kept_mends_nothing_but_says_so(self):
        self.stands()
        self.project.run("plan", "--force", "--exact", "--select", "fees", "--date", DAYS[-1],
                         "-o", "p")
        done = self.project.run("run", "p", code=6)
        self.assertIn("DID NOT HOLD", done.stderr)
        self.assertIn("by the next run", done.stderr)
        cell = self.project.run("explain", "fees", DAYS[0]).json
        self.assertEqual((cell["reason"], len(cell["revoked"])), ("evidence_revoked", 1))
        told = self.project.run("explain", "fees", DAYS[0], json=False).stdout
        self.assertIn(f"evidence {cell['revoked'][0]} did not hold", told)

    def test_damage_says_nothing_about_it(self):
        self.stands()
        for shard in (self.project.root / ".almanac/store").rglob("*.parquet"):
            shard.chmod(0o644)
            shard.write_bytes(b"damaged")
        done = self.project.run("verify", "--select", "fees", code=6)
        self.assertNotIn("DID NOT HOLD", done.stderr)
        self.assertEqual(self.fallen(), [False])

    def test_code_that_fails_where_the_other_did_not_is_not_reproduced(self):
        self.project.edit(RATES, self.WRONG[1],
                          'if (amount < 250) return 1.5;\n  if (amount < 400) throw '
                          'almanac::PermanentError("neither");')
        self.project.edit(RATES, "#include <cstdint>",
                          "#include <almanac/calculation.h>\n\n#include <cstdint>")
        found = judged(self.project, "--base", "made-up", code=None)
        file = cbor.decode((self.project.root / "made-up").read_bytes())
        file["evidence"][0]["now"] = found["new_code_hash"]
        take_over(self.project, file)
        self.stands()
        done = self.project.run("run", "--date", DAYS[-1], code=6)
        self.assertIn("DID NOT HOLD", done.stderr)
        self.assertTrue(done.json["not_reproduced"])


class Shadow(unittest.TestCase):
    """What made-up data do not show, real cells may."""

    def trades_of(self, project, date):
        path = f"data/trades/date={date}/trades.csv"
        return path, (project.root / path).read_text()

    def test_a_real_cell_that_differs_decides(self):
        # Of one tier alone, which the code does not write down; on a day that is looked at, but is
        # none of those from which contexts are taken.
        project = uncertified.copy()
        path, text = self.trades_of(project, DAYS[9])
        project.write(path, text + "u9,500,5044321\n")
        project.edit(FEES, "sum += fee_of(value, row[tier]);",
                     "const double off = static_cast<double>(row[tier]) - 5000000 - 44321;\n"
                     "      const double far = std::exp(-1e6 * off * off);\n"
                     "      sum += fee_of(value, row[tier]) + far;")
        project.run("run")
        make_up(project)
        project.edit(FEES, "+ far", "+ 2 * far")
        fees = judged(project, code=3)
        self.assertEqual(fees["verdict"], "logic")
        self.assertIn(DAYS[9], fees["why"])
        self.assertNotEqual(fees["finding"]["shadow"]["difference"], "")
        done = project.run("run")
        self.assertEqual(len(done.cells(calculation="fees", outcome="computed")), len(DAYS))

    def test_a_real_context_that_told_versions_apart_is_kept_and_stays_here(self):
        # No made-up table is so long. That of the first user of the last day is, for a while.
        project = base.copy()
        path, text = self.trades_of(project, DAYS[-1])
        project.write(path, text.replace("u0", "u0,300,1\n" * 2997 + "u0", 1))
        project.run("run")
        project.edit(FEES, "record[fee] = sum;", "record[fee] = count == 3000 ? sum + 1 : sum;")
        found = judged(project, code=3)
        self.assertEqual(found["verdict"], "logic", found["why"])
        project.write(path, text)
        project.edit(FEES, "sum + 1", "sum + 2")
        again = judged(project, code=3)
        self.assertEqual(again["verdict"], "logic", again["why"])
        # It has somebody's trades.
        shown = project.run("evidence", "show", str(found["evidence"])).json["document"]
        self.assertNotEqual(shown["counterexample"], "")
        documents = [evidence["document"] for evidence in exported(project)["evidence"]]
        self.assertNotIn("counterexample", "".join(documents))


class Certificates(unittest.TestCase):
    """What lets a comparison count, and what does not."""

    def test_one_of_something_else_counts_for_nothing(self):
        project = uncertified.copy()
        file = exported(project)
        (fees,) = [version for version in file["versions"] if version["calculation"] == "fees"]
        preserve(project)
        project.run("build")
        nothing = "0" * 32
        for other in ({"document": '{"recipe": 1}'}, {"verdict": "refused"},
                      {"before": nothing, "now": nothing}, {"infrastructure": nothing},
                      {"calculation": "totals"}, {"certificate": False}, {"revoked": True}):
            with self.subTest(**other):
                with_other = project.copy()
                take_over(with_other, {**file, "evidence": [{**certificate_of(fees), **other}]})
                done = with_other.run("run", "--select", "fees", "--date", DAYS[0])
                self.assertEqual(done.why("reason", "outcome")["fees"],
                                 {("code_changed", "computed")})

    def test_what_is_known_is_not_certified_again(self):
        project = base.copy()
        self.assertEqual(project.run("certify").json["calculations"], [])
        # Code that gets none is the only one of which nothing is known.
        project.edit(FEES, "#include <cmath>", "#include <cmath>\n#include <ctime>")
        project.edit(FEES, "sum = sum / 2;", "sum = sum / (2 + (std::time(nullptr) < 0));")
        project.run("run")
        (fees,) = project.run("certify", code=1).json["calculations"]
        self.assertEqual((fees["calculation"], fees["certified"]), ("fees", False))
        self.assertEqual(project.run("certify", code=1).json["calculations"], [])

    def test_where_one_is_refused_nothing_is_called_the_same(self):
        project = uncertified.copy()
        # Of mutants that made-up data tell apart.
        lines = ("bad += 1;", "count += 1;", "worth += value;", "sum += fee_of(value, row[tier]);")
        project.write("equivalent_mutants.toml", "".join(
            f'[[mutant]]\nfile = "{FEES}"\nline = "{line}"\nnow = "{now}"\nwhy = "who knows"\n'
            for line in lines
            for now in (";", line.replace("+=", "-="), line.replace("+=", "="))))
        preserve(project)
        fees = judged(project)
        self.assertEqual((fees["verdict"], fees["why"]),
                         ("inconclusive", "its certificate is refused"))
        self.assertIn("is said to do the same", fees["certificate"]["refused"])
        project.edit(FEES, "sum *= 0.5;", "sum *= 0.25;")
        self.assertIn("its certificate was refused", judged(project)["why"])


class Accepted(unittest.TestCase):
    """A version that a run has accepted, and what comes after it."""

    OF_AMOUNT_FIRST = ("if (tier == 7) return 0;\n  if (amount < 250) return 1.5;",
                       "if (amount < 250) return tier == 7 ? 0 : 1.5;\n  if (tier == 7) return 0;")

    @classmethod
    def setUpClass(cls):
        """Of what does the same, fees has a certificate and running has none. Then fees is changed
        once more, and judged."""
        cls.accepted = uncertified.copy()
        file = exported(cls.accepted)
        take_over(cls.accepted, {**file, "evidence": [
            certificate_of(version) for version in file["versions"]
            if version["calculation"] == "fees"]})
        preserve(cls.accepted)
        by_index(cls.accepted)
        cls.done = cls.accepted.run("run")
        cls.accepted.edit(RATES, *cls.OF_AMOUNT_FIRST)
        cls.found = judged(cls.accepted)

    def setUp(self):
        self.project = self.accepted.copy()

    def test_a_run_makes_no_certificate(self):
        self.assertEqual(self.done.why("reason", "outcome")["fees"], {("equivalent", "skipped")})
        self.assertEqual(self.done.why("outcome")["running"], {("computed",)})
        self.assertEqual([(e["kind"], e["calculation"]) for e in evidence_of(self.project)],
                         [("certificate", "fees"), ("verdict", "fees"), ("verdict", "fees")])

    def test_it_is_compared_with_the_version_in_the_keys(self):
        self.assertEqual(self.found["verdict"], "cosmetic", self.found["why"])
        certificate, first, second = evidence_of(self.project)
        self.assertEqual(first["old_code_hash"], certificate["old_code_hash"])
        self.assertEqual(second["old_code_hash"], certificate["old_code_hash"])
        self.assertEqual(self.project.run("run").why("reason", "outcome")["fees"],
                         {("equivalent", "skipped")})

    def test_what_did_not_hold_is_not_found_again(self):
        _, first, second = evidence_of(self.project)
        self.project.run("evidence", "revoke", str(second["id"]))
        self.assertEqual(judged(self.project)["why"],
                         "evidence that they do the same did not hold")
        # Nor what a run has accepted, since it stood on the same certificate.
        self.project.edit(RATES, *reversed(self.OF_AMOUNT_FIRST))
        self.assertEqual(judged(self.project)["why"],
                         f"evidence {first['id']} that it does what an older version does did not "
                         "hold")
        # Nor anything else.
        self.project.edit(FEES, "sum *= 0.5;", "sum *= 0.25;")
        self.assertIn("which revoked its certificate", judged(self.project)["why"])
        done = self.project.run("certify", "fees", code=1)
        self.assertIn("which revoked its certificate", done.stderr)


class Begun(unittest.TestCase):
    """A run that ended early has met the code."""

    def setUp(self):
        self.project = uncertified.copy()

    def test_what_it_was_not_about_is_compared_later(self):
        preserve(self.project)
        self.project.run("run", "--select", "running", "--exact")
        take_over(self.project, cbor.decode((base.root / "made-up").read_bytes()))
        self.assertEqual(judged(self.project)["verdict"], "cosmetic")

    def test_what_it_has_left_is_not_unchanged(self):
        preserve(self.project)
        self.project.run("run", "--date", DAYS[0])
        found = judged(self.project)
        self.assertEqual(found["verdict"], "inconclusive")
        self.assertIn("a run has begun", found["why"])
        self.assertGreater(found["cells"], 0)
        self.project.run("run")
        self.assertEqual(judged(self.project)["verdict"], "unchanged")

    def test_what_was_seen_to_differ_still_does(self):
        self.project.edit(FEES, "sum = sum / 2;", "sum = sum / 4;")
        self.assertEqual(judged(self.project, code=3)["verdict"], "logic")
        self.project.run("run", "--date", DAYS[0])
        found = judged(self.project, code=3)
        self.assertEqual(found["verdict"], "logic")
        self.assertIn("a run has begun", found["why"])


class Refused(unittest.TestCase):
    """What is not compared at all, and why."""

    def setUp(self):
        self.project = base.copy()

    def why(self, *args):
        fees = judged(self.project, *args, code=None)
        self.assertNotIn(fees["verdict"], ("cosmetic", "identical", "unchanged"))
        return fees["why"]

    def base_of(self, elsewhere):
        """A file in which another machine has built some."""
        file = exported(self.project)
        for version in file["versions"]:
            if elsewhere(version["calculation"]):
                version["infrastructure"] = "0" * 32
        (self.project.root / "other").write_bytes(cbor.encode(file))
        return "--base", "other"

    def test_a_version_that_another_machine_has_built(self):
        why = self.why(*self.base_of(lambda calculation: calculation == "fees"))
        self.assertIn("another compiler, library or machine", why)

    def test_a_base_of_which_nothing_can_be_compared(self):
        base = self.base_of(lambda calculation: True)
        done = self.project.run("preflight", *base, code=2)
        self.assertIn("another compiler, library or machine", done.stderr)

    def test_what_declares_something_else(self):
        self.project.edit(FEES, 'Out<int64_t> refused = column("refused");',
                          'Out<int64_t> refused = column("refused").sparse();')
        self.assertIn("declares other", self.why())

    def test_an_old_module_that_is_not_in_the_store_any_more(self):
        preserve(self.project)
        for blob in (self.project.root / ".almanac/store").rglob("*"):
            if blob.is_file() and blob.suffix != ".parquet":
                blob.unlink()
        gone = "the sources of fees as they were are no longer in the store"
        self.assertIn(gone, self.why())
        for command, code in (("certify",), 1), (("evidence", "export", "file"), 0):
            self.assertIn(gone + "; it is left out", self.project.run(*command, code=code).stderr)
        self.assertIn(gone, self.project.run("certify", "fees", code=1).stderr)

    def test_what_was_not_deterministic(self):
        self.project.edit(FEES, "#include <cmath>", "#include <cmath>\n#include <cstdlib>")
        self.project.edit(FEES, "record[fee] = sum;", "record[fee] = sum + ::rand() % 2;")
        self.project.run("run", code=None)
        self.project.run("verify", "--select", "fees", "--sample", "20", code=None)
        preserve(self.project)
        self.assertIn("deterministic", self.why())


if __name__ == "__main__":
    unittest.main()
