#!/usr/bin/env python3
"""The energy project: every published number against reference_energy.py, and which cells run where
days are missing, readings come late, and a day is put on top."""
import datetime
import pathlib
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "command"))

import reference  # noqa: E402
import reference_energy as plain  # noqa: E402
from project import Project, new_folder  # noqa: E402

FIRST, LAST = datetime.date(2024, 1, 1), datetime.date(2024, 3, 25)
DAYS = [FIRST + datetime.timedelta(n) for n in range((LAST - FIRST).days + 1)]
NOBODY_READ = [datetime.date(2024, 1, 20), datetime.date(2024, 2, 17), datetime.date(2024, 2, 18)]
NO_WEATHER = datetime.date(2024, 3, 1)
LATE, LATE_METER = datetime.date(2024, 2, 14), "school-2"
OF_READINGS = ("daily_use", "daily_cost", "load_curve")
BELOW_READINGS = ("month_to_date", "heating_signature", "usual_day", "deviation", "site_ranking")
ALL = len(plain.TABLES)
SEED = 7  # of data that are made for a test


def make_data(out, *args):
    script = HERE.parent.parent / "pipelines/energy/make_data.py"
    subprocess.run([sys.executable, "-B", script, "--out", out, *map(str, args)], check=True)


def tomorrow(day):
    return (day + datetime.timedelta(1)).isoformat()


def bring(project, date):
    """The readings of a day that were late are there."""
    late = f"readings/date={date}"
    shutil.copytree(project.root / "late" / late, project.root / "data" / late, dirs_exist_ok=True)


def setUpModule():
    global energy, first_run
    energy = Project.example("energy")
    energy.today = tomorrow(LAST)
    first_run = energy.run("run")


class EnergyTest(unittest.TestCase):
    def setUp(self):
        self.project = energy.copy()

    def agrees(self, days, data=None):
        """All published tables of these days; a date without a result has none here either."""
        data = data or plain.Data(self.project.root)
        self.project.folder = self.project.root
        for calculation, (category, key, rows_of) in plain.TABLES.items():
            for date in days:
                with self.subTest(calculation=calculation, date=date):
                    expected = rows_of(data, date)
                    found = reference.computed(self.project, category, calculation, date)
                    if expected is None or found is None:
                        self.assertEqual(expected, found)
                        continue
                    self.assertEqual(list(reference.compare(expected, found, (key,))), [])

    def why(self, done):
        return {(c["calculation"], c["date"]): (c["state"], c["reason"])
                for c in done.json["cells"] if c["outcome"] == "computed"}


class Numbers(EnergyTest):
    def test_every_table_of_every_day(self):
        self.agrees(DAYS)

    def test_every_table_once_all_has_come(self):
        for date in (LATE, LAST):
            bring(self.project, date)
        self.project.run("run")
        self.agrees(DAYS)

    def test_other_data(self):
        print(f"seed {SEED}", file=sys.stderr)
        for folder in ("data", "late", ".almanac/ledger.db", ".almanac/results"):
            self.project.remove(folder)
        make_data(self.project.root, "--seed", SEED, "--days", 40, "--meters", 40)
        self.project.run("run", "--to", "2024-02-09")
        self.agrees(DAYS[:40])

    def test_the_parameter_is_that_of_the_project(self):
        self.project.edit("almanac.toml", "heating_base = 17.0", "heating_base = 16.0")
        why = self.project.run("plan").why("state", "reason")
        self.assertEqual({c for c, found in why.items() if ("reRun", "parameters") in found},
                         {"degree_days"})

    def test_mistakes_are_counted(self):
        rejected = plain.Data(self.project.root).rejected
        date = next(date for date, count in rejected.items() if count)
        said = self.project.run("explain", "daily_use", str(date), json=False).stdout
        self.assertIn(f"{rejected[date]} rejected", said)


