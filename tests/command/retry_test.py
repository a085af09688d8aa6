#!/usr/bin/env python3
"""retry computes what has failed, and what hangs on that; it is no run of the whole project."""
import unittest

from project import CHAIN, moody, weekdays

DAYS = weekdays("2024-01-01", 4)
FRAGILE, AFTER = ("fragile", DAYS[1]), ("after", DAYS[1])

# What fragile gave on this day and the day before, for each of calm's stations.
TRAIL = """#include <almanac/calculation.h>
using namespace almanac;
struct Trail : WholeDate {
  Table fragile = calculation("fragile").window(2);
  In<double> total = fragile["total"];
  Table calm = calculation("calm");
  In<double> copy = calm["copy"];
  Key<int64_t> part = key("part");
  Out<double> sum = column("sum");
  void process(const Day& day, Output& out) const override {
    double all = 0;
    for (const Row row : day.rows(fragile)) all += row[total];
    for (const Row row : day.rows(calm)) all += row[copy];
    Record record = out.add();
    record[part] = 0;
    record[sum] = all;
  }
};
ALMANAC_CALCULATION(Trail, "mood", "trail")
"""


def setUpModule():
    """`one`: fragile has used up its attempts on the second day; nothing ran on any other."""
    global one
    one = moody(DAYS)
    one.run("run", "--date", DAYS[1], env={"FRAGILE": "1"}, code=1)


def letters(project):
    return [(x["calculation"], x["date"]) for x in
            project.run("dlq", "list").json["dead_letters"]]


class Narrow(unittest.TestCase):
    def test_cells_that_have_never_failed_are_left_for_run(self):
        project = one.copy()
        done = project.run("retry")
        self.assertIn("almanac: 1 failed cell is tried again", done.stderr)
        self.assertEqual(done.cells(outcome="computed"), [AFTER, FRAGILE])
        self.assertEqual((done.totals(), done.json["expected"]), ({"computed": 2}, 2))
        self.assertEqual(project.run("plan").totals(), {"runnable": 12, "stable": 4})

    def test_a_changed_project_is_not_computed(self):
        project = one.copy()
        project.write("calculations/mood/new.cc", (project.root / "calculations/mood/calm.cc")
                      .read_text().replace("Calm", "New").replace('"calm"', '"new"'))
        self.assertEqual(project.run("retry").cells(outcome="computed"), [AFTER, FRAGILE])
        self.assertEqual(project.results("new"), {})

    def test_what_hangs_on_them_comes_with_what_it_needs(self):
        project = one.copy()
        project.write("calculations/mood/trail.cc", TRAIL)
        done = project.run("retry", *FRAGILE)
        windows = [("trail", DAYS[1]), ("trail", DAYS[2])]  # that have the day
        needed = [("calm", DAYS[2])] + [(c, DAYS[d]) for c in ("fragile", "moody") for d in (0, 2)]
        self.assertEqual(done.cells(outcome="computed"),
                         sorted([AFTER, FRAGILE, *windows, *needed]))
        self.assertEqual(done.cells(pulled_in=True), sorted(set(needed) - {("fragile", DAYS[2])}))

    def test_later_days_of_a_chain_hang_on_it(self):
        project = moody(DAYS)
        project.write("calculations/mood/chain.cc", CHAIN)
        project.run("run", "--select", "chain", env={"CHAIN": DAYS[1]}, code=1)
        done = project.run("retry")
        self.assertEqual(done.cells(outcome="computed"), [("chain", day) for day in DAYS[1:]])

    def test_again_in_vain(self):
        project = one.copy()
        done = project.run("retry", env={"FRAGILE": "1"}, code=1)
        self.assertEqual(done.totals(), {"failed": 1, "failedDependency": 1})
        self.assertEqual(letters(project), [FRAGILE])


