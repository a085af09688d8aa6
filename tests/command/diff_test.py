#!/usr/bin/env python3
"""almanac diff: what a change would do to a stored result, by columns and rows; writes nothing."""
import unittest

from project import WEEK, moody, prices_csv, prices_file, small, weekdays

DAY = WEEK[3]
DOUBLED = "calculations/market/doubled.cc"
HALF = "record[half] = price / 2;"

# A calculation with every type, whose second version says otherwise in each.
TYPES = """#include <almanac/calculation.h>
#include <cmath>
#include <vector>
using namespace almanac;
struct Types : PerEntity {
  Table prices = dataset("prices");
  In<double> close = prices["close"];
  Key<std::string_view> ticker = key("ticker");
  Key<int64_t> part = key("part");
  Out<bool> truth = column("truth").constant();
  Out<int64_t> whole = column("whole");
  Out<double> number = column("number").sparse();
  Out<std::string_view> text = column("text");
  Out<Date> day = column("day");
  Out<List<double>> list = column("list");
  Out<double> same = column("same");
  void process(const Entity& entity, Output& out) const override {
    for (int64_t n = FIRST; n < FIRST + 3; ++n) {
      Record record = out.add();
      record[part] = n;
      record[truth] = TRUTH;
      record[whole] = n + int64_t{1} + WHOLE;
      if (n != 2) record[number] = n == 1 ? NUMBER : 4.0;
      record[text] = std::string_view(TEXT);
      record[day] = Date::of(2024, 1, MONTHDAY);
      record[list] = std::vector<double>(LIST);
      record[same] = entity.rows(prices)[0][close];
    }
  }
};
ALMANAC_CALCULATION(Types, "market", "types")
"""
OLD = {"FIRST": "0", "TRUTH": "true", "WHOLE": "0", "NUMBER": "std::nan(\"\")", "TEXT": '"old"',
       "MONTHDAY": "1", "LIST": "{1, 2, 3}"}
NEW = {"FIRST": "1", "TRUTH": "false", "WHOLE": "10", "NUMBER": "2.0", "TEXT": '"new"',
       "MONTHDAY": "2", "LIST": "{1, 4}"}


def version(values):
    text = TYPES
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def setUpModule():
    global week
    week = small()
    week.run("run")


def column(document, name):
    return next(c for c in document["columns"] if c["column"] == name)


