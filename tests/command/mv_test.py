#!/usr/bin/env python3
"""almanac mv: another name, and nothing else: no cell is computed again, nothing is forgotten."""
import hashlib
import json
import shutil
import unittest

from project import WEEK, Patient, kill, moody, new_folder, patient, small, weekdays

DAY = WEEK[3]
OLD, NEW = "calculations/market/doubled.cc", "calculations/market/twofold.cc"
EDITED = {OLD: NEW, "calculations/signals/running.cc": "calculations/signals/running.cc",
          "calculations/signals/trend.cc": "calculations/signals/trend.cc"}
CALCULATIONS = {"twofold", "running", "spending", "trend", "volumes"}


def setUpModule():
    global week
    week = small()
    week.run("run")


def sources(project):
    return {str(p.relative_to(project.root)): p.read_text()
            for folder in ("calculations", "layers", "almanac.toml")
            for p in [project.root / folder, *(project.root / folder).rglob("*")] if p.is_file()}


def digests(project):
    return {str(p.relative_to(project.root)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in (project.root / ".almanac/results").rglob("*.parquet")}


class Renaming(unittest.TestCase):
    def setUp(self):
        self.project = week.copy()

    def nothing_to_do(self, project=None, calculations=CALCULATIONS, days=len(WEEK)):
        """All cells are up to date, for all that a run looks at, and it leaves them alone."""
        project = project or self.project
        before = project.files("results", "ledger.db")
        everything = project.run("run", "--all")
        self.assertEqual(everything.totals(), {"stable": days * len(calculations)})
        self.assertEqual(everything.why("state", "reason", "outcome"),
                         {c: {("stable", "unchanged", "stable")} for c in calculations})
        self.assertEqual(project.files("results", "ledger.db"), before)

    def left_behind(self):
        """What a renaming uses on its way."""
        return [p.name for p in (self.project.root / ".almanac").iterdir() if "mv" in p.name]


class Mv(Renaming):
    def test_only_the_name_changes(self):
        before = sources(self.project)
        hashes = digests(self.project)
        attempts = self.project.run("explain", "doubled", DAY).json["attempts"]
        done = self.project.run("mv", "market/doubled", "twofold").json
        self.assertEqual(done["version"], 1)
        self.assertEqual({f["path"]: f["new_path"] for f in done["files"]}, EDITED)
        self.assertEqual((done["cells"], done["computed_again"]), (3 * len(WEEK), []))
        expected = {EDITED.get(path, path): text for path, text in before.items()}
        for path in EDITED.values():
            expected[path] = expected[path].replace('"doubled"', '"twofold"')
        self.assertEqual(sources(self.project), expected)
        self.nothing_to_do()
        self.assertEqual(digests(self.project), {
            path.replace("/doubled/", "/twofold/"): digest for path, digest in hashes.items()})
        explained = self.project.run("explain", "twofold", DAY).json
        self.assertEqual(explained["state"], "stable")
        self.assertEqual(explained["stored_key"], explained["current_key"])
        self.assertEqual([(a["id"], a["run_id"]) for a in explained["attempts"]],
                         [(a["id"], a["run_id"]) for a in attempts])
        self.assertEqual(self.project.run("verify").json["differences"], [])
        self.assertTrue(self.project.run("diff", "trend", DAY).json["equal"])
        self.assertTrue(self.project.run("doctor").json["fine"])
        self.assertEqual(self.left_behind(), [])
        text = self.project.run("mv", "twofold", "doubled", json=False).stdout
        self.assertIn(f"edited {NEW} -> {OLD}", text)
        self.assertEqual(sources(self.project), before)
        self.assertEqual(digests(self.project), hashes)
        self.nothing_to_do(calculations=CALCULATIONS - {"twofold"} | {"doubled"})

    def test_what_is_historical_or_has_parameters(self):
        toml = self.project.root / "almanac.toml"
        toml.write_text(toml.read_text() + '\n[ calculation . "trend".parameters] # [calculation'
                        '.trend]\nweight = 2.0\n[calculation.trend_b]\n')
        self.project.write("calculations/signals/trend_b.cc", (
            self.project.root / "calculations/signals/trend.cc").read_text()
            .replace('"trend"', '"trend_b"').replace('calculation("doubled")',
                                                     'calculation("trend")')
            .replace('doubled["twice"]', 'doubled["sum"]'))
        self.project.run("run")
        self.project.run("mv", "running", "total")
        done = self.project.run("mv", "trend", "drift").json
        self.assertIn("almanac.toml", {f["path"] for f in done["files"]})
        self.assertIn('[ calculation . "drift".parameters] # [calculation.trend]\n',
                      toml.read_text())
        self.assertIn("[calculation.trend_b]", toml.read_text())
        self.nothing_to_do(calculations={"doubled", "total", "spending", "drift", "trend_b",
                                         "volumes"})

    def test_what_is_not_up_to_date_stays_so_for_the_same_reason(self):
        self.project.edit(OLD, "price / 2", "price / 4")
        self.project.edit("calculations/signals/trend.cc", "weight * row", "weight * 2 * row")
        path = self.project.root / f"data/purchases/date={DAY}/purchases.csv"
        path.write_text(path.read_text() + "3,9\n")
        before = self.project.run("plan").why("state", "reason", "detail")
        self.project.run("mv", "doubled", "twofold")
        after = self.project.run("plan").why("state", "reason", "detail")
        self.assertEqual(after.pop("twofold"), before.pop("doubled"))
        self.assertEqual(after, before)
        done = self.project.run("run")
        self.assertEqual({c for c, _ in done.cells(outcome="computed")},
                         {"twofold", "trend", "spending", "running"})

    def test_going_back_to_the_code_that_was_renamed_costs_nothing(self):
        self.project.run("mv", "doubled", "twofold")
        self.project.edit(NEW, "price / 2", "price / 4")
        self.project.run("run")
        self.project.edit(NEW, "price / 4", "price / 2")
        self.assertEqual(self.project.run("run").totals(),
                         {"reused": 2 * len(WEEK), "skipped": len(WEEK),
                          "stable": 2 * len(WEEK)})

    def test_comments_and_other_texts_stay(self):
        self.project.edit("calculations/market/volumes.cc", 'tags({"turnover"});',
                          'tags({"doubled"});  /* calculation("doubled") */')
        self.project.edit("calculations/signals/trend.cc", 'calculation("doubled")',
                          '/* "doubled" */ calculation( // as "doubled"\n      "doubled" )')
        self.project.run("run")
        before = sources(self.project)
        self.project.run("mv", "doubled", "twofold")
        after = sources(self.project)
        self.assertEqual(after["calculations/market/volumes.cc"],
                         before["calculations/market/volumes.cc"])
        self.assertIn('/* "doubled" */ calculation( // as "doubled"\n      "twofold" )',
                      after["calculations/signals/trend.cc"])
        self.nothing_to_do()

    def test_a_layer_that_reads_it(self):
        self.project.write("layers/reads.h", '#pragma once\n#include <almanac/calculation.h>\n'
                           'struct Reads : almanac::PerEntity {\n'
                           '  almanac::Table doubled = calculation("doubled").window(3);\n};\n')
        trend = "calculations/signals/trend.cc"
        self.project.edit(trend, '  Table doubled = calculation("doubled").window(3);\n', "")
        self.project.edit(trend, "Trend : PerEntity", "Trend : Reads")
        self.project.edit(trend, "using namespace", '#include "layers/reads.h"\nusing namespace')
        self.project.run("run")
        done = self.project.run("mv", "doubled", "twofold").json
        self.assertIn("layers/reads.h", {f["path"] for f in done["files"]})
        self.nothing_to_do()

    def test_a_name_that_is_made_up_changes_nothing(self):
        self.project.edit("calculations/signals/trend.cc", "struct Trend",
                          'constexpr const char* kRead = "doubled";\nstruct Trend')
        self.project.edit("calculations/signals/trend.cc", 'calculation("doubled")',
                          "calculation(kRead)")
        self.project.run("run")
        before, files = sources(self.project), self.project.files("results", "store")
        done = self.project.run("mv", "doubled", "twofold", json=False, code=2)
        self.assertIn("calculations/signals/trend.cc", done.stderr)
        self.assertEqual(sources(self.project), before)
        self.assertEqual(self.project.files("results", "store"), files)
        self.assertEqual(self.left_behind(), [])
        self.nothing_to_do(calculations=CALCULATIONS - {"twofold"} | {"doubled"})

    def test_code_that_was_accepted_as_the_same_stays_accepted(self):
        self.project.rename(OLD, "price", "amount")
        done = self.project.run("run")
        self.assertEqual(done.why("state", "reason", "outcome")["doubled"],
                         {("skipped", "equivalent", "skipped")})
        self.project.run("mv", "doubled", "twofold")
        self.nothing_to_do(calculations=CALCULATIONS)

    def test_code_that_names_its_own_file_is_computed_again(self):
        self.project.edit(OLD, "price / 2", "price / 2 + (__FILE__[price < 0 ? 20 : 0] - 'c')")
        self.project.run("run")
        done = self.project.run("mv", "doubled", "twofold").json
        self.assertEqual(done["computed_again"], ["doubled"])
        done = self.project.run("run")
        self.assertEqual({c for c, _ in done.cells(outcome="computed")}, {"twofold"})
        self.assertEqual(done.why("reason")["twofold"], {("code_changed",)})

    def test_dry_run(self):
        before, files = sources(self.project), self.project.files()
        done = self.project.run("mv", "doubled", "twofold", "--dry-run")
        self.assertEqual({f["path"]: f["new_path"] for f in done.json["files"]}, EDITED)
        self.assertIsNone(done.json["cells"])  # nobody has looked
        text = self.project.run("mv", "doubled", "twofold", "--dry-run", json=False).stdout
        self.assertIn(f"would edit {OLD} -> {NEW}", text)
        self.assertEqual((sources(self.project), self.project.files()), (before, files))

    def test_before_the_first_run(self):
        self.project = small(WEEK[:2])
        self.project.run("mv", "doubled", "twofold")
        self.assertEqual(self.project.run("run").totals(), {"computed": 10})

    def test_refusals(self):
        def says(*args, code=2):
            return self.project.run("mv", *args, json=False, code=code).stderr
        files = self.project.files("results", "store", "ledger.db")
        self.assertIn('did you mean "doubled"', says("dobled", "twofold"))
        self.assertIn('a calculation "trend" already', says("doubled", "trend"))
        self.assertIn('"Two"', says("doubled", "Two"))
        self.project.remove("calculations/market/volumes.cc")
        self.assertIn('history of an earlier calculation "volumes"', says("doubled", "volumes"))
        self.assertEqual(self.project.files("results", "store", "ledger.db"), files)
        self.project.run("gc")
        self.assertIn('history of an earlier calculation "volumes"', says("doubled", "volumes"))
        self.project.write("calculations/market/cold.cc", "// one day\n")
        self.assertIn('a calculation "cold" already, calculations/market/cold.cc',
                      says("doubled", "cold"))
        self.project.remove("calculations/market/cold.cc")
        (self.project.root / ".almanac/results/market/mine").mkdir()
        self.assertIn("results/market/mine is there already", says("doubled", "mine"))
        self.project.remove(".almanac/results/market/mine")
        self.assertEqual(self.left_behind(), [])
        self.nothing_to_do(calculations={"doubled", "running", "spending", "trend"})

    def test_parameters_that_are_written_otherwise(self):
        toml = self.project.root / "almanac.toml"
        toml.write_text(toml.read_text() + "\n[calculation]\ntrend.parameters = { weight = 2.0 }\n")
        self.project.run("run")
        before = sources(self.project)
        for more in ([], ["--dry-run"]):
            done = self.project.run("mv", "trend", "drift", *more, json=False, code=2)
            self.assertIn("write them as [calculation.trend.parameters]", done.stderr)
        self.assertEqual(sources(self.project), before)
        self.assertEqual(self.left_behind(), [])

    def test_results_that_cannot_be_renamed(self):
        before, files = sources(self.project), self.project.files("results", "ledger.db")
        folder = self.project.root / ".almanac/results/market"
        folder.chmod(0o555)
        self.addCleanup(folder.chmod, 0o755)
        done = self.project.run("mv", "doubled", "twofold", json=False, code=2, bound=True)
        self.assertIn(f"cannot write to {folder}: Permission denied; make sure", done.stderr)
        self.assertEqual(sources(self.project), before)
        self.assertEqual(self.project.files("results", "ledger.db"), files)
        self.assertEqual(self.left_behind(), [])


class Links(Renaming):
    """What is edited lies elsewhere, and is edited there, or not at all."""

    def link(self, name, target):
        """Puts a file or folder of the project into `target`, and a link in its place."""
        path = self.project.root / name
        there = (path.parent / target)
        path.rename(there)
        path.symlink_to(target)
        return path

    def links(self):
        yield self.link("calculations", new_folder() / "elsewhere")  # absolute
        self.project = week.copy()
        yield self.link("calculations", "../sources-of-" + new_folder().name)
        self.project = week.copy()
        yield self.link("almanac.toml", new_folder() / "almanac.toml")
        self.project = week.copy()
        yield self.link("calculations/signals/trend.cc", "../../trend.cc")

    def test_what_a_link_leads_to_is_edited(self):
        for link in self.links():
            before = sources(self.project)
            toml = self.project.root / "almanac.toml"
            toml.write_text(toml.read_text() + "\n[calculation.doubled]\n")
            self.project.run("run")
            self.project.run("mv", "doubled", "twofold")
            self.assertTrue(link.is_symlink(), link)
            after = sources(self.project)
            self.assertEqual(set(after), {EDITED.get(path, path) for path in before})
            self.assertIn('"twofold"', after["calculations/signals/trend.cc"])
            self.assertIn("[calculation.twofold]", after["almanac.toml"])
            self.nothing_to_do()

    def test_a_renaming_that_fails_edits_nothing_through_a_link(self):
        for _ in self.links():
            self.project.edit("calculations/signals/running.cc", "struct Running",
                              'constexpr const char* kRead = "doubled";\nstruct Running')
            self.project.edit("calculations/signals/running.cc", 'calculation("doubled")',
                              "calculation(kRead)")
            self.project.run("run")
            before = sources(self.project)
            self.project.run("mv", "doubled", "twofold", json=False, code=2)
            self.assertEqual(sources(self.project), before)
            self.assertEqual(self.left_behind(), [])

    def test_a_calculation_that_is_a_link(self):
        self.link(OLD, "../../doubled.cc")
        before = sources(self.project)
        done = self.project.run("mv", "doubled", "twofold", json=False, code=2)
        self.assertIn(f"{OLD} is a link", done.stderr)
        self.assertEqual(sources(self.project), before)


class Failures(unittest.TestCase):
    def test_letters_and_attempts_stay(self):
        days = weekdays("2024-01-01", 4)
        project = moody(days)
        project.run("run", env={"FRAGILE": "1"}, code=1)
        letters = project.run("dlq", "list").json
        project.run("mv", "fragile", "brittle")
        renamed = project.run("dlq", "list").json
        self.assertEqual(json.loads(json.dumps(letters).replace("fragile", "brittle")), renamed)
        done = project.run("run", code=1)  # not tried again, for the cause may still be there
        self.assertEqual(done.json["totals"]["computed"], 0)
        self.assertEqual(done.why("state", "reason")["brittle"], {("failed", "attempts_used_up")})
        explained = project.run("explain", "brittle", days[0]).json
        self.assertEqual([a["status"] for a in explained["attempts"]], ["FAILURE"] * 3)
        self.assertEqual({a["key"] for a in explained["attempts"]},
                         {a["key"] for a in explained["attempts"][:1]})
        done = project.run("retry")
        self.assertEqual({c for c, _ in done.cells(outcome="computed")}, {"brittle", "after"})


class UnderWay(unittest.TestCase):
    def test_a_run_under_way(self):
        project = patient("2024-05-01")
        run = Patient(project)
        run.reached("first")
        before = sources(project)
        done = project.run("mv", "second", "other", json=False, code=75)
        self.assertIn("in use by run", done.stderr)
        self.assertEqual(sources(project), before)
        run.let_go("first", "second", "third")
        run.finished()


class Interrupted(Renaming):
    """The same command finishes it, wherever it was; nothing else is done before."""

    def setUp(self):
        super().setUp()
        self.before = sources(self.project)
        done = week.copy()
        self.files = done.run("mv", "doubled", "twofold").json["files"]
        self.done = done

    def note_intent(self):
        """As it is when a renaming has noted what it is going to do."""
        folder = self.project.root / ".almanac"
        copy = folder / "mv"
        (copy / ".almanac").mkdir(parents=True)
        for name in ("calculations", "layers"):
            shutil.copytree(self.done.root / name, copy / name)
        for number, file in enumerate(self.files):
            (copy / f".almanac/before-{number}").write_text(self.before[file["path"]])
        (folder / "mv.json").write_text(json.dumps(
            {"from": "doubled", "to": "twofold", "edits": self.files}))

    def renamed_ledger(self):
        for path in (self.project.root / ".almanac").glob("ledger.db*"):
            path.unlink()
        shutil.copy(self.done.root / ".almanac/ledger.db", self.project.root / ".almanac")

    def finish(self, resumed):
        self.assertEqual(self.project.run("mv", "doubled", "twofold").json["resumed"], resumed)
        self.assertEqual(sources(self.project), sources(self.done))
        self.assertEqual(digests(self.project), digests(self.done))
        self.assertEqual(self.left_behind(), [])
        self.nothing_to_do()

    def test_before_the_ledger(self):
        self.note_intent()
        self.finish(resumed=False)

    def test_after_the_ledger(self):
        self.note_intent()
        self.renamed_ledger()
        self.finish(resumed=True)

    def test_after_some_files(self):
        self.note_intent()
        self.renamed_ledger()
        self.project.write(NEW, sources(self.done)[NEW])
        self.finish(resumed=True)

    def test_after_all_files(self):
        self.note_intent()
        self.renamed_ledger()
        for path in self.before:
            self.project.remove(path)
        for path, text in sources(self.done).items():
            self.project.write(path, text)
        results = self.project.root / ".almanac/results/market"
        (results / "doubled").rename(results / "twofold")
        self.finish(resumed=True)

    def test_nothing_else_is_done_meanwhile(self):
        self.note_intent()
        self.renamed_ledger()
        before = self.project.files()
        for command in (("run",), ("plan",), ("explain", "doubled", DAY), ("gc",),
                        ("mv", "doubled", "other"), ("mv", "doubled", "twofold", "--dry-run")):
            done = self.project.run(*command, json=False, code=2)
            self.assertIn("almanac mv doubled twofold finishes it", done.stderr, command)
        checks = {c["check"]: c for c in self.project.run("doctor", code=1).json["checks"]}
        self.assertEqual(checks["renaming"]["advice"], "almanac mv doubled twofold finishes it")
        self.assertEqual([c for c, check in checks.items() if check["status"] == "wrong"],
                         ["renaming"])
        self.assertEqual(self.project.files(), before)
        self.finish(resumed=True)

    def test_a_file_that_was_edited_meanwhile(self):
        self.note_intent()
        self.renamed_ledger()
        self.project.edit("calculations/signals/trend.cc", "total += ", "total -= ")
        done = self.project.run("mv", "doubled", "twofold", json=False, code=2)
        self.assertIn("calculations/signals/trend.cc was edited", done.stderr)
        self.project.edit("calculations/signals/trend.cc", "total -= ", "total += ")
        self.finish(resumed=True)

    def test_a_folder_that_cannot_be_renamed(self):
        self.note_intent()
        self.renamed_ledger()
        folder = self.project.root / ".almanac/results/market"
        folder.chmod(0o555)
        self.addCleanup(folder.chmod, 0o755)
        done = self.project.run("mv", "doubled", "twofold", json=False, code=2, bound=True)
        self.assertIn(f"cannot rename {folder}/doubled to {folder}/twofold: Permission", done.stderr)
        self.assertIn("almanac mv doubled twofold finishes the renaming", done.stderr)
        folder.chmod(0o755)
        self.finish(resumed=True)

    def test_killed_at_any_time(self):
        for sign in (".almanac/mv/calculations", ".almanac/mv.json", NEW):
            self.project = week.copy()
            process = self.project.start("mv", "doubled", "twofold")
            while not (self.project.root / sign).exists() and process.poll() is None:
                pass
            kill(process)
            if (self.project.root / OLD).exists() or (
                    self.project.root / ".almanac/mv.json").exists():
                self.project.run("mv", "doubled", "twofold")
            self.assertEqual(sources(self.project), sources(self.done), sign)
            self.assertEqual(digests(self.project), digests(self.done), sign)
            self.nothing_to_do()


if __name__ == "__main__":
    unittest.main()
