#!/usr/bin/env python3
"""The judgement of the classifier and the score: its measures against plain counts, and its page on
2,000 generated users."""
import html.parser
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "command"))
sys.path.insert(0, str(HERE.parent.parent / "pipelines/portfolio/judgement"))
sys.dont_write_bytecode = True

import measures  # noqa: E402
from project import Project, new_folder  # noqa: E402
from tables import RESULTS, read_users  # noqa: E402

DATE = "2022-12-28"
USERS = 2000


def plain_auc(scores, labels):
    """Mann and Whitney: every pair of one with the label and one without."""
    won = pairs = 0
    for score, label in zip(scores, labels):
        for other, other_label in zip(scores, labels):
            if label and not other_label:
                pairs += 1
                won += 1 if score > other else 0.5 if score == other else 0
    return won / pairs


def area_under(points):
    """By trapezoids."""
    return sum((x1 - x0) * (y0 + y1) / 2 for (x0, y0, _), (x1, y1, _) in zip(points, points[1:]))


class Measures(unittest.TestCase):
    def test_auc_is_the_share_of_pairs(self):
        chance = random.Random(7)
        for size, kinds in ((2, 2), (30, 3), (60, 1000), (80, 7)):
            scores = [float(chance.randrange(kinds)) for _ in range(size)]
            labels = [True, False, *(chance.random() < 0.3 for _ in range(size - 2))]
            expected = plain_auc(scores, labels)
            self.assertAlmostEqual(measures.auc(scores, labels), expected, delta=1e-12)
            self.assertAlmostEqual(area_under(measures.roc(scores, labels)), expected, delta=1e-12)
        self.assertEqual(measures.auc([1, 2, 3], [False, True, True]), 1)
        self.assertEqual(measures.auc([5, 5, 5], [False, True, True]), 0.5)
        self.assertIsNone(measures.auc([1, 2], [True, True]))

    def test_intervals_hold_what_they_are_about(self):
        low, high = measures.wilson(81, 263)  # 0.308; Newcombe (1998)
        self.assertAlmostEqual(low, 0.2553, delta=5e-5)
        self.assertAlmostEqual(high, 0.3662, delta=5e-5)
        low, high = measures.auc_interval(0.893, 51, 58)  # Hanley and McNeil (1982): SE 0.032
        self.assertAlmostEqual((high - low) / 2 / measures.Z95, 0.032, delta=6e-4)

    def test_kappa_of_a_known_table(self):
        # Two who agree on 35 of 50: 20 yes, 15 no.
        pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
        self.assertAlmostEqual(measures.kappa(pairs), 0.4)
        self.assertEqual(measures.accuracy(pairs), 0.7)
        found = measures.of_class(pairs, "y")
        self.assertEqual((found["precision"], found["recall"]), (20 / 30, 20 / 25))

    def test_a_thinned_curve_keeps_its_ends_and_its_area(self):
        chance = random.Random(3)
        labels = [chance.random() < 0.2 for _ in range(3000)]
        points = measures.roc([chance.gauss(label, 1) for label in labels], labels)
        thin = measures.thinned(points, 100)
        self.assertLessEqual(len(thin), 100)
        self.assertEqual((thin[0], thin[-1]), (points[0], points[-1]))
        self.assertAlmostEqual(area_under(thin), area_under(points), delta=2e-3)

    def test_medians_and_bins(self):
        self.assertEqual(measures.median([3, None, 1, 2]), 2)
        self.assertEqual(measures.median([4, 1]), 2.5)
        self.assertIsNone(measures.median([None]))
        self.assertEqual(measures.histogram([0, 3.9, 4, 100], 25, 0, 100),
                         [0.5, 0.25, *[0] * 22, 0.25])


class Page(html.parser.HTMLParser):
    """Checks that every tag is closed and nothing is loaded, and reads the tables."""

    def __init__(self, text):
        super().__init__()
        self.open, self.problems, self.tables, self.plots = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("script", "link", "img", "iframe") or "src" in attrs or "href" in attrs:
            self.problems.append(f"loads {tag} {attrs}")
        if tag == "meta":
            return
        self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "svg":
            self.plots.append(attrs)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes something else")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.tables[-1][-1][-1] += data

    def table(self, *head):
        found = [t[1:] for t in self.tables if t[0][:len(head)] == list(head)]
        assert len(found) == 1, (head, [t[0] for t in self.tables])
        return found[0]


