#!/usr/bin/env python3
"""almanac report: the document and the page, of a project where all went well and of one where much
went wrong. The page is read as a browser would: every tag is closed, nothing is loaded."""
import html.parser
import os
import re
import shutil
import unittest

from project import Project, WEEK, moody, new_folder, prices_csv, prices_file, small, weekdays

VOID = {"meta"}
HOSTILE = '<script>alert("1")</script> & <b>bold'
OUTCOMES = {"computed", "reused", "skipped", "stable", "pending", "blocked", "failed",
            "failedDependency", "impossible"}

# Fails for one station, rejects a row for a hostile reason; and one that asks the clock.
HOSTILE_CC = """
#include <almanac/calculation.h>
#include <stdexcept>
using namespace almanac;
struct Hostile : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];
  Key<std::string_view> station = key("station");
  Out<double> copy = column("copy");
  void process(const Entity& entity, Output& out) const override {
    const std::string_view id = entity.id<std::string_view>();
    if (id == "s1") entity.reject("<i>old</i> & odd", 2);
    if (id == "s20") throw std::runtime_error("%s\\x01\\xff");
    out.add()[copy] = entity.rows(readings)[0][value];
  }
};
ALMANAC_CALCULATION(Hostile, "mood", "hostile")
""" % HOSTILE.replace('"', '\\"')
CLOCK_CC = """
#include <almanac/calculation.h>
#include <chrono>
using namespace almanac;
struct Clock : PerEntity {
  Table readings = dataset("readings");
  Key<std::string_view> station = key("station");
  Out<double> now = column("now");
  void process(const Entity&, Output& out) const override {
    out.add()[now] = std::chrono::steady_clock::now().time_since_epoch().count() % 1000003;
  }
};
ALMANAC_CALCULATION(Clock, "mood", "clock")
"""


