#!/usr/bin/env python3
"""Code that changed and does the same: what lets its cells be skipped, that it is a loan, and what
happens when it does not hold."""
import json
import math
import shutil
import subprocess
import unittest

import cbor
from fee_project import FEES, preserve, with_trades
from project import Project, WEEK

RATES = "layers/rates.h"


def setUpModule():
    """A project that has run, and its certificate: hundreds of compilations, once."""
    global certified, certificate
    certified = with_trades(WEEK)
    certified.run("run")
    certificate = certified.run("certify", "fees").json


def judged(done, calculation="fees"):
    return next(c for c in done.json["calculations"] if c["calculation"] == calculation)


class Evidence(unittest.TestCase):
    def setUp(self):
        self.project = certified.copy()

    def contents(self):
        return {path: content for path, (content, _) in self.project.files("results").items()}

    def evidence(self, kind="verdict"):
        return [e for e in self.project.run("evidence", "list").json["evidence"]
                if e["kind"] == kind]

    def test_a_certificate_says_how_many_mutants_were_told_apart(self):
        self.assertGreaterEqual(certificate["mutants"], 200)
        self.assertGreaterEqual(certificate["told_apart"], math.ceil(0.99 * certificate["mutants"]))
        self.assertEqual(len(certificate["survivors"]),
                         certificate["mutants"] - certificate["told_apart"])
        (made,) = self.evidence("certificate")
        self.assertEqual((made["calculation"], made["verdict"]), ("fees", "certified"))
        text = self.project.run("evidence", "show", str(made["id"]), json=False).stdout
        for mutant in certificate["survivors"]:
            self.assertIn(f"survived: {mutant['file']}:{mutant['line']} {mutant['what']}\n"
                          f"    - {mutant['before']}\n    + {mutant['now']}\n", text)

    def test_what_does_the_same_is_not_computed_again(self):
        preserve(self.project)
        plan = self.project.run("plan")
        self.assertEqual(plan.why("state", "reason")["fees"], {("reRun", "code_changed")})
        before = self.contents()
        done = self.project.run("run")
        self.assertEqual(done.why("state", "reason", "outcome")["fees"],
                         {("skipped", "equivalent", "skipped")})
        self.assertEqual(done.json["totals"]["computed"], 0)
        self.assertEqual(self.contents(), before)
        (verdict,) = self.evidence()
        self.assertEqual((verdict["verdict"], verdict["revoked"]), ("cosmetic", False))
        shown = self.project.run("evidence", "show", str(verdict["id"])).json["document"]
        self.assertGreaterEqual(shown["contexts"], 4096)
        self.assertEqual(shown["met"], shown["probes"])
        self.assertEqual(shown["simhash_before"], shown["simhash_now"])
        self.assertEqual(shown["shadow"], {"cells": 8, "of": 8, "difference": ""})
        self.assertGreaterEqual(shown["told_apart"], 0.75 * shown["mutants"])
        text = self.project.run("evidence", "show", str(verdict["id"]), json=False).stdout
        self.assertIn(f"of fees: {verdict['verdict']}\n", text)
        self.assertIn(f"{shown['met']} of {shown['probes']} blocks and comparisons are reached", text)
        self.assertIn("8 of 8 real cells computed with the new code, all as they are stored", text)

    def test_a_skip_is_a_loan_that_is_paid_back(self):
        preserve(self.project)
        self.project.run("preflight")
        (verdict,) = self.evidence()
        self.assertEqual(verdict["owed"], 0, "no run has accepted them")
        self.assertEqual(self.project.run("run").json["paid_back"], 8)
        self.assertEqual(self.evidence()[0]["owed"], 0)
        fees = self.project.run("explain", "fees", WEEK[0]).json
        self.assertEqual((fees["state"], fees["computed_by"], fees["accepted_as"]),
                         ("stable", fees["accepted_as"], fees["accepted_as"]))
        self.assertEqual(self.project.run("run").json["totals"]["computed"], 0)

    def test_what_computes_otherwise_is_seen_and_computed_again(self):
        for old, new in (("amount < 250", "amount <= 250"), ("tier == 7", "tier == 8"),
                         ("amount * 0.005", "amount * 0.0050001")):
            with self.subTest(new):
                self.project = certified.copy()
                self.project.edit(RATES, old, new)
                found = judged(self.project.run("preflight", code=3))
                self.assertEqual(found["verdict"], "logic")
                self.assertGreater(found["cells"], 8, "what depends on them counts")
                reasons = {("behaviour_changed",)}
                self.assertEqual(self.project.run("plan").why("reason")["fees"], reasons)
                done = self.project.run("run")
                self.assertEqual(len(done.cells(calculation="fees", outcome="computed")), 8)
                self.assertEqual(done.why("reason")["fees"], reasons)

    def test_without_a_certificate_nothing_is_skipped(self):
        self.project = Project(certified.root, certified.today)
        self.project = self.project.copy()
        shutil.rmtree(self.project.root / ".almanac")
        self.project.run("run")
        preserve(self.project)
        done = self.project.run("run")
        self.assertEqual(done.why("state", "reason", "outcome")["fees"],
                         {("reRun", "code_changed", "computed")})
        self.assertEqual(self.evidence(), [])

    def test_a_strict_policy_takes_proofs_alone(self):
        toml = (self.project.root / "almanac.toml").read_text()
        self.project.write("almanac.toml", toml + '\n[evidence]\npolicy = "strict"\n')
        self.project.rename(FEES, "worth", "value_of_all")
        self.assertEqual(judged(self.project.run("preflight"))["verdict"], "identical")
        preserve(self.project)
        found = judged(self.project.run("preflight"))
        self.assertEqual((found["verdict"], found["why"]), ("inconclusive", "its policy is strict"))
        self.assertEqual(self.project.run("run").why("reason", "outcome")["fees"],
                         {("code_changed", "computed")})

    def test_evidence_that_does_not_hold_is_revoked_by_the_first_cell_that_shows_it(self):
        self.forge("amount * 0.005", "amount * 0.006")
        done = self.project.run("run", code=6)
        self.assertIn("DID NOT HOLD", done.stderr)
        self.assertTrue(done.json["not_reproduced"])
        self.assertNotIn("nondeterministic", done.json, "another version computed them")
        self.assertTrue(all(verdict["revoked"] for verdict in self.evidence()))
        self.assertTrue(self.evidence("certificate")[0]["revoked"])
        scratch = self.project.copy()
        shutil.rmtree(scratch.root / ".almanac")
        scratch.run("run")
        again = self.project.run("run", "--all")
        self.assertEqual(again.totals(), {"stable": 16})
        self.assertEqual(again.hashes(), scratch.run("run", "--all").hashes())
        # Nor is it found a second time.
        self.assertNotEqual(judged(self.project.run("preflight"))["verdict"], "cosmetic")

    def test_whichever_command_finds_out_revokes(self):
        self.forge("amount * 0.005", "amount * 0.006")
        self.project.run("plan", "--force", "-o", "p", "--date", WEEK[-1])
        self.project.run("run", "p", code=6)
        self.assertTrue(all(verdict["revoked"] for verdict in self.evidence()))

    def test_verify_finds_out_too(self):
        self.forge("amount * 0.005", "amount * 0.006")
        # An accepted cell, of which nothing was paid back so far.
        self.project.run("plan", "-o", "p")
        self.project.run("run", "p")
        done = self.project.run("verify", "--select", "fees", "--sample", "1", code=6)
        self.assertIn("DID NOT HOLD", done.stderr)
        self.assertTrue(all(verdict["revoked"] for verdict in self.evidence()))

    def test_new_code_that_fails_where_the_old_one_did_not_revokes(self):
        self.forge("if (tier == 7) return 0;",
                   'if (tier == 7) throw almanac::PermanentError("no tier");')
        done = self.project.run("run", code=None)
        self.assertIn("DID NOT HOLD", done.stderr)
        self.assertTrue(all(verdict["revoked"] for verdict in self.evidence()))

    def test_what_was_seen_to_differ_is_not_called_the_same_by_a_file(self):
        self.project.edit(RATES, "amount * 0.005", "amount * 0.006")
        self.project.run("preflight", code=3)
        (verdict,) = self.evidence()
        self.imported({**verdict, "verdict": "cosmetic"}, verdict["new_code_hash"])
        self.assertEqual([e["verdict"] for e in self.evidence()], ["logic"])

    def test_another_epoch_needs_other_evidence(self):
        preserve(self.project)
        self.project.run("preflight")
        toml = (self.project.root / "almanac.toml").read_text()
        self.project.write("almanac.toml", toml.replace("epoch    = 1", "epoch    = 2"))
        self.assertNotEqual(judged(self.project.run("preflight", code=None))["verdict"], "cosmetic",
                            "nothing is stored with which cells could be compared")

    def forge(self, old, new):
        """An edit that is called cosmetic by somebody else."""
        preserve(self.project)
        self.project.run("preflight")
        (verdict,) = self.evidence()
        self.project.run("evidence", "export", "true")
        shutil.copy(certified.root / FEES, self.project.root / FEES)
        self.project.edit(RATES, old, new)
        found = judged(self.project.run("preflight", "--base", "true", code=None))
        self.imported(verdict, found["new_code_hash"])

    def imported(self, verdict, now, document="{}", code=0):
        forged = {"certificate": False, "calculation": "fees", "before": verdict["old_code_hash"],
                  "now": now, "infrastructure": verdict["infrastructure"],
                  "others": verdict["others"], "verdict": "cosmetic", "document": document,
                  "made_ms": 1, "revoked": False}
        (self.project.root / "forged").write_bytes(cbor.encode(
            {"almanac_evidence": 1, "versions": [], "evidence": [forged], "costs": {}}))
        return self.project.run("evidence", "import", "forged", code=code)

    def test_what_a_file_says_counts_with_a_certificate_alone(self):
        preserve(self.project)
        self.project.run("preflight")
        (verdict,) = self.evidence()
        now = verdict["new_code_hash"]
        self.assertEqual(self.imported(verdict, now).json["left_out"], 0)
        (certificate,) = self.evidence("certificate")
        self.project.run("evidence", "revoke", str(certificate["id"]))
        self.assertEqual(self.imported(verdict, now).json,
                         {"version": 1, "imported": 0, "left_out": 1})
        self.assertEqual(self.project.run("run").why("outcome")["fees"], {("computed",)})

    def test_a_version_that_put_out_something_else_before_is_not_deterministic(self):
        preserve(self.project)
        self.project.run("preflight")
        (verdict,) = self.evidence()
        shown = self.project.run("evidence", "show", str(verdict["id"])).json["document"]
        text = self.project.run("evidence", "show", str(verdict["id"]), json=False).stdout
        self.assertIn(f"SimHash {shown['simhash_before'][:12]} of both", text)
        shutil.copy(certified.root / FEES, self.project.root / FEES)
        forged = {"recipe": shown["recipe"], "simhash_before": "1" * 32, "simhash_now": "2" * 32}
        self.imported(verdict, "3" * 32, json.dumps(forged))
        preserve(self.project)
        self.project.edit(FEES, "sum *= 0.5;", "sum = 0.5 * sum;")
        found = judged(self.project.run("preflight"))
        self.assertEqual(found["verdict"], "inconclusive")
        self.assertIn("it put out something else when evidence 3 was made", found["why"])

    def test_a_file_whose_documents_nobody_could_read_is_refused(self):
        (certificate,) = self.evidence("certificate")
        for document in ('{"recipe": "x"}', '{"why": 1}', "[]", "{", '{"shadow": 3}'):
            with self.subTest(document):
                done = self.imported(certificate, "0" * 32, document, code=2)
                self.assertIn("forged: it is no file of almanac evidence export", done.stderr)

    def test_where_no_real_cell_can_be_looked_at_nothing_is_skipped(self):
        preserve(self.project)
        self.project.remove("data")
        found = judged(self.project.run("preflight"))
        self.assertEqual(found["verdict"], "inconclusive")
        self.assertIn("none of its cells can be computed", found["why"])
        self.assertTrue(found["for_now"])
        self.assertEqual(self.evidence(), [])

    def test_a_person_may_revoke(self):
        preserve(self.project)
        self.project.run("run")
        self.project.run("evidence", "revoke", str(self.evidence()[0]["id"]))
        done = self.project.run("run")
        self.assertEqual(done.why("reason", "outcome")["fees"], {("evidence_revoked", "computed")})
        self.project.run("evidence", "revoke", "99", code=2)

    def test_a_wrong_file_of_equivalent_mutants_is_named(self):
        for text, said in (('[[mutant]]\nfile = "a"\n', "line: is missing"),
                           ("mutant = 3\n", "expected [[mutant]]"),
                           ("[[mutants]]\n", "expected [[mutant]]"),
                           ("[[mutant]\n", "equivalent_mutants.toml:1")):
            with self.subTest(text):
                (self.project.root / "equivalent_mutants.toml").write_text(text)
                done = self.project.run("certify", "totals", code=2)
                self.assertIn("equivalent_mutants.toml:1", done.stderr)
                self.assertIn(said, done.stderr)

    def test_code_that_reads_the_clock_gets_no_certificate(self):
        self.project.edit(FEES, "#include <cmath>", "#include <cmath>\n#include <ctime>")
        self.project.edit(FEES, "sum = sum / 2;", "sum = sum / (2 + (std::time(nullptr) < 0));")
        self.project.run("run")
        refused = self.project.run("certify", "fees", code=1).json
        self.assertFalse(refused["certified"])
        self.assertIn("std::time(): the time differs in each run", refused["refused"])