class Cells(EnergyTest):
    def test_missing_days_are_impossible_and_the_rest_runs(self):
        expected = {(c, str(d)): ("impossible", "no_data")
                    for c in OF_READINGS for d in NOBODY_READ}
        expected |= {(c, str(d)): ("impossible", "upstream")
                     for c in BELOW_READINGS for d in NOBODY_READ}
        expected["degree_days", str(NO_WEATHER)] = ("impossible", "no_data")
        expected["heating_signature", str(NO_WEATHER)] = ("impossible", "upstream")
        expected |= {(c, str(LAST)): ("blocked", "not_available")
                     for c in OF_READINGS + BELOW_READINGS}
        found = {(c["calculation"], c["date"]): (c["outcome"], c["reason"])
                 for c in first_run.json["cells"]}
        others = {cell: why for cell, why in found.items() if cell not in expected}
        self.assertEqual({cell: found.get(cell) for cell in expected}, expected)
        self.assertEqual(set(others.values()), {("computed", "new")})
        self.assertEqual(len(found), ALL * len(DAYS))

    def test_the_second_run_does_nothing(self):
        before = self.project.files()
        done = self.project.run("run")
        self.assertEqual(self.why(done), {})
        self.assertEqual(self.project.files(), before)

    def test_a_late_meter_wakes_what_reads_it_and_no_more(self):
        before = plain.Data(self.project.root)
        bring(self.project, LATE)
        after = plain.Data(self.project.root)
        self.assertNotIn(LATE_METER, before.hours[LATE])
        found = self.why(self.project.run("run"))

        def changes(calculation, date, columns):
            rows_of = plain.TABLES[calculation][2]
            return [[[row[c] for c in columns] for row in rows_of(data, date) or ()]
                    for data in (before, after)]

        on = str(LATE)
        expected = {(c, on): ("reRun", "source_changed") for c in OF_READINGS}
        expected |= {(c, on): ("reRun", "dependency_result") for c in BELOW_READINGS
                     if c not in ("heating_signature", "month_to_date")}
        later = [day for day in DAYS if day > LATE and day in after.hours and day != LAST]
        # States go on from day to day: for ever, or to the first day of the next month, which
        # comes out the same.
        states = {"heating_signature": [d for d in later if d != NO_WEATHER],
                  "month_to_date": [d for d in later if d <= datetime.date(2024, 3, 1)]}
        for calculation, days in states.items():
            expected[calculation, on] = ("reRun", "dependency_result")
            expected |= {(calculation, str(day)): ("reRun", "history") for day in days}
        # The window ends after 28 days. Of these, alerts look only where the usual day is another.
        window = [day for day in later if (day - LATE).days <= 28]
        expected |= {("usual_day", str(day)): ("reRun", "window") for day in window}
        stopped = []
        for day in window:
            old, new = changes("usual_day", day, ("meter", "median", "mad"))
            if old != new:
                expected["deviation", str(day)] = ("reRun", "dependency_result")
            else:
                stopped.append(day)
        self.assertEqual(found, expected)
        weekends = [day for day in window if day.weekday() >= 5]
        self.assertLessEqual(set(weekends), set(stopped), "they do not ask about a Wednesday")

    def test_a_day_on_top_costs_a_day(self):
        bring(self.project, LATE)
        self.project.run("run")
        day = tomorrow(LAST)
        self.project.today = tomorrow(datetime.date.fromisoformat(day))
        make_data(self.project.root, "--days", len(DAYS) + 1)
        bring(self.project, LATE)
        expected = {(c, str(LAST)): ("runnable", "new") for c in OF_READINGS + BELOW_READINGS}
        expected["degree_days", day] = ("runnable", "new")
        self.assertEqual(self.why(self.project.run("run")), expected)
        self.agrees([LAST])

    def test_a_meter_without_a_contract_fails_alone(self):
        self.project.edit("data/meters.csv", "office-3,office,machines,0.26,0.18\n", "")
        done = self.project.run("run", "--date", "2024-01-02", "--select", "daily_cost")
        self.assertEqual(done.totals(), {"computed": 1})
        self.project.folder = self.project.root
        rows = reference.computed(self.project, "billing", "daily_cost", "2024-01-02")
        self.assertEqual(len(rows), 9)

    def test_lines_and_tags_choose(self):
        chosen = {
            "--line billing": {"daily_use", "daily_cost", "month_to_date"},
            "--line operations": {"daily_use", "usual_day", "deviation", "load_curve"},
            "--select tag:alarm": {"deviation"},
            "--select category:sites": {"load_curve", "site_ranking"},
        }
        for words, expected in chosen.items():
            plan = self.project.run("plan", "--date", "2024-01-02", *words.split())
            asked = {c for c, n in plan.why("state").items()}
            with self.subTest(words):
                self.assertLessEqual(expected, asked)
                self.assertEqual(plan.json["expected"], len(expected))


class MadeData(unittest.TestCase):
    def test_no_days_are_refused_and_leave_what_is_there(self):
        out = new_folder()
        make_data(out, "--days", 2)
        made = {path: path.read_bytes() for path in out.rglob("*.csv")}
        for nothing in (("--days", 0), ("--days", -1), ("--meters", 0)):
            with self.assertRaises(subprocess.CalledProcessError):
                make_data(out, *nothing)
        self.assertEqual({path: path.read_bytes() for path in out.rglob("*.csv")}, made)

    def test_the_data_are_what_the_script_makes(self):
        made = new_folder()
        make_data(made)
        files = [path.relative_to(made) for path in made.rglob("*") if path.is_file()]
        self.assertGreater(len(files), 80)
        for file in files:
            self.assertEqual((made / file).read_bytes(), (energy.root / file).read_bytes(), file)


if __name__ == "__main__":
    unittest.main()
