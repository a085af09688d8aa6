#!/usr/bin/env python3
"""CSV files whose fields are not all what they seem: only what reads a stray field has to wait."""
import os
import subprocess
import unittest

from project import Project, new_folder
from weather import BAD, DATES, readings_file, weather

READINGS = "data/readings.csv"
IDS = ("007", "true", "1.10", "1e3", "10:30", "2024-01-02", "NA", "null")


def starter():
    """The smallest project: readings of a week in one file, by a column of dates."""
    project = Project(new_folder() / "starter", today="2024-05-08")
    project.run("init", str(project.root), cwd="/")
    return project


def blocked(finished):
    return {date for _, date in finished.cells(outcome="blocked")}


class OneFileOfManyDates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = starter()
        cls.base.run("run")

    def setUp(self):
        self.project = self.base.copy()
        self.text = (self.project.root / READINGS).read_text()
        self.dates = sorted({line.split(",")[0] for line in self.text.splitlines()[1:]})

    def edit(self, old, new, encoding="utf-8"):
        """Replaces the last place where `old` stands; returns the row."""
        before, after = self.text.rsplit(old, 1)
        (self.project.root / READINGS).write_bytes((before + new + after).encode(encoding))
        return before.count("\n") + 1

    def stray(self, old, new, shown, expected, column, encoding="utf-8"):
        """One field blocks what reads it on its date, and is named by every command."""
        row = self.edit(old, new, encoding)
        date = self.dates[-1]
        says = (f'column "{column}": expected {expected}, found "{shown}" in {READINGS}, row {row}')
        done = self.project.run("run", code=1)
        self.assertIn(f"readings on {date}: {says}", done.stderr)
        self.assertEqual(blocked(done), {date})
        self.assertIn(says, self.project.run("explain", "daily_range", date, json=False).stdout)
        self.assertIn((f"readings on {date}: {says}",),
                      self.project.run("plan").why("detail")["daily_range"])
        (self.project.root / READINGS).write_text(self.text)
        self.assertEqual(set(self.project.run("run").totals()), {"stable"})

    def test_a_word_among_numbers(self):
        line = self.text.splitlines()[-1]
        self.stray(line, line.rsplit(",", 1)[0] + ",abc", "abc", "float64", "celsius")

    def test_a_latin_1_byte_among_texts(self):
        line = self.text.splitlines()[-1]
        self.stray(line, line.replace(line.split(",")[1], "M\xfcnchen"), "M\\xfcnchen", "string",
                   "station", encoding="latin-1")

    def test_a_bad_date(self):
        row = self.edit(self.dates[-1], "2024-05-0x")
        done = self.project.run("run", code=1)
        self.assertIn(f'{READINGS}: has the date "2024-05-0x" in the column "date" of row {row}; '
                      "expected YYYY-MM-DD", done.stderr)
        self.assertEqual(blocked(done), set(self.dates))

    def test_a_row_without_a_date(self):
        row = self.edit(self.dates[-1], "")
        self.assertIn(f'{READINGS}: has no date in the column "date" of row {row}',
                      self.project.run("run", code=1).stderr)

    def test_no_day_is_invented_where_the_calendar_cannot_be_read(self):
        row = self.edit(self.dates[-1], "2024-05-0x")
        self.project.remove(".almanac/ledger.db")
        for command in (["run"], ["plan"], ["explain", "daily_range", self.dates[0]]):
            done = self.project.run(*command, code=1)
            self.assertIn(f'the calendar cannot be read: {READINGS}: has the date "2024-05-0x" in '
                          f'the column "date" of row {row}', done.stderr)
            self.assertNotIn("the calendar has", done.stderr)
            self.assertNotIn("2024-05-07", done.stdout)
        (self.project.root / READINGS).write_text(self.text)
        self.project.run("run")


class OneFilePerDate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = weather()

    def setUp(self):
        self.project = self.base.copy()

    def test_ids_that_look_like_something_else_on_some_days(self):
        for date, ids in zip(DATES, (IDS[:1], IDS[1:6], IDS[6:])):
            self.project.write(readings_file(date), "station,celsius,fault\n" +
                               "".join(f"{name},1.5,none\n" for name in ids))
        done = self.project.run("run")
        self.assertEqual(done.stderr, "")
        shown = {row["station"] for date in DATES for row in
                 self.project.run("show", "echo", "--date", date).json["rows"]}
        self.assertEqual(shown, set(IDS))

    def test_a_file_that_cannot_be_opened(self):
        (self.project.root / readings_file(BAD)).chmod(0)
        # Root may open everything, unless that is taken away.
        without = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        done = subprocess.run([*(without if os.geteuid() == 0 else []),
                               *self.project.command("plan")], cwd=self.project.root, text=True,
                              env=self.project.environment(None), capture_output=True, timeout=60)
        self.assertIn(f"{readings_file(BAD)}: cannot be opened: Permission denied", done.stdout)
        self.assertNotIn("header line", done.stdout)


if __name__ == "__main__":
    unittest.main()