class Judgement(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = Project.example("portfolio")
        cls.project.today = "2022-12-29"
        cls.script = cls.project.root / "judgement/judge.py"
        data = cls.project.root / "data"
        cls.project.run("sample", "--users", str(USERS), "--days", "1", "--out", str(data))
        cls.project.run("run", "--date", DATE, "--select", ",".join(RESULTS))
        cls.users = read_users(data, cls.project.root / ".almanac/results", DATE)
        cls.found = json.loads(cls.call("--json"))
        cls.out = new_folder() / "page.html"
        cls.call("--out", cls.out)
        cls.text = cls.out.read_text(encoding="utf-8")
        cls.page = Page(cls.text)

    @classmethod
    def call(cls, *args, code=0):
        done = subprocess.run([sys.executable, cls.script, *args], capture_output=True, text=True,
                              cwd="/")
        if done.returncode != code:
            raise AssertionError(f"{args} gave {done.returncode}\n{done.stderr}")
        return done.stdout or done.stderr

    def test_the_matrix_counts_every_user_once(self):
        matrix, classes = self.found["classes"]["matrix"], self.found["classes"]["classes"]
        self.assertEqual(sum(map(sum, matrix)), USERS)
        for name, row in zip(self.found["classes"]["types"], matrix):
            self.assertEqual(sum(row), sum(u["true_type"] == name for u in self.users))
        for i, name in enumerate(classes):
            self.assertEqual(sum(row[i] for row in matrix),
                             sum(u.get("user_class", "no row") == name for u in self.users))

    def test_the_measures_are_those_of_the_matrix(self):
        found = self.found["classes"]
        matrix, classes = found["matrix"], found["classes"]
        right = sum(row[i] for i, row in enumerate(matrix))  # types and classes in one order
        with_row = USERS - sum(row[-1] for row in matrix)
        self.assertEqual((found["right"], found["with_row"]), (right, with_row))
        self.assertAlmostEqual(found["accuracy"], right / with_row)
        for i, name in enumerate(found["types"]):
            of = found["of_class"][name]
            self.assertAlmostEqual(of["recall"], matrix[i][i] / sum(matrix[i][:-1]))
            self.assertAlmostEqual(of["precision"], matrix[i][i] / sum(row[i] for row in matrix))
        self.assertEqual(classes[-1], "no row")

    def test_the_auc_is_that_of_all_pairs(self):
        scored = [u for u in self.users if u.get("smart_score") is not None]
        labels = [u["smart"] for u in scored]
        expected = plain_auc([u["smart_score"] for u in scored], labels)
        self.assertAlmostEqual(self.found["score"]["auc"], expected, delta=1e-12)
        self.assertEqual((self.found["score"]["scored"], self.found["score"]["smart"]),
                         (len(scored), sum(labels)))
        for shares in self.found["score"]["histogram"].values():
            self.assertAlmostEqual(sum(shares), 1)

    def test_it_finds_what_the_sample_puts_in(self):
        """Far from chance, and from 1: neither is broken, and no label has leaked."""
        self.assertTrue(0.80 < self.found["classes"]["kappa"] < 0.99, self.found["classes"])
        self.assertTrue(0.65 < self.found["score"]["auc"] < 0.95, self.found["score"]["auc"])

    def test_the_page_is_well_formed_and_loads_nothing(self):
        self.assertEqual((self.page.problems, self.page.open), ([], []))
        self.assertNotIn("http:", self.text)
        self.assertNotIn("https:", self.text)
        self.assertLess(len(self.text), 200_000)

    def test_the_page_shows_the_numbers(self):
        matrix = self.page.table("type", "users", "day trader")
        self.assertEqual([[int(cell.split(" ")[0].replace(",", "")) for cell in row[2:]]
                          for row in matrix], self.found["classes"]["matrix"])
        self.assertIn(f"AUC {self.found['score']['auc']:.3f}", self.text)
        self.assertIn(f"kappa {self.found['classes']['kappa']:.3f}", self.text)

    def test_every_plot_has_its_numbers_in_words(self):
        self.assertEqual(len(self.page.plots), 2)
        for plot in self.page.plots:
            self.assertTrue(plot["role"] == "img" and len(plot["aria-label"]) > 40)
        roc = self.page.table("threshold", "of the others", "of the smart")
        self.assertEqual([(float(x), float(y)) for _, x, y in roc],
                         [(round(x, 4), round(y, 4)) for x, y, _ in self.found["score"]["roc"]])
        bins = self.page.table("smart_score", "of the smart", "of the others")
        for row, smart, others in zip(bins, self.found["score"]["histogram"]["smart"],
                                      self.found["score"]["histogram"]["others"], strict=True):
            self.assertEqual(row[1:], [f"{100 * smart:.2f} %", f"{100 * others:.2f} %"])

    def test_the_same_data_give_the_same_page(self):
        again = self.out.with_name("again.html")
        self.call("--date", DATE, "--out", again)
        self.assertEqual(again.read_text(encoding="utf-8"), self.text)
        self.assertEqual(sorted(os.listdir(self.out.parent)), ["again.html", "page.html"])

    def test_without_results_it_says_what_to_do(self):
        self.assertIn("run almanac run first", self.call("--results", new_folder(), code=1))
        self.assertIn("is not published for 2022-12-27", self.call("--date", "2022-12-27", code=1))

    def test_the_example_is_a_page_of_this_script(self):
        text = (self.script.parent / "example.html").read_text(encoding="utf-8")
        page = Page(text)
        self.assertEqual((page.problems, page.open), ([], []))
        self.assertEqual([t[0] for t in page.tables], [t[0] for t in self.page.tables])
        total = sum(int(cell.split(" ")[0].replace(",", ""))
                    for row in page.table("type", "users", "day trader") for cell in row[2:])
        self.assertEqual(total, 20_000)
        said = (self.script.parent.parent / "README.md").read_text(encoding="utf-8")
        for pattern, sentence in ((r"<b>([\d.]+ %)</b> are in the class", "on 2022-12-28: {}"),
                                  (r"kappa ([\d.]+)</b>", "(kappa {})"),
                                  (r"AUC ([\d.]+)</b>", "has an AUC of {}.")):
            self.assertIn(sentence.format(re.search(pattern, text)[1]), " ".join(said.split()))
        self.assertLess(len(text), 200_000)


if __name__ == "__main__":
    unittest.main()
