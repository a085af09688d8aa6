#!/usr/bin/env python3
"""What a calculation throws is the text of a stranger: it must not command the terminal of who reads
it, nor look like lines of the report."""
import unittest

from project import moody, weekdays

DAYS = weekdays("2024-01-01", 2)
THROWN = r'gone \x1b[31mred\x07\nrun 1 computed \xc2\x9b" "2J'
SHOWN = r"gone \x1b[31mred\x07\nrun 1 computed \x9b2J"
TERMINAL = r"""#include <almanac/calculation.h>
#include <stdexcept>
using namespace almanac;
struct Terminal : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];
  Key<std::string_view> station = key("station");
  Out<double> copy = column("copy");
  void process(const Entity& entity, Output& out) const override {
    if (entity.id<std::string_view>() == "s1") {
      entity.reject("worn \x1b[1m out", 2);
      entity.reject("too young", 1);
    }
    if (entity.id<std::string_view>() == "s20") throw std::runtime_error("s20 \x1b[5m\nlost");
    out.add()[copy] = 1 + entity.rows(readings)[0][value];
  }
};
ALMANAC_CALCULATION(Terminal, "mood", "terminal")
"""


def setUpModule():
    global project
    project = moody(DAYS)
    for date in DAYS:
        project.write(f"data/readings/date={date}/readings.csv", "station,value\n" +
                      "".join(f"s{s},{s}.5\n" for s in range(24)))
    project.write("calculations/mood/terminal.cc", TERMINAL)
    project.edit("calculations/mood/moody.cc", 'PermanentError("for good")',
                 'PermanentError("' + THROWN + '")')
    global ran
    ran = project.run("run", code=1, json=False,
                      env={"MOOD": "permanent", "MOOD_DATE": DAYS[0]})


class Terminals(unittest.TestCase):
    def shows(self, args, *texts):
        done = ran if args == ["run"] else project.run(*args, json=False)
        for text in texts:
            self.assertIn(text, done.stdout)
        for said in (done.stdout, done.stderr):
            self.assertEqual([c for c in said if c != "\n" and (c < " " or "\x7f" <= c < "\xa0")],
                             [], args)

    def test_the_run(self):
        self.shows(["run"], SHOWN, r"2 entities failed in 2 cells that succeeded",
                   r"s20 \x1b[5m\nlost")

    def test_explain(self):
        self.shows(["explain", "moody", DAYS[0]], SHOWN)
        self.shows(["explain", "fragile", DAYS[0], "--tree"], SHOWN)

    def test_explain_says_why_rows_were_rejected(self):
        self.shows(["explain", "terminal", DAYS[1]], "3 rejected\n",
                   r"    rejected, 2 rows: worn \x1b[1m out", "    rejected, 1 row: too young\n")

    def test_lists_and_reports(self):
        for args in (["plan"], ["status"], ["report"]):
            self.shows(args, SHOWN)
        self.shows(["dlq", "list"], r"gone \x1b[31mred\x07")


if __name__ == "__main__":
    unittest.main()
