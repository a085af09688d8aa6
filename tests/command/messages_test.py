#!/usr/bin/env python3
"""What people read: help, refusals that name the way out, and the words of the reports."""
import shutil
import unittest

from project import Project, moody, new_folder, weekdays

TODAY, DAY, LAST = "2024-05-08", "2024-05-01", "2024-05-07"
MANY = weekdays("2024-01-01", 8)

# Of twenty-one stations one fails.
PICKY = """#include <almanac/calculation.h>
#include <stdexcept>
using namespace almanac;
struct Picky : PerEntity {
  Picky() { lines({"outdoor"}), tags({"slow"}); }
  Table readings = dataset("readings");
  In<double> celsius = readings["celsius"];
  Table before = previous();
  In<double> old = before["value"];
  Parameter<double> limit = parameter("limit", 99.0);
  Key<std::string_view> station = key("station");
  Out<double> value = column("value").sparse();
  Out<int64_t> one = column("one").constant();
  void process(const Entity& entity, Output& out) const override {
    if (entity.id<std::string_view>() == "s7") throw std::runtime_error("it rains");
    if (entity.rows(readings).empty()) return;
    Record record = out.add();
    record[value] = entity.rows(readings)[0][celsius] + limit;
    record[one] = 1;
  }
};
ALMANAC_CALCULATION(Picky, "weather", "picky")
"""


def setUpModule():
    global starter
    starter = Project.example("starter")
    starter.today = TODAY
    rows = "".join(f"{DAY},s{n},0,{n}.5\n" for n in range(20))
    data = starter.root / "data/readings.csv"
    data.write_text(data.read_text() + rows)
    starter.write("calculations/weather/picky.cc", PICKY)
    toml = starter.root / "almanac.toml"
    toml.write_text(toml.read_text() + "\n[calculation.picky.parameters]\nlimit = 1\n")
    starter.run("run")


def text(*args, code=0, project=None):
    done = (project or starter).run(*args, json=False, code=code)
    return done.stderr if code else done.stdout


class CommandLine(unittest.TestCase):
    def test_help(self):
        main = text("help")
        self.assertEqual(main, text("--help"))
        self.assertIn("Exit codes: 0 done", main)
        plan = text("help", "plan")
        for expected in ("up to yesterday", "+a with all that it needs", "category:x"):
            self.assertIn(expected, plan)

    def test_what_is_near_nothing_is_not_guessed_at(self):
        for args, says in (
                ("explain zzzzzzz " + DAY,
                 'unknown calculation "zzzzzzz"; `almanac list` shows all there are'),
                ("plan --select tag:nosuch", 'unknown tag "nosuch"; there is "slow"'),
                ("plan --line nosuch", 'unknown product line "nosuch"; there is "outdoor"'),
                ("plan --select category:zzz", 'unknown category "zzz"; there is "weather"'),
                ("zzzzzzz", 'unknown command "zzzzzzz"; see almanac --help'),
                ("plan --zzzzzzz", 'plan: unknown option "--zzzzzzz"; see almanac plan --help')):
            said = text(*args.split(), code=2)
            self.assertIn(says, said)
            self.assertNotIn("did you mean", said)

    def test_refusals_name_the_command_and_the_nearest(self):
        for args, says in (
                ("plan --slect x",
                 'almanac: plan: unknown option "--slect"; did you mean "--select"?'),
                ("list here", 'almanac: list: takes no "here"'),
                ("--jsn list", 'almanac: list: unknown option "--jsn"'),
                ("runn --json", 'almanac: unknown command "runn"; did you mean "run"?'),
                ("show", "almanac: show: calculation is required"),
                ("run -j 0", "--jobs: Value 0 not in range 1 to 1024"),
                ("run -j -1", "not in range"),
                ("build -j 100000", "not in range"),
                ("verify --sample 0", "--sample: Value 0 not in range"),
                ("explain weather/piky 2024-05-01", 'did you mean "weather/picky"?')):
            self.assertIn(says, text(*args.split(), code=2))


    def test_a_variable_that_is_not_set_does_not_mean_everything(self):
        project = starter.copy()
        before = project.files()
        for args in (["run", "--select", ""], ["run", "--date", ""], ["run", "--from", ""],
                     ["run", "--to="], ["run", "--select=", "--date", DAY], ["run", ""],
                     ["retry", "--select", ""], ["report", "--html", ""], ["status", "-C", ""],
                     ["dlq", "list", "--code", ""], ["explain", "", DAY], ["init", ""]):
            said = text(*args, code=2, project=project)
            self.assertRegex(said, "^almanac: [a-z ]*:? ?(-C|--[a-z]+|[a-z]+) has an empty value; ",
                             args)
        self.assertIn("run: --date has an empty value; give one, or leave --date out to take the "
                      "default; see almanac run --help", text("run", "--date", "", code=2))
        self.assertEqual(project.files(), before)