class NothingToTry(unittest.TestCase):
    def nothing(self, project, *args):
        before = project.files()
        done = project.run("retry", *args)
        self.assertIn("is there to be tried again", done.stderr)
        self.assertEqual((done.totals(), done.json["cells"]), ({}, []))
        self.assertEqual(project.run("retry", *args, json=False).stdout, "")
        self.assertEqual(project.files(), before)

    def test_a_project_that_never_ran_is_not_run(self):
        fresh = moody(DAYS)
        self.nothing(fresh)
        self.assertFalse((fresh.root / ".almanac/ledger.db").exists())

    def test_letters_that_are_not_in_force_stay(self):
        project = moody(DAYS)
        project.run("run", env={"MOOD": "permanent", "MOOD_DATE": DAYS[1]}, code=1)
        project.remove(f"data/readings/date={DAYS[1]}")  # the cell would be blocked
        self.nothing(project, "--date", DAYS[1])
        self.assertEqual(letters(project), [("moody", DAYS[1])])
        project.write(f"data/readings/date={DAYS[1]}/readings.csv", "station,value\ns0,7.25\n")
        self.nothing(project)  # the cell has another key, and is the business of run
        self.assertEqual(letters(project), [("moody", DAYS[1])])

    def test_a_selection_without_failed_cells(self):
        self.nothing(one.copy(), "--select", "calm")
        self.nothing(one.copy(), "calm", DAYS[1])


class OneCell(unittest.TestCase):
    def test_a_pair_as_dlq_takes_it(self):
        project = one.copy()
        listed = project.run("dlq", "list", *FRAGILE).json["dead_letters"]
        self.assertEqual([x["date"] for x in listed], [DAYS[1]])
        self.assertEqual(project.run("dlq", "list", *AFTER).json["dead_letters"], [])
        self.assertEqual(project.run("retry", *FRAGILE).cells(outcome="computed"),
                         [AFTER, FRAGILE])

    def test_refusals(self):
        for args, says in ((("fragile",), "expected a date after fragile"),
                           (("fragil", DAYS[1]), 'did you mean "fragile"?'),
                           ((*FRAGILE, "--from", DAYS[0]), "expected either a calculation and a")):
            for command in (["retry"], ["dlq", "list"]):
                self.assertIn(says, one.run(*command, *args, code=2).stderr)


class Breaker(unittest.TestCase):
    def test_cells_that_it_stops_are_tried_when_it_closes(self):
        many = weekdays("2024-01-01", 8)
        project = moody(many)
        project.run("run", "-j", "1", env={"FRAGILE": "1"}, code=1)
        self.assertEqual(project.run("status").json["open_breakers"], ["fragile"])
        done = project.run("retry")
        self.assertEqual(done.cells(outcome="computed"),
                         sorted((c, d) for c in ("after", "fragile") for d in many))


class Warnings(unittest.TestCase):
    def test_are_said_once(self):
        project = one.copy()
        toml = project.root / "almanac.toml"
        toml.write_text(toml.read_text() +
                        '\n[dataset.nowhere]\npath = "data/nowhere/date={date}/*.csv"\n'
                        'entity = "station"\n')
        project.write("calculations/mood/lost.cc", """#include <almanac/calculation.h>
using namespace almanac;
struct Lost : PerEntity {
  Table nowhere = dataset("nowhere");
  Key<std::string_view> station = key("station");
  Out<double> value = column("value");
  void process(const Entity&, Output&) const override {}
};
ALMANAC_CALCULATION(Lost, "mood", "lost")
""")
        for command in ("catchup", "retry"):
            done = project.run(command, code=None)
            self.assertEqual(done.stderr.count('warning: dataset "nowhere"'), 1, done.stderr)


class Gone(unittest.TestCase):
    def test_gc_takes_the_letters_of_removed_calculations(self):
        project = one.copy()
        for name in ("after", "fragile"):
            project.remove(f"calculations/mood/{name}.cc")
        self.assertEqual(project.run("gc", "--dry-run").json["dead_letters"], 1)
        self.assertEqual(letters(project), [FRAGILE])
        self.assertEqual(project.run("gc").json["dead_letters"], 1)
        self.assertEqual(letters(project), [])
        self.assertEqual(project.run("gc").json["dead_letters"], 0)

    def test_gc_leaves_those_of_calculations_that_are_there(self):
        project = one.copy()
        self.assertEqual(project.run("gc").json["dead_letters"], 0)
        self.assertEqual(letters(project), [FRAGILE])


if __name__ == "__main__":
    unittest.main()