class Diff(unittest.TestCase):
    def setUp(self):
        self.project = week.copy()

    def test_equal(self):
        before = self.project.files()
        done = self.project.run("diff", "doubled", DAY).json
        self.assertEqual((done["version"], done["calculation"], done["date"]), (1, "doubled", DAY))
        self.assertEqual((done["equal"], done["same_key"], done["changed"]), (True, True, []))
        self.assertEqual((done["rows"]["stored"], done["rows"]["computed"]), (3, 3))
        self.assertEqual(done["computed_before"], [])
        self.assertIn("equal, 3 rows", self.project.run("diff", "doubled", DAY, json=False).stdout)
        self.assertEqual(self.project.files(), before)

    def test_a_change_of_code(self):
        self.project.edit(DOUBLED, HALF, 'record[half] = price / (entity.id<std::string_view>() '
                                         '== "BBB" ? 4 : 2);')
        self.project.run("build")
        before = self.project.files()
        done = self.project.run("diff", "market/doubled", DAY, code=3).json
        self.assertEqual((done["equal"], done["same_key"]), (False, False))
        self.assertEqual(done["changed"], ["code"])
        self.assertEqual(done["rows"], {"stored": 3, "computed": 3, "differing": 1, "added": 0,
                                        "removed": 0})
        half = (10.25 + 1 + 3) / 2
        self.assertEqual(done["first"], [{"key": {"ticker": "BBB"}, "values": {
            "half": {"stored": half, "computed": half / 2}}}])
        self.assertEqual(column(done, "half"), {
            "column": "half", "type": "float64", "status": "common", "differing": 1,
            "largest_absolute": half / 2, "largest_relative": 0.5})
        self.assertEqual(column(done, "twice")["differing"], 0)
        text = self.project.run("diff", "doubled", DAY, json=False, code=3).stdout
        self.assertIn("3 rows stored, 3 computed: 1 differing, 0 removed, 0 added", text)
        self.assertIn("in the key, changed: code", text)
        self.assertIn("1 row differs, by up to 3.5625, or 50 %", text)
        self.assertIn(f"ticker BBB: half {half} -> {half / 2}", text)
        self.assertEqual(self.project.files(), before)  # ledger, results, blobs, staging
        self.assertEqual(self.project.run("plan", "--select", "doubled").totals(),
                         {"reRun": len(WEEK)})

    def test_what_is_below_a_change_is_computed_from_what_it_puts_out(self):
        self.project.edit(DOUBLED, HALF, "record[half] = price;")
        self.project.run("build")
        done = self.project.run("diff", "running", DAY, code=3).json
        # Its own history and what it reads, all days up to this one, and no cell more.
        self.assertEqual([(c["calculation"], c["date"]) for c in done["computed_before"]],
                         [(c, d) for d in WEEK[:4] for c in ("doubled", "running")][:-1])
        self.assertEqual(done["changed"], ["dependency:doubled", "history"])
        total = sum(10.25 + n for n in range(4))
        self.assertEqual(done["first"][0]["values"]["total"],
                         {"stored": total / 2, "computed": total})
        trend = self.project.run("diff", "trend", DAY).json  # reads the other column
        self.assertTrue(trend["equal"])
        self.assertTrue(trend["same_key"])
        self.project.run("run")
        self.assertTrue(self.project.run("diff", "running", DAY).json["equal"])

    def test_a_change_of_data_adds_and_removes_rows(self):
        path = self.project.root / prices_file(DAY)
        path.write_text(path.read_text().replace("AAA", "ABA").replace("CCC", "DDD"))
        done = self.project.run("diff", "doubled", DAY, code=3).json
        self.assertEqual(done["changed"], ["dataset:prices"])
        self.assertEqual(done["rows"], {"stored": 3, "computed": 3, "differing": 0, "added": 2,
                                        "removed": 2})
        self.assertEqual([r["key"]["ticker"] for r in done["first_added"]], ["ABA", "DDD"])
        self.assertEqual([r["key"]["ticker"] for r in done["first_removed"]], ["AAA", "CCC"])
        fewer = self.project.run("diff", "doubled", DAY, "--rows", "1", code=3).json
        self.assertEqual([r["key"]["ticker"] for r in fewer["first_added"]], ["ABA"])
        self.assertEqual(fewer["rows"]["added"], 2)

    def test_the_same_result_of_another_key_is_equal(self):
        self.project.edit(DOUBLED, HALF, "record[half] = price / 4 + price / 4;")
        done = self.project.run("diff", "doubled", DAY).json
        self.assertEqual((done["equal"], done["same_key"], done["changed"]),
                         (True, False, ["code"]))

    def test_every_type(self):
        self.project.write("calculations/market/types.cc", version(OLD))
        self.project.run("run", "--select", "types")
        self.project.write("calculations/market/types.cc", version(NEW))
        done = self.project.run("diff", "types", DAY, code=3).json
        # Parts 1 and 2 of three tickers are on both sides, 0 was, 3 will be.
        self.assertEqual(done["rows"], {"stored": 9, "computed": 9, "differing": 6, "added": 3,
                                        "removed": 3})
        found = {c["column"]: (c["differing"], c["largest_absolute"], c["largest_relative"])
                 for c in done["columns"]}
        self.assertEqual(found, {
            "ticker": (0, None, None), "part": (0, None, None), "same": (0, None, None),
            "truth": (6, None, None), "text": (6, None, None), "day": (6, None, None),
            "number": (3, None, None),  # not a number before, so there is no distance
            "whole": (6, 10, 10 / 12), "list": (6, 2, 0.5)})
        self.assertEqual(done["first"][0]["key"], {"ticker": "AAA", "part": 1})
        self.assertEqual(done["first"][0]["values"]["list"],
                         {"stored": [1, 2, 3], "computed": [1, 4]})
        text = self.project.run("diff", "types", DAY, json=False, code=3).stdout
        self.assertIn("list[1] 2.0 -> 4.0", text)
        self.assertIn("day 2024-01-01 -> 2024-01-02", text)

    def test_what_is_no_finite_number(self):
        self.project.write("calculations/market/types.cc",
                           version({**OLD, "4.0": "-1 / 0.0"}))
        self.project.run("run", "--select", "types", "--date", DAY)
        rows = self.project.run("show", "types", "--date", DAY).json["rows"]
        self.assertEqual([row["number"] for row in rows[:3]], ["-inf", "nan", None])
        text = self.project.run("show", "types", "--date", DAY, json=False).stdout
        self.assertRegex(text.splitlines()[1], r" -inf ")
        self.assertRegex(text.splitlines()[2], r"  nan ")
        self.project.write("calculations/market/types.cc", version(
            {'n == 1 ? NUMBER : 4.0': "n == 1 ? 1 / 0.0 : NUMBER", **OLD}))
        done = self.project.run("diff", "types", DAY, code=3).json
        self.assertEqual([row["values"]["number"] for row in done["first"][:2]],
                         [{"stored": "-inf", "computed": "nan"},
                          {"stored": "nan", "computed": "inf"}])
        self.assertIn("number -inf -> nan",
                      self.project.run("diff", "types", DAY, json=False, code=3).stdout)

    def test_columns_that_come_go_and_change_their_type(self):
        self.project.edit(DOUBLED, 'Out<double> half = column("half");',
                          'Out<double> third = column("third");')
        self.project.edit(DOUBLED, HALF, "record[third] = price / 3;")
        self.project.edit(DOUBLED, "Out<double> twice", "Out<int64_t> twice")
        self.project.edit(DOUBLED, "scaled(price)", "static_cast<int64_t>(scaled(price))")
        for file in ("running", "trend"):
            self.project.remove(f"calculations/signals/{file}.cc")
        done = self.project.run("diff", "doubled", DAY, code=3).json
        self.assertEqual({c["column"]: c["status"] for c in done["columns"]}, {
            "ticker": "common", "twice": "retyped", "third": "added", "half": "removed"})
        self.assertEqual(column(done, "twice")["type"], "double -> int64")
        self.assertEqual((done["rows"]["differing"], done["rows"]["added"]), (0, 0))
        self.assertRegex(self.project.run("diff", "doubled", DAY, json=False, code=3).stdout,
                         r"(?m)^  half    removed$")

    def test_rows_of_another_key_are_not_matched(self):
        self.project.write("calculations/market/types.cc", version(OLD))
        self.project.run("run", "--select", "types", "--date", DAY)
        fewer = version(OLD).replace('Key<int64_t> part = key("part")',
                                     'Out<int64_t> part = column("part")')
        self.project.write("calculations/market/types.cc", fewer.replace("FIRST + 3", "FIRST + 1")
                           .replace("n < 0 + 3", "n < 1"))
        done = self.project.run("diff", "types", DAY, code=3).json
        self.assertEqual((done["rows"]["stored"], done["rows"]["computed"]), (9, 3))
        self.assertIsNone(done["rows"]["differing"])
        self.assertEqual({c["differing"] for c in done["columns"]}, {None})
        self.assertEqual(done["first"], [])
        self.assertIn("cannot be matched",
                      self.project.run("diff", "types", DAY, json=False, code=3).stdout)

    def test_what_cannot_be_compared_says_what_to_do(self):
        def says(*args, code=2):
            return self.project.run("diff", *args, json=False, code=code).stderr
        self.assertIn('did you mean "doubled"', says("dobled", DAY))
        self.assertIn("no day of the calendar", says("doubled", "2024-01-06"))
        self.project.write("calculations/market/types.cc", version(OLD))
        self.assertIn(f"almanac run --select types --date {DAY}", says("types", DAY))
        self.project.remove(prices_file(DAY))
        self.assertIn("no longer there", says("doubled", DAY))
        self.project.write(prices_file(DAY), prices_csv(3))
        blob = next((self.project.root / ".almanac/store/blobs").rglob("*.parquet"))
        for blob in (self.project.root / ".almanac/store/blobs").rglob("*.parquet"):
            blob.chmod(0o644)
            blob.write_bytes(b"damaged")
        before = self.project.files()
        self.assertIn("is damaged", says("doubled", DAY, code=1))
        self.assertEqual(self.project.files(), before)  # nothing is set aside

    def test_a_cell_that_fails_now(self):
        self.project.edit(DOUBLED, HALF, 'throw PermanentError("no price");')
        done = self.project.run("diff", "doubled", DAY, json=False, code=1)
        self.assertIn(f"doubled {DAY} cannot be computed: ", done.stderr)
        self.assertIn("no price", done.stderr)
        done = self.project.run("diff", "trend", DAY, json=False, code=1)
        self.assertIn(f"doubled {WEEK[1]} cannot be computed: ", done.stderr)
        # A run has found out, and does not try it again.
        self.project.run("run", code=1)
        done = self.project.run("diff", "trend", DAY, json=False, code=1)
        self.assertIn(f"trend {DAY} cannot be computed: doubled {WEEK[1]} has failed", done.stderr)
        self.assertIn(f"almanac retry --select doubled --date {WEEK[1]}", done.stderr)

    def test_data_that_cannot_be_read(self):
        self.project.write(prices_file(DAY), "ticker,close\nAAA\n")
        done = self.project.run("diff", "doubled", DAY, json=False, code=1)
        self.assertIn(f"doubled {DAY} cannot be computed: prices: ", done.stderr)

    def test_a_cell_that_has_only_failed(self):
        self.project.write("calculations/market/types.cc", version(OLD).replace(
            "Record record", 'throw PermanentError("no"); Record record'))
        self.project.run("run", "--select", "types", "--date", DAY, code=1)
        done = self.project.run("diff", "types", DAY, json=False, code=2)
        self.assertIn(f"almanac retry --select types --date {DAY} tries it again", done.stderr)
        self.assertNotIn("almanac run", done.stderr)


class Breakers(unittest.TestCase):
    def test_it_ends_as_a_run_does(self):
        days = weekdays("2024-01-01", 2)
        project = moody(days)
        project.run("run")
        for mood, code in (("throws", 4), ("nulls", 5), ("permanent", 1)):
            project.run("diff", "moody", days[1], json=False, code=code,
                        env={"MOOD": mood, "MOOD_DATE": days[1]})


class Nondeterministic(unittest.TestCase):
    def test_another_result_of_the_same_key(self):
        project = week.copy()
        project.edit(DOUBLED, HALF, "static int64_t calls = reinterpret_cast<int64_t>(new int);"
                                    " record[half] = price / 2 + static_cast<double>(calls);")
        project.run("run", "--select", "doubled", "--date", DAY)
        done = project.run("diff", "doubled", DAY, code=6).json
        self.assertEqual((done["equal"], done["same_key"], done["changed"]), (False, True, []))
        self.assertEqual(column(done, "half")["differing"], 3)
        self.assertIn("not deterministic",
                      project.run("diff", "doubled", DAY, json=False, code=6).stdout)


if __name__ == "__main__":
    unittest.main()