class Init(unittest.TestCase):
    def init(self, folder, code=0, example="starter"):
        return text("init", str(folder), "--example", example, code=code)

    def test_a_folder_that_is_not_empty(self):
        folder = new_folder()
        (folder / "notes.txt").write_text("hello")
        self.assertIn('is not empty: it has "notes.txt"', self.init(folder, code=2))
        self.assertEqual([p.name for p in folder.iterdir()], ["notes.txt"])

    def test_what_is_a_project_already(self):
        folder = new_folder() / "mine"
        self.init(folder)
        self.assertEqual((folder / ".gitignore").read_text(), ".almanac/\n")
        self.assertIn("almanac.toml exists", self.init(folder, code=2))
        shutil.rmtree(folder / "data")
        self.init(folder)  # completed
        self.assertTrue((folder / "data/readings.csv").exists())
        (folder / "almanac.toml").write_text("[project]\n")
        self.assertIn("almanac.toml exists", self.init(folder, code=2))

    def test_the_name_is_that_of_the_folder(self):
        for folder, name in (("weather", "weather"), ("With Blank", "starter")):
            folder = new_folder() / folder
            self.init(folder)
            toml = (folder / "almanac.toml").read_text()
            self.assertIn(f'\nname     = "{name}"           # default: the folder\'s name\n', toml)
        self.assertIn("dir has an empty value", self.init("", code=2))

    def test_help_names_all_examples(self):
        self.assertRegex(" ".join(text("init", "--help").split()),
                         "by default starter; there are energy, portfolio, starter")

    def test_a_project_without_calculations_says_so(self):
        project = Project(new_folder() / "mine")
        self.init(project.root)
        shutil.rmtree(project.root / "calculations")
        for command in ("list", "dag"):
            self.assertEqual(text(command, project=project),
                             "there are no calculations; add one as calculations/ID.cc\n")

    def test_what_comes_next(self):
        folder = new_folder() / "with blank"
        self.assertIn(f"almanac -C '{folder}' run", self.init(folder))
        folder = new_folder() / "demo"
        self.assertIn(f"almanac sample --users 1000 --days 5 --out {folder}/data",
                      self.init(folder, example="portfolio"))


class Manifest(unittest.TestCase):
    def test_show(self):
        shown = text("show", "weather/picky")
        for line in ("lines   outdoor", "tags    slow", "streams station string",
                     "puts    value float64, sparse", "puts    one int64, constant",
                     "takes   limit float64 = 1 (almanac.toml)", "reads   own previous result"):
            self.assertIn(line, shown)
        self.assertIn("takes   limit float64 = 10 (default)", text("show", "warm_spell"))

    def test_rows_of_a_result(self):
        lines = text("show", "warm_spell", "--date", LAST, "--rows", "1").splitlines()
        self.assertEqual([line.split() for line in lines[:2]],
                         [["station", "warm_days"], ["harbour", "3"]])
        self.assertEqual(lines[2:], ["and more; --rows N shows so many"])
        document = starter.run("show", "warm_spell", "--date", LAST).json
        self.assertEqual(document["rows"][0], {"station": "harbour", "warm_days": 3})
        self.assertEqual((document["date"], document["more"]), (LAST, False))
        self.assertIn("almanac explain warm_spell 2024-06-01 says why",
                      text("show", "warm_spell", "--date", "2024-06-01", code=2))

    def test_columns_are_counted_in_characters(self):
        project = starter.copy()
        data = project.root / "data/readings.csv"
        data.write_text(data.read_text() + f"{LAST},Übersee,0,9.5\n")
        project.run("run")
        lines = text("show", "daily_range", "--date", LAST, project=project).splitlines()
        self.assertEqual({len(line) for line in lines}, {len(lines[0])})
        long = "long" * 10
        project.write(f"calculations/weather/{long}.cc", PICKY.replace('"picky"', f'"{long}"'))
        lines = text("list", project=project).splitlines()
        self.assertEqual({line.index("per_entity") for line in lines},
                         {lines[0].index("per_entity")})

    def test_dag(self):
        self.assertIn("picky <- data readings, itself on the latest day before that has it", text("dag"))
        document = starter.run("dag").json
        self.assertEqual(document["datasets"], ["readings"])
        self.assertIn({"dataset": "readings", "by": "picky"}, document["reads"])
        self.assertIn("data:readings --> picky", text("dag", "--format", "mermaid"))

    def test_categories(self):
        plan = starter.run("plan", "--select", "category:weather").json
        self.assertEqual(plan["totals"]["stable"], 21)
        plan = starter.run("plan", "--select", "weather/picky").json
        self.assertEqual(plan["totals"]["stable"], 7)
        self.assertIn('unknown category "wether"; did you mean "weather"?',
                      text("plan", "--select", "category:wether", code=2))


