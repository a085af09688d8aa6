#!/usr/bin/env python3
"""docs/preflight.md and docs/ci/preflight.yml name commands and options that there are, and what they
show of `preflight` is what it says, but for what needs a certificate, which takes minutes."""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/command"))
from project import ALMANAC, WEEK, Project  # noqa: E402

PAGE = (ROOT / "docs/preflight.md").read_text()
WORKFLOW = (ROOT / "docs/ci/preflight.yml").read_text()
README = (ROOT / "README.md").read_text()
FEES = "calculations/fees/fees.cc"
MOST_COLUMNS = 100
# A command at the begin of a line, of a text in backticks, or after -C.
CALL = re.compile(r'(?:^ *|`)almanac (?:-C "\$PROJECT" )?((?:evidence )?[a-z]+)([^`\n]*)', re.M)


def block(word):
    """The lines of the one block `text` that begins with this."""
    found = [b for b in re.findall(r"^```text\n(.*?)^```$", PAGE, re.S | re.M) if b.startswith(word)]
    assert len(found) == 1, word
    return found[0].splitlines()


def pattern(line):
    """… stands for anything, as does a number with a fraction: a time, or a share."""
    line = re.sub(r"\d+\.\d+", "…", line)
    return ".*".join(map(re.escape, line.split("…")))


class Names(unittest.TestCase):
    def test_commands_and_options_are_there(self):
        calls = CALL.findall(PAGE) + CALL.findall(WORKFLOW)
        self.assertGreater(len(calls), 15)
        for command, rest in calls:
            help_text = subprocess.run([ALMANAC, *command.split(), "--help"], text=True,
                                       capture_output=True, check=True).stdout
            self.assertIn(f"almanac {command} ", help_text)
            for option in re.findall(r"--[a-z]+", rest):
                self.assertIn(option, help_text, f"{command} {rest}")

    def test_verdicts_are_those_of_the_source(self):
        source = (ROOT / "tools/almanac/judgement.cc").read_text()
        names = re.search(r'kNames\[\] = \{("unchanged".*?)\}', source, re.S)[1]
        rows = re.findall(r"^\| (\w+) \|.*\| \d \|$", PAGE, re.M)
        self.assertEqual(sorted(rows), sorted(re.findall(r'"(\w+)"', names)))

    def test_fields_in_json_are_those_of_the_source(self):
        source = "".join(p.read_text() for p in (ROOT / "tools/almanac").glob("*.cc"))
        section = PAGE.split("## For programs\n")[1].split("\n## ")[0]
        names = set(re.findall(r"`([a-z_]+)`", section)) - {"preflight", "diff", "certify", "report"}
        self.assertGreater(len(names), 60)
        self.assertEqual({n for n in names if f'"{n}"' not in source} - {"revoke", "export", "import"},
                         set())

    def test_links_lead_somewhere(self):
        headings = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-")
                    for h in re.findall(r"^#+ (.*)$", PAGE, re.M)}
        for file, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", PAGE):
            self.assertTrue((ROOT / "docs" / file).exists(), file)
            self.assertTrue(not anchor or anchor in headings, anchor)
        self.assertIn("](docs/preflight.md)", README)

    def test_lines_are_short(self):
        for text in (PAGE, WORKFLOW):
            self.assertEqual([line for line in text.split("\n") if len(line) > MOST_COLUMNS], [])

    def test_the_workflow_is_one(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("no PyYAML")
        jobs = yaml.safe_load(WORKFLOW)["jobs"]
        self.assertEqual(set(jobs), {"pull-request", "nightly"})
        for job in jobs.values():
            for step in job["steps"]:
                self.assertEqual(len({"run", "uses"} & set(step)), 1, step)
                if "run" in step:
                    subprocess.run(["bash", "-n", "-c", step["run"]], check=True)

    def test_the_workflow_builds_the_base_where_the_file_tells_nothing(self):
        (step,) = re.findall(r"^ {8}run: \|\n((?: {10}.*\n|\n)+)(?=\n  nightly)", WORKFLOW, re.M)
        for of_file, of_base, has_file, asked, gives in (
                (2, 3, True, ["evidence", "origin/main"], 0), (0, 9, True, ["evidence"], 0),
                (9, 75, False, ["origin/main"], 75), (2, 2, True, ["evidence", "origin/main"], 2)):
            with self.subTest(of_file=of_file, of_base=of_base), tempfile.TemporaryDirectory() as at:
                folder = pathlib.Path(at)
                fake = folder / "almanac"
                fake.write_text("#!/bin/sh\necho $3 >> asked; echo table of $3\n"
                                f"[ $3 = evidence ] && exit {of_file}; exit {of_base}\n")
                fake.chmod(0o755)
                if has_file:
                    (folder / "evidence").touch()
                done = subprocess.run(
                    ["bash", "-eo", "pipefail", "-c", step], cwd=folder, capture_output=True,
                    env={"PATH": f"{folder}:/usr/bin:/bin", "BASE": "origin/main",
                         "GITHUB_STEP_SUMMARY": "shown"})
                self.assertEqual(done.returncode, gives, done.stderr)
                self.assertEqual((folder / "asked").read_text().split(), asked)
                self.assertEqual((folder / "shown").read_text(), f"table of {asked[-1]}\n")


class Shown(unittest.TestCase):
    def test_it_says_what_the_page_shows(self):
        project = Project.fixture("fees")
        for number, date in enumerate(WEEK):
            rows = [f"u{user},{100 + 50 * user + number},{tier}"
                    for user in range(6) for tier in (1, 2, 7)]
            project.write(f"data/trades/date={date}/trades.csv",
                          "\n".join(["user,amount,tier", *rows]) + "\n")
        project.run("run", json=False)
        edits = (("fees: identical", 0, FEES, None, None),
                 ("fees: logic", 3, "layers/rates.h", "amount < 250", "amount <= 250"),
                 ("fees: inconclusive", 0, FEES, "    Record record",
                  "    if (count > 1000000) sum *= 0.9;\n    Record record"))
        for begin, code, file, old, new in edits:
            with self.subTest(begin):
                text = (project.root / file).read_text()
                if old is None:
                    script = re.search(r"^sed .*$", PAGE, re.M)[0]
                    subprocess.run(["bash", "-c", script], cwd=project.root, check=True)
                else:
                    project.edit(file, old, new)
                said = project.run("preflight", json=False, code=code).stdout
                for line in block(begin):
                    self.assertRegex(said, pattern(line))
                project.write(file, text)


if __name__ == "__main__":
    unittest.main()
