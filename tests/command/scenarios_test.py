#!/usr/bin/env python3
"""What re-runs, and why: the scenarios of the reference pipeline and edits of a small project."""
import unittest

from project import Project, WEEK, prices_csv, prices_file, small

JANUARY = ("--from", "2010-01-04", "--to", "2010-01-29")
DAYS = 19  # of prices in that range
RSI = "calculations/signals/rsi.cc"
EXTRACTOR = "calculations/market/price_extractor.cc"


def setUpModule():
    global portfolio, week
    portfolio = Project.example("portfolio")
    portfolio.run("run", *JANUARY)
    week = small()
    week.run("run")


class ReferencePipeline(unittest.TestCase):
    def setUp(self):
        self.project = portfolio.copy()

    def run_january(self, **options):
        return self.project.run("run", *JANUARY, **options)

    def test_a_formula_changes(self):
        self.project.edit(RSI, "wilder.add(today[0][close] -", "wilder.add(-today[0][close] +")
        done = self.run_january()
        self.assertEqual(done.cells(outcome="computed"), done.cells(calculation="rsi"))
        self.assertEqual(done.json["totals"]["computed"], DAYS)
        self.assertEqual(done.why("state", "reason", "outcome")["rsi"],
                         {("reRun", "code_changed", "computed")})
        self.assertEqual(self.run_january().json["totals"]["computed"], 0)

    def test_b_cosmetic_edits_wake_nobody(self):
        self.project.edit(RSI, "    Wilder wilder;\n",
                          "    Wilder wilder;  // nothing seen so far\n")
        self.project.edit(RSI, "state.empty() && quote.empty()) return;",
                          "state.empty() &&\n        quote.empty())\n\n      return ;")
        self.project.edit("layers/market/wilder.h", "#pragma once\n", "#pragma once\n/* a layer */\n")
        plan = self.project.run("plan", *JANUARY, "--detailed-exitcode")
        self.assertEqual(plan.json["cells"], portfolio.run("plan", *JANUARY).json["cells"])
        self.assertEqual(plan.why("state")["rsi"], {("stable",)})
        self.assertEqual(self.run_january().cells(outcome="computed"), [])

    def test_b_a_renamed_variable_is_proved_to_change_nothing(self):
        self.project.rename(RSI, "state", "carried")
        self.project.rename(RSI, "gain_before", "gain_so_far")
        self.project.edit(RSI, "struct Rsi", "static int unused(int x) { return 2 * x; }\n"
                                             "struct Rsi")
        plan = self.project.run("plan", *JANUARY, "--detailed-exitcode")
        self.assertEqual(plan.why("state", "reason")["rsi"], {("skipped", "equivalent")})
        before = self.project.files("results")
        done = self.run_january()
        self.assertEqual(done.json["totals"]["computed"], 0)
        self.assertEqual(done.why("state", "reason", "outcome")["rsi"],
                         {("skipped", "equivalent", "skipped")})
        self.assertEqual(self.project.files("results"), before)
        again = self.run_january()
        self.assertEqual((again.json["totals"]["computed"], again.json["totals"]["skipped"]), (0, 0))
        # A change of what it does is seen as ever.
        self.project.edit(RSI, "wilder.add(today[0][close] -", "wilder.add(-today[0][close] +")
        self.assertEqual(self.run_january().why("state", "reason", "outcome")["rsi"],
                         {("reRun", "code_changed", "computed")})

    def test_b_a_layer_in_which_only_names_change_wakes_nobody(self):
        self.project.rename("layers/market/wilder.h", "moves", "all")
        done = self.run_january()
        self.assertEqual(done.json["totals"]["computed"], 0)
        self.assertEqual(done.why("state", "reason")["rsi"], {("skipped", "equivalent")})

    def test_c_a_result_changes_and_cascades(self):
        self.project.edit(EXTRACTOR, "record[close] = now;", "record[close] = 2 * now;")
        done = self.run_january()
        why = done.why("state", "reason", "outcome")
        self.assertEqual(why["price_extractor"], {("reRun", "code_changed", "computed")})
        self.assertEqual(why["rsi"], {("reRun", "dependency_result", "computed")})
        self.assertEqual(len(done.cells(calculation="rsi", outcome="computed")), DAYS)

    def test_c_only_readers_of_the_changed_column_run(self):
        self.project.edit(EXTRACTOR, "record[ret_20d] = defined(now / before(20) - 1);",
                          "record[ret_20d] = defined(now / before(3) - 1);")
        why = self.run_january().why("state", "reason", "outcome")
        self.assertEqual(why["price_extractor"], {("reRun", "code_changed", "computed")})
        self.assertEqual(why["rsi"], {("skipped", "same_result", "skipped")})

    def test_d_the_same_result_stops_the_cascade(self):
        self.project.edit(EXTRACTOR, "record[close] = now;", "record[close] = now + 0.0;")
        why = self.run_january().why("state", "reason", "outcome")
        self.assertEqual(why["price_extractor"], {("reRun", "code_changed", "computed")})
        self.assertEqual(why["rsi"], {("skipped", "same_result", "skipped")})
        again = self.run_january().json["totals"]
        self.assertEqual((again["computed"], again["skipped"]), (0, 0))

    def test_f_a_category_moves(self):
        before = self.project.results("rsi")["signals/rsi"]
        self.project.edit(RSI, '"signals"', '"risk"')
        plan = self.project.run("plan", *JANUARY, "--detailed-exitcode", code=3)
        self.assertEqual(plan.why("state", "reason")["rsi"], {("stable", "moved")})
        done = self.run_january()
        self.assertEqual(done.cells(outcome="computed"), [])
        self.assertEqual(done.why("state", "reason", "outcome")["rsi"],
                         {("stable", "moved", "stable")})
        self.assertEqual(self.project.results("rsi"), {"risk/rsi": before})
        self.assertEqual(self.run_january().cells(calculation="rsi"), [], "a move is done once")

    def test_back_to_old_code_is_a_hit(self):
        new = "record[close] = 2 * now;"
        self.project.edit(EXTRACTOR, "record[close] = now;", new)
        self.run_january()
        self.project.edit(EXTRACTOR, new, "record[close] = now;")
        done = self.run_january()
        self.assertEqual(done.json["totals"]["computed"], 0)
        for calculation in ("price_extractor", "rsi"):
            self.assertEqual(done.why("state", "reason", "outcome")[calculation],
                             {("reRun", "hit", "reused")})

    def test_e_a_holiday_of_the_weekday_calendar(self):
        self.project.edit("almanac.toml", '"dataset:prices"', '"weekdays"')
        holiday = self.project.run("run", "--date", "2010-01-18")
        cells = {c["calculation"]: (c["state"], c["reason"])
                 for c in holiday.json["cells"] if c["date"] == "2010-01-18"}
        self.assertEqual(cells.pop("price_extractor"), ("impossible", "no_data"))
        for calculation in ("rsi", "price_layers", "risk_points", "risk_geometry"):
            self.assertEqual(cells[calculation], ("impossible", "upstream"), calculation)