class Words(unittest.TestCase):
    def test_explain(self):
        explained = text("explain", "picky", DAY)
        self.assertTrue(explained.startswith(f"picky {DAY}: up to date, unchanged\n"))
        self.assertIn("22 entities, 1 failed, 21 rows", explained)
        self.assertIn("failed: station s7: it rains", explained)
        self.assertNotIn("root cause", explained)
        self.assertRegex(explained, r"history +absent\n")
        self.assertEqual(starter.run("explain", "weather/picky", DAY).json["calculation"], "picky")

    def test_status(self):
        status = text("status")
        self.assertRegex(status, r"up to date +21\n")
        self.assertIn("21 computed\n", status)
        self.assertIn("cells of the last run that lack entities that failed: 1;", status)

    def test_a_state_has_one_word_everywhere(self):
        project = moody(MANY[:2])
        ran = project.run("run", env={"FRAGILE": "1"}, code=1, json=False).stdout
        page = project.root / "report.html"
        text("report", "--html", str(page), project=project)
        for said in (ran, text("plan", project=project), text("status", project=project),
                     text("report", project=project),
                     page.read_text().replace("o-failedDependency", ""),  # a style
                     text("explain", "after", MANY[0], project=project)):
            self.assertIn("failed upstream", said)
            self.assertNotIn("failedDependency", said)

    def test_what_a_run_did_is_said_alike_by_all(self):
        project = starter.copy()
        project.edit("calculations/weather/daily_range.cc",
                     "low = std::min(low, degree);", "if (degree < low) low = degree;")
        self.assertRegex(text("run", project=project), r"computed +7\n  stable +7\n  up to date +7\n")
        self.assertIn("7 computed, 7 stable, 7 up to date\n", text("status", project=project))
        page = project.root / "report.html"
        text("report", "--html", str(page), project=project)
        self.assertIn("<td>7 computed, 7 stable, 7 up to date</td>", page.read_text())

    def test_a_detail_of_one_date_is_not_said_of_all(self):
        project = moody(MANY[:3])
        for date in MANY[1:3]:
            project.remove(f"data/readings/date={date}")
        toml = project.root / "almanac.toml"
        toml.write_text(toml.read_text().replace("dataset:readings", "weekdays"))
        project.today = MANY[3]
        self.assertRegex(text("plan", "--select", "calm", project=project),
                         f"calm +2 +[a-z]+ +{MANY[1]} to {MANY[2]} +[a-z_]+, the first: .*{MANY[1]}")

    def test_rows_of_a_plan_add_up_to_its_totals(self):
        project = moody(MANY)
        project.run("run", env={"FRAGILE": "1"}, code=None)
        lines = [line.split() for line in text("plan", project=project).splitlines()[1:]]
        end = lines.index([])
        totals = {tuple(line[:-1]): int(line[-1]) for line in lines[:end]}
        sums = {}
        for line in lines[end + 1:]:
            word = tuple(line[2:next(i for i, x in enumerate(line) if x in MANY)])
            sums[word] = sums.get(word, 0) + int(line[1])
        self.assertEqual({word: totals[word] for word in sums}, sums)
        blocked = next(c for c in project.run("plan").json["cells"]
                       if c["reason"] == "breaker_open")
        explained = text("explain", blocked["calculation"], blocked["date"], project=project)
        self.assertIn("is stopped after failures in a row; correct it and run again, or almanac "
                      "retry", explained)


if __name__ == "__main__":
    unittest.main()
