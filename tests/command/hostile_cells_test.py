#!/usr/bin/env python3
"""Cells that end their process, fail day after day, or must not be touched: what a run does over its
rounds and from one run to the next."""
import unittest

from project import moody, prices_csv, prices_file, small, WEEK, weekdays

DAYS = weekdays("2024-01-01", 4)
MANY = weekdays("2024-01-01", 9)

GAP = """#include <almanac/calculation.h>
using namespace almanac;
struct Gap : PerEntity {
  Table prices = dataset("prices");
  In<double> close = prices["close"];
  Table before = previous();
  In<int64_t> one_before = before["one"];
  Key<std::string_view> ticker = key("ticker");
  Out<int64_t> one = column("one").constant();
  Out<int64_t> gap = column("gap").constant();
  void process(const Entity& entity, Output& out) const override {
    Record record = out.add();
    record[one] = 1;
    record[gap] = static_cast<int64_t>(entity.date() - entity.window(before)[0].date);
  }
};
ALMANAC_CALCULATION(Gap, "signals", "gap")
"""


def setUpModule():
    global fresh, many
    fresh, many = moody(DAYS), moody(MANY)


class EndsItsProcess(unittest.TestCase):
    def test_all_other_cells_get_their_results(self):
        project = fresh.copy()
        env = {"MOOD": "aborts", "MOOD_DATE": DAYS[1]}
        done = project.run("run", "-j", "2", env=env, code=1)
        self.assertEqual(done.totals(), {"computed": 13, "failed": 1, "failedDependency": 2})
        (failed,) = [c for c in done.json["cells"] if c["outcome"] == "failed"]
        self.assertEqual((failed["calculation"], failed["date"], failed["attempts"]),
                         ("moody", DAYS[1], 3))
        (letter,) = project.run("status").json["dead_letters"]
        self.assertEqual((letter["code"], letter["cause"], letter["stage"], letter["attempts"]),
                         ("MAX_RETRIES_EXCEEDED", "CRASH", "process", 3))
        done = project.run("retry")
        self.assertEqual(done.cells(outcome="computed"),
                         [(c, DAYS[1]) for c in ("after", "fragile", "moody")])
        self.assertEqual(project.run("run").totals(), {"stable": 16})

    def test_it_is_tried_no_more_by_the_next_run(self):
        project = fresh.copy()
        env = {"MOOD": "aborts", "MOOD_DATE": DAYS[1]}
        project.run("run", env=env, code=1)
        again = project.run("run", env=env, code=1)
        self.assertEqual(again.totals(), {"stable": 13, "failed": 1, "failedDependency": 2})

    def test_the_breaker_opens_where_it_does_so_day_after_day(self):
        project = many.copy()
        done = project.run("run", "--select", "moody", "-j", "1", env={"MOOD": "aborts"}, code=1)
        self.assertEqual(done.totals(), {"failed": 5, "blocked": len(MANY) - 5})
        self.assertEqual(project.run("status").json["open_breakers"], ["moody"])


class EndsASeries(unittest.TestCase):
    SERIES = """#include <almanac/calculation.h>
#include <stdlib.h>
#include <string>
#include <thread>
using namespace almanac;
struct Sums : Series {
  Table readings = dataset("readings");
  In<double> value = readings["value"];
  Key<int64_t> one = key("one");
  Out<double> sum = column("sum");
  void process(const Span& span, Output& out) const override {
    for (size_t i = 0; i < span.size(); ++i) {
      if (span.dates()[i].str() == "%s") %s;
      double total = 0;
      for (const Row row : span.rows(readings, i)) total += row[value];
      out.on(i);
      Record record = out.add();
      record[one] = 1;
      record[sum] = total;
    }
  }
};
ALMANAC_CALCULATION(Sums, "tests", "sums")
"""

    def test_all_its_other_dates_get_their_results_and_lose_no_attempt(self):
        for harm, code in (("abort()", "CRASH"), ("for (;;) std::this_thread::yield()", "TIMEOUT")):
            with self.subTest(code):
                project = many.copy()
                project.edit("almanac.toml", 'sandbox = "off"', 'sandbox = "off"\nseconds = 2')
                project.write("calculations/tests/sums.cc", self.SERIES % (MANY[4], harm))
                project.run("build")
                done = project.run("run", "--select", "sums", code=1)
                self.assertEqual(done.totals(), {"computed": len(MANY) - 1, "failed": 1})
                together = MANY[:5]  # one slice of two
                for date in MANY:
                    made = project.run("explain", "sums", date).json["attempts"]
                    if date in together:
                        lost = made.pop(0)
                        self.assertEqual(lost["status"], "LOST")
                        self.assertIn(f"{code} while {len(together)} dates", lost["error"])
                    self.assertEqual([a["status"] for a in made],
                                     ["CRASH"] * 3 if date == MANY[4] else ["SUCCESS"])
                (letter,) = project.run("status").json["dead_letters"]
                self.assertEqual((letter["date"], letter["cause"]), (MANY[4], code))