class SmallProject(unittest.TestCase):
    def setUp(self):
        self.project = week.copy()

    def run_all(self, *args, **options):
        return self.project.run("run", *args, **options)

    def ran(self):
        return self.run_all().cells(outcome="computed")

    def test_a_copied_project_is_up_to_date(self):
        self.project.run("plan", "--detailed-exitcode")
        done = self.run_all()
        self.assertEqual((done.totals(), done.stderr), ({"stable": 5 * len(WEEK)}, ""))

    def test_e_missing_prices_then_late_ones(self):
        gap = WEEK[3]
        self.project.remove(".almanac/ledger.db")
        (self.project.root / prices_file(gap)).rename(self.project.root / "late.csv")
        done = self.run_all()
        on_gap = {c["calculation"]: (c["state"], c["reason"], c["outcome"])
                  for c in done.json["cells"] if c["date"] == gap}
        self.assertEqual(on_gap, {
            "doubled": ("impossible", "no_data", "impossible"),
            "volumes": ("impossible", "no_data", "impossible"),
            "trend": ("impossible", "upstream", "impossible"),
            "running": ("impossible", "upstream", "impossible"),
            "spending": ("runnable", "new", "computed")})
        self.assertEqual(done.totals(), {"computed": 5 * len(WEEK) - 4, "impossible": 4})
        (self.project.root / "late.csv").rename(self.project.root / prices_file(gap))
        late = self.run_all()
        why = {(c["calculation"], c["date"]): (c["state"], c["reason"])
               for c in late.json["cells"] if c["outcome"] == "computed"}
        expected = {(c, gap): ("runnable", "new")
                    for c in ("doubled", "volumes", "trend", "running")}
        expected |= {("trend", day): ("reRun", "window") for day in WEEK[4:6]}
        expected |= {("running", day): ("reRun", "history") for day in WEEK[4:]}
        self.assertEqual(why, expected)

    def test_a_layer_wakes_its_users_only(self):
        self.project.edit("layers/scale.h", "2 * value", "value / 4 * 8")
        done = self.run_all()
        self.assertEqual(done.why("state", "reason", "outcome"), {
            "doubled": {("reRun", "layer", "computed")},
            "trend": {("skipped", "same_result", "skipped")},
            "running": {("skipped", "same_result", "skipped")}})

    def test_an_epoch_wakes_everybody(self):
        self.project.edit("almanac.toml", "epoch    = 1", "epoch    = 2")
        done = self.run_all()
        self.assertEqual(done.totals(), {"computed": 5 * len(WEEK)})
        reasons = done.why("state", "reason")
        self.assertEqual(set.union(*reasons.values()), {("reRun", "epoch")})

    def test_a_parameter_wakes_its_calculation(self):
        self.project.edit("almanac.toml", "[dataset.prices]",
                          "[calculation.trend.parameters]\nweight = 0.5\n\n[dataset.prices]")
        self.assertEqual(self.run_all().why("reason", "outcome"),
                         {"trend": {("parameters", "computed")}})

    def test_a_new_column_wakes_nobody(self):
        for number, date in enumerate(WEEK):
            self.project.write(prices_file(date), prices_csv(number, extra="hello"))
        self.project.run("plan", "--detailed-exitcode")
        self.assertEqual(self.ran(), [])

    def test_a_changed_column_wakes_its_readers(self):
        for number, date in enumerate(WEEK):
            self.project.write(prices_file(date), prices_csv(number, volume=500))
        done = self.run_all()
        self.assertEqual(done.why("reason", "outcome"),
                         {"volumes": {("source_changed", "computed")}})
        self.assertEqual(len(done.cells()), len(WEEK))

    def test_a_restated_day_wakes_it_and_its_windows(self):
        self.project.write(prices_file(WEEK[2]), prices_csv(2, factor=3))
        why = {(c["calculation"], c["date"]): c["reason"]
               for c in self.run_all().json["cells"] if c["outcome"] == "computed"}
        expected = {("doubled", WEEK[2]): "source_changed", ("trend", WEEK[2]): "dependency_result",
                    ("running", WEEK[2]): "dependency_result"}
        expected |= {("trend", day): "window" for day in WEEK[3:5]}
        expected |= {("running", day): "history" for day in WEEK[3:]}
        self.assertEqual(why, expected)

    def test_touching_and_rewriting_data_wakes_nobody(self):
        for path in self.project.root.glob("data/prices/*/*.csv"):
            text = path.read_text()
            path.unlink()
            path.write_text(text)
        self.project.run("plan", "--detailed-exitcode")

    def test_a_vanished_day_keeps_its_cells(self):
        self.project.remove(f"data/prices/date={WEEK[2]}")
        done = self.run_all("--all")
        self.assertEqual(done.totals(), {"stable": 5 * len(WEEK)})
        self.assertIn(WEEK[2], self.project.results("doubled")["market/doubled"])
        self.project.edit("layers/scale.h", "2 * value", "3 * value")
        done = self.run_all()
        gone = {(c["calculation"], c["date"]): (c["state"], c["reason"])
                for c in done.json["cells"] if c["outcome"] == "blocked"}
        expected = {("doubled", WEEK[2]): ("blocked", "not_available")}
        expected |= {("trend", day): ("blocked", "not_available") for day in WEEK[2:5]}
        expected |= {("running", WEEK[2]): ("blocked", "not_available")}
        expected |= {("running", day): ("blocked", "history") for day in WEEK[3:]}
        self.assertEqual(gone, expected)
        self.assertEqual(done.cells(calculation="doubled", outcome="computed"),
                         [("doubled", day) for day in WEEK if day != WEEK[2]])
        self.assertIn(WEEK[2], self.project.results("doubled")["market/doubled"])

    def test_one_file_makes_a_calculation(self):
        text = (self.project.root / "calculations/people/spending.cc").read_text()
        self.project.write("calculations/people/outlay.cc",
                           text.replace("Spending", "Outlay").replace('"spending"', '"outlay"'))
        done = self.run_all()
        self.assertEqual(done.why("reason", "outcome"), {"outlay": {("new", "computed")}})
        self.assertEqual(self.project.results("outlay"), {"people/outlay": WEEK})


if __name__ == "__main__":
    unittest.main()