class Base(unittest.TestCase):
    """In CI: no ledger, a revision or a file to compare with."""

    def setUp(self):
        self.project = certified.copy()
        self.git("init", "-q")
        self.project.write(".gitignore", ".almanac\ndata\nevidence\n")
        self.commit()

    def git(self, *args):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *args],
                       cwd=self.project.root, check=True, capture_output=True)

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-qm", "a change")

    def forget(self):
        shutil.rmtree(self.project.root / ".almanac")
        shutil.rmtree(self.project.root / "data")

    def test_a_revision_is_built_and_compared(self):
        self.forget()
        self.project.rename(FEES, "worth", "value_of_all")
        self.project.edit("calculations/fees/totals.cc", "sum += row[fee];", "sum -= row[fee];")
        self.project.write("calculations/fees/more.cc",
                           (self.project.root / "calculations/fees/totals.cc").read_text()
                           .replace('"totals"', '"more"').replace("Totals", "More"))
        done = self.project.run("preflight", "--base", "HEAD", code=3)
        self.assertEqual({c["calculation"]: c["verdict"] for c in done.json["calculations"]},
                         {"fees": "identical", "totals": "logic", "more": "new"})
        self.assertEqual({c["cells"] for c in done.json["calculations"]}, {None},
                         "nobody knows, without ledger")
        table = self.project.run("preflight", "--base", "HEAD", "--format", "markdown", json=False,
                                 code=3).stdout
        self.assertIn("| totals | logic |", table)
        self.assertIn("total: ", table, "how far outputs move")
        self.assertEqual(self.project.run("preflight", "--base", "nowhere", code=2).stdout, "")

    def test_a_file_has_what_the_runner_lacks(self):
        self.project.run("evidence", "export", "evidence")
        preserve(self.project)
        self.forget()
        done = self.project.run("preflight", "--base", "evidence")
        found = judged(done)
        self.assertEqual(found["verdict"], "cosmetic", found["why"])
        self.project.edit(RATES, "1.5", "1.6")
        self.project.write("calculations/fees/more.cc",
                           (self.project.root / "calculations/fees/totals.cc").read_text()
                           .replace('"totals"', '"more"').replace("Totals", "More"))
        done = self.project.run("preflight", "--base", "evidence", code=3)
        found = judged(done)
        self.assertEqual((found["verdict"], found["cells"]), ("logic", 16))
        self.assertIsNone(judged(done, "more")["cells"], "nobody knows of what is new")
        self.project.write("evidence", "nothing of the kind")
        self.project.run("preflight", "--base", "evidence", code=2)


if __name__ == "__main__":
    unittest.main()