class Page(html.parser.HTMLParser):
    """A page: its text, its tables as lists of rows, and what is wrong with it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.source, self.open, self.problems, self.words = text, [], [], []
        self.tables, self.images = [], []
        self.feed(text)
        self.close()
        self.problems += [f"{tag} is not closed" for tag in self.open]
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.look_at(tag, dict(attrs))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        self.words.append(" ")

    def handle_startendtag(self, tag, attrs):
        self.look_at(tag, dict(attrs))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes something else")
        self.words.append(" ")

    def handle_data(self, data):
        if "style" in self.open:
            if re.search(r"url\(|@import|expression", data):
                self.problems.append("the style loads something")
            return
        self.words.append(data)
        if ("td" in self.open or "th" in self.open) and "svg" not in self.open:
            self.tables[-1][-1][-1] += data

    def look_at(self, tag, attrs):
        if tag in ("script", "link", "img", "iframe", "object", "embed", "base", "form"):
            self.problems.append(f"has a {tag}")
        if tag == "svg":
            self.images.append(attrs)
        for name, value in attrs.items():
            loads = name in ("src", "srcset", "style", "action", "data") or name.startswith("on")
            if loads or (name in ("href", "xlink:href") and not value.startswith("#")):
                self.problems.append(f"{tag} {name}={value}")

    def table(self, head):
        """The rows of the one table whose head begins with these names, by their first column."""
        found = [t for t in self.tables if t[0][:len(head)] == list(head)]
        assert len(found) == 1, (head, [t[0] for t in self.tables])
        return {row[0]: row for row in found[0][1:]}


def page_of(project, *args):
    path = project.root / "report.html"
    project.run("report", "--html", str(path), *args, json=False)
    return Page(path.read_text(encoding="utf-8"))


def setUpModule():
    global week, troubled
    week = small()
    week.run("run")
    troubled = moody(WEEK[:3])
    troubled.edit("almanac.toml", "[runner]", "[runner]\nrepeat_percent = 100")
    troubled.write("calculations/mood/hostile.cc", HOSTILE_CC)
    troubled.write("calculations/mood/clock.cc", CLOCK_CC)
    for number, date in enumerate(WEEK[:3]):
        troubled.write(f"data/readings/date={date}/readings.csv", "station,value\n" +
                       "".join(f"s{s},{s + number}.5\n" for s in range(24)))
    troubled.run("build")
    # One day fails for good, one has too many nulls and is mended, one is well.
    troubled.run("run", "--date", WEEK[0], code=1,
                 env={"MOOD": "permanent", "MOOD_DATE": WEEK[0]})
    troubled.run("run", "--date", WEEK[1], code=None, env={"MOOD": "nulls", "MOOD_DATE": WEEK[1]})
    troubled.run("retry", "--date", WEEK[1])
    troubled.run("run", code=1)


class Documents(unittest.TestCase):
    def test_every_date_and_calculation_adds_up(self):
        for project, cells in ((week, 5 * len(WEEK)), (troubled, 6 * 3)):
            report = project.run("report").json
            self.assertTrue(report["adds_up"])
            self.assertEqual(report["expected"], cells)
            self.assertEqual(set(report["outcomes"]), OUTCOMES)
            for counts in (report["outcomes"], report["totals"]):
                self.assertEqual(sum(counts.values()), cells)
            for line in report["dates"]:
                for counts in (line["outcomes"], line["totals"]):
                    self.assertEqual(sum(counts.values()), report["expected_per_date"])
            for line in report["calculations"]:
                self.assertEqual(sum(line["outcomes"].values()), len(report["dates"]))
                self.assertEqual(sum(s["cells"] for s in line["spans"]), len(report["dates"]))

    def test_what_ran_and_why(self):
        report = week.run("report").json
        self.assertEqual(report["outcomes"]["computed"], 5 * len(WEEK))
        running = next(c for c in report["calculations"] if c["calculation"] == "running")
        self.assertEqual(running["spans"], [
            {"from": WEEK[0], "to": WEEK[-1], "cells": len(WEEK), "outcome": "computed",
             "state": "stable", "reason": "unchanged", "computed_because": "new"}])
        self.assertEqual(running["took"]["computed"], len(WEEK))
        self.assertEqual(running["took"]["rows"], 3 * len(WEEK))
        self.assertEqual([run["computed_here"] for run in report["runs"]], [5 * len(WEEK)])

    def test_what_was_not_computed_and_why(self):
        project = week.copy()
        project.edit("layers/scale.h", "2 * value", "3 * value")
        project.run("run", "--select", "doubled")
        project.edit("layers/scale.h", "3 * value", "2 * value")
        hits = project.run("run", "--select", "doubled").json["totals"]["reused"]
        self.assertEqual(hits, len(WEEK))
        report = project.run("report").json
        self.assertEqual(report["outcomes"]["reused"], hits)
        self.assertEqual([(r["calculation"], r["act"], r["reason"], r["cells"])
                          for r in report["reused"] if r["act"] == "reused"],
                         [("doubled", "reused", "hit", hits)])
        # The same result by other code: what reads it is not computed.
        project.edit("calculations/market/doubled.cc", "price / 2", "price / 4 + price / 4")
        project.run("run")
        report = project.run("report").json
        skipped = {r["calculation"]: (r["act"], r["reason"], r["cells"]) for r in report["reused"]
                   if r["run_id"] == report["latest_run"]}
        self.assertEqual(skipped["running"], ("accepted", "same_result", len(WEEK)))
        self.assertEqual(report["outcomes"]["skipped"], 2 * len(WEEK))
        self.assertIn("the firewall: what it reads came out the same", page_of(project).text)

    def test_the_cell_that_others_wait_for(self):
        project = Project(shutil.copytree(week.root, new_folder() / "gap"), week.today)
        shutil.rmtree(project.root / ".almanac")
        project.remove(prices_file(WEEK[3]))
        report = project.run("report").json
        self.assertEqual([(c["calculation"], c["state"], c["reason"], c["roots"], c["cells"],
                           c["from"], c["to"]) for c in report["causes"]],
                         [("doubled", "impossible", "no_data", 1, 3, WEEK[3], WEEK[3]),
                          ("volumes", "impossible", "no_data", 1, 1, WEEK[3], WEEK[3])])
        self.assertEqual(report["outcomes"]["impossible"], 4)  # trend and running with doubled
        causes = {c["calculation"]: c for c in troubled.run("report").json["causes"]}
        self.assertEqual(set(causes), {"moody"})
        self.assertEqual((causes["moody"]["state"], causes["moody"]["roots"],
                          causes["moody"]["cells"]), ("failed", 1, 3))  # fragile and after, too


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.report = troubled.run("report").json
        cls.page = page_of(troubled)

    def test_is_well_formed_and_loads_nothing(self):
        for page in (self.page, page_of(week)):
            self.assertEqual(page.problems, [])
            self.assertNotIn("http", page.source.replace("http-equiv", ""))
            for image in page.images:
                self.assertTrue(image.get("aria-label") or image.get("aria-hidden") == "true")

    def test_shows_the_numbers_of_the_document(self):
        dates = self.page.table(["date", "computed", "up to date", "failed",
                                 "failed upstream", "sum"])
        names = ("computed", "stable", "failed", "failedDependency")  # the others are 0 everywhere
        for line in self.report["dates"]:
            numbers = [line["outcomes"][name] for name in names]
            self.assertEqual(dates[line["date"]][1:7],
                             [str(n) for n in numbers] + [str(sum(numbers)), "adds up to 6"])
        matrix = self.page.table(["calculation", f"{WEEK[0]} to {WEEK[2]}"])
        self.assertEqual(set(matrix), {f"mood/{c['calculation']}"
                                       for c in self.report["calculations"]})
        for name, n in (("computed", 6), ("failed", 1), ("failed upstream", 2)):
            self.assertIn(f"{n} {name}", self.page.text)
        slowest = self.page.table(["calculation", "time in all"])
        biggest = self.page.table(["calculation", "peak memory"])
        for line in self.report["calculations"]:
            if line["took"] is None:
                continue
            self.assertEqual(slowest[line["calculation"]][6:8],
                             [str(line["took"][n]) for n in ("attempts", "failed_attempts")])
            self.assertEqual(biggest[line["calculation"]][4], str(line["took"]["rows"]))
        runs = self.page.table(["run", "started"])
        self.assertEqual({run["run_id"]: str(run["computed_here"]) for run in self.report["runs"]},
                         {name: row[3] for name, row in runs.items()})

    def test_says_that_it_adds_up(self):
        self.assertIn("It adds up: every one of 18 wanted cells", self.page.text)
        self.assertNotIn("DOES NOT ADD UP", self.page.text)

    def test_texts_of_calculations_are_escaped(self):
        self.assertIn(HOSTILE, self.page.text)
        self.assertIn("\ufffd\ufffd", self.page.text)  # a control character, and no UTF-8
        self.assertIn("<i>old</i> & odd: 6", self.page.text)
        self.assertNotIn("<script", self.page.source)
        self.assertNotIn("<i>", self.page.source)

    def test_what_is_wrong_with_the_data(self):
        self.assertEqual(self.report["rejected"], [
            {"calculation": "hostile", "rows": 6, "cells": 3, "other_reasons": 0,
             "reasons": {"<i>old</i> & odd": 6}}])
        failed, = self.report["failed_entities"]
        self.assertEqual((failed["calculation"], failed["entities"], failed["cells"],
                          failed["of_entities"]), ("hostile", 3, 3, 72))
        finding, = self.report["findings"]
        self.assertEqual((finding["calculation"], finding["date"], finding["mended"]),
                         ("moody", WEEK[1], True))
        self.assertIn("column 'swing'", self.page.text)
        self.assertEqual([c["calculation"] for c in self.report["nondeterministic"]], ["clock"])
        self.assertIn("clock is not deterministic", self.page.text)

    def test_a_failed_cell_comes_with_commands_that_help(self):
        failure, = self.report["failures"]
        self.assertEqual((failure["calculation"], failure["date"], failure["stage"],
                          failure["cause"], failure["attempts"]),
                         ("moody", WEEK[0], "process", "PERMANENT", 1))
        for command in failure["commands"]:
            self.assertIn(command, self.page.text)
        self.assertIn("for good", self.page.text)
        retry = next(c for c in failure["commands"] if " retry " in c)
        project = troubled.copy()
        project.run(*retry.split()[1:])
        report = project.run("report").json
        self.assertEqual((report["failures"], report["outcomes"]["failed"]), ([], 0))

    def test_a_cell_that_was_given_up_says_how_it_comes_back(self):
        project = troubled.copy()
        project.run("dlq", "drop", "moody", WEEK[0])
        failure, = project.run("report").json["failures"]
        self.assertEqual((failure["reason"], failure["dropped"]), ("dropped", True))
        self.assertIn(f"almanac dlq requeue moody {WEEK[0]}", page_of(project).text)


class Ranges(unittest.TestCase):
    def test_only_the_dates_asked_for(self):
        report = week.run("report", "--from", WEEK[1], "--to", WEEK[3]).json
        self.assertEqual([line["date"] for line in report["dates"]], WEEK[1:4])
        self.assertEqual(report["expected"], 15)
        self.assertEqual(sum(c["took"]["computed"] for c in report["calculations"]), 15)

    def test_what_days_leaves_out_is_said(self):
        page = page_of(week, "--days", "2")
        self.assertIn(f"{len(WEEK) - 2} earlier dates of the range left out", page.text)
        self.assertEqual(list(page.table(["date", "computed"])), WEEK[:-3:-1])

    def test_a_selection(self):
        report = week.run("report", "--select", "trend").json
        self.assertEqual([c["calculation"] for c in report["calculations"]], ["trend"])
        self.assertEqual(page_of(week, "--select", "trend").problems, [])

    def test_before_the_first_run(self):
        page = page_of(small(WEEK[:2]))
        self.assertEqual(page.problems, [])
        self.assertIn("10 to do", page.text)
        self.assertIn("latest run none", page.text)

    def test_no_data_and_no_calculations(self):
        project = Project.fixture("small")
        page = page_of(project)
        self.assertEqual(page.problems, [])
        self.assertIn("It adds up", page.text)
        shutil.rmtree(project.root / "calculations")
        self.assertEqual(page_of(project).problems, [])

    def test_many_dates_are_a_small_page(self):
        dates = weekdays("2023-01-02", 130)
        project = week.copy()
        project.remove("data")
        project.today = weekdays(dates[-1], 2)[-1]
        for number, date in enumerate(dates):
            project.write(prices_file(date), prices_csv(number))
        project.run("run", "--select", "volumes,doubled")
        page = page_of(project)
        self.assertEqual(page.problems, [])
        self.assertIn("40 earlier dates of the range left out", page.text)
        self.assertLess(len(page.source), 150_000)


class Text(unittest.TestCase):
    def text(self, project, *args):
        return project.run("report", *args, json=False).stdout

    def test_what_the_latest_run_did_on_each_date(self):
        project = small(WEEK[:3])
        project.run("run", "--to", WEEK[1])
        project.run("run")
        lines = [line.split("  ") for line in self.text(project).splitlines()]
        lines = [[word.strip() for word in line if word.strip()] for line in lines]
        self.assertEqual(lines, [["date", "computed", "up to date", "sum"],
                                 [WEEK[0], "0", "5", "5"], [WEEK[1], "0", "5", "5"],
                                 [WEEK[2], "5", "0", "5"],
                                 ["it adds up: every one of 15 wanted cells is in one column, on "
                                  "each date"]])

    def test_what_it_leaves_out_is_said(self):
        self.assertIn("6 earlier dates are left out; --days says how many of the last are shown\n",
                      self.text(week, "--days", "2"))
        self.assertNotIn("left out", self.text(week))

    def test_what_keeps_cells_from_being_computed(self):
        said = self.text(troubled)
        self.assertRegex(said, "what keeps cells from being computed\n"
                               f"  3 cells by moody, {WEEK[0]}: failed, permanent_error: .*for good")

    def test_root_data_that_cannot_be_read(self):
        project = week.copy()
        project.write(prices_file(WEEK[1]), "ticker,volume\nAAA,7\n")
        self.assertRegex(self.text(project), "root data that cannot be read as declared\n"
                                             f"  {WEEK[1]}  .*prices")

    def test_no_date(self):
        self.assertEqual(self.text(Project.fixture("small")), "no dates, nothing to report\n")


class Files(unittest.TestCase):
    def test_a_dash_is_stdout(self):
        page = week.run("report", "--html", "-", json=False).stdout
        self.assertEqual(Page(page).problems, [])
        self.assertTrue(page.startswith("<!"))
        self.assertFalse((week.root / "-").exists())
        self.assertIn("both write to stdout", week.run("report", "--html", "-", code=2).stderr)

    def test_what_cannot_be_written_is_a_usage_error_and_leaves_nothing(self):
        folder = new_folder()
        for path in (folder / "none" / "report.html", folder):
            done = week.run("report", "--html", str(path), json=False, code=2)
            self.assertIn(str(path), done.stderr)
        self.assertEqual(list(folder.iterdir()), [])
        self.assertEqual([p for p in folder.parent.iterdir() if ".new-" in p.name], [])

    def test_a_new_page_takes_the_place_of_the_old_one(self):
        path = new_folder() / "report.html"
        path.write_text("old")
        before = path.open()
        week.run("report", "--html", str(path), json=False)
        self.assertEqual(before.read(), "old", "who reads the old one reads it to its end")
        before.close()
        self.assertEqual(Page(path.read_text()).problems, [])
        self.assertEqual(os.listdir(path.parent), ["report.html"])

    def test_page_and_document_together(self):
        path = new_folder() / "report.html"
        document = week.run("report", "--html", str(path)).json
        self.assertIn(document["latest_run"], path.read_text())


if __name__ == "__main__":
    unittest.main()