class FailsDayAfterDay(unittest.TestCase):
    only = ("--select", "fragile", "-j", "1")

    def test_breaker_counts_the_days_of_earlier_runs(self):
        project = many.copy()
        for i, date in enumerate(MANY[:5]):
            done = project.run("run", *self.only, "--to", date, env={"FRAGILE": "1"}, code=1)
            self.assertEqual(done.cells(outcome="failed", attempts=3), [("fragile", date)])
            opened = project.run("status").json["open_breakers"]
            self.assertEqual(opened, ["fragile"] if i == 4 else [])

    def test_a_plan_with_an_open_breaker_computes_nothing(self):
        project = many.copy()
        project.run("run", *self.only, env={"FRAGILE": "1"}, code=1)
        plan = project.root / "plan.json"
        project.run("plan", *self.only[:2], "-o", str(plan))
        done = project.run("run", str(plan), code=1)
        self.assertEqual(done.json["totals"]["computed"], 0)
        self.assertEqual(project.run("status").json["open_breakers"], ["fragile"])


class Failed(unittest.TestCase):
    def test_exit_code_is_that_of_the_key_in_force(self):
        project = fresh.copy()
        project.run("run", env={"MOOD": "nulls", "MOOD_DATE": DAYS[1]}, code=5)
        project.write(f"data/readings/date={DAYS[1]}/readings.csv", "station,value\ns0,7.25\n")
        project.run("run", env={"MOOD": "permanent", "MOOD_DATE": DAYS[1]}, code=1)
        project.run("run", code=1)
        self.assertEqual(len(project.run("status").json["dead_letters"]), 1)

    def test_a_failed_force_is_undone_by_the_next_one_or_by_retry(self):
        project = fresh.copy()
        project.run("run")
        forced = ("run", "--force", "--date", DAYS[1], "--select", "fragile")
        project.run(*forced, env={"FRAGILE": "1"}, code=1)
        self.assertEqual(project.run(*forced).totals(), {"computed": 1})
        self.assertEqual(project.run("status").json["dead_letters"], [])
        project.run(*forced, env={"FRAGILE": "1"}, code=1)
        project.run("retry", "--date", DAYS[1])
        self.assertEqual(project.run("status").json["dead_letters"], [])

    def test_only_failed_dependencies_have_no_failure_of_a_kind(self):
        project = fresh.copy()
        project.run("run", env={"MOOD": "nulls", "MOOD_DATE": DAYS[1]}, code=5)
        project.run("run", "--exact", "--select", "after", "--date", DAYS[1], code=1)


class PlanFiles(unittest.TestCase):
    def test_what_appears_after_the_plan_is_not_computed(self):
        project = fresh.copy()
        plan = project.root / "plan.json"
        project.run("plan", "--to", DAYS[1], "-o", str(plan))
        done = project.run("run", str(plan))
        self.assertEqual(done.json["totals"]["computed"], 8)
        self.assertEqual(project.run("plan").json["totals"]["runnable"], 8)

    def test_a_damaged_plan_is_a_usage_error(self):
        project = fresh.copy()
        plan = project.root / "plan.json"
        project.run("plan", "-o", str(plan))
        text = plan.read_text()
        for damaged in ("", "{}", "[1]", text.replace('"cells": [', '"cells": [1,'),
                        text.replace(f'"date": "{DAYS[0]}"', '"date": "soon"', 1)):
            plan.write_text(damaged)
            done = project.run("run", str(plan), code=2)
            self.assertIn("plan", done.stderr)


class DayBefore(unittest.TestCase):
    def test_its_date_counts_not_only_its_result(self):
        project = small()
        project.edit("almanac.toml", '"weekdays"', '"dataset:prices"')
        project.write("calculations/signals/gap.cc", GAP)
        project.remove(f"data/prices/date={WEEK[3]}")
        project.run("run", "--select", "gap")
        project.write(prices_file(WEEK[3]), prices_csv(3))
        done = project.run("run", "--select", "gap")
        self.assertEqual(done.cells(outcome="computed"), [("gap", WEEK[3]), ("gap", WEEK[4])])
        self.assertEqual(project.run("verify", "--select", "gap").json["differences"], [])


if __name__ == "__main__":
    unittest.main()
