#!/usr/bin/env python3
"""Random graphs and random edits of code, data and project file, through the real ledger, store and
files: what runs leave, one after the other, is what one run from scratch leaves, byte for byte; and a
second run has nothing to do. ALMANAC_SEED=N repeats a failure."""
import os
import random
import shutil
import unittest

from project import Project, new_folder, prices_csv, prices_file, weekdays

DAYS = weekdays("2024-01-01", 7)
EDITS = 24
SEED = int(os.environ.get("ALMANAC_SEED", random.SystemRandom().randrange(10**6)))

TOML = """[project]
name     = "random"
epoch    = {epoch}
calendar = "{calendar}"
[dataset.prices]
path   = "data/prices/date={{date}}/prices.csv"
entity = "ticker"
[dataset.notes]
path        = "data/notes/*.csv"
date_column = "day"
entity      = "ticker"
"""
LAYER = "#pragma once\ninline double scaled(double x) {{ return {factor} * x; }}\n"
# Each node reads the prices and some earlier nodes, in one of the ways in which one can read.
CODE = """#include <almanac/calculation.h>

#include "layers/scale.h"
using namespace almanac;
struct Node : {kind} {{
  Table prices = dataset("prices"){prices};
  In<double> close = prices["close"];
  In<std::string_view> symbol = prices["ticker"];
{reads}
  Key<std::string_view> ticker = key("ticker");
  Out<double> x = column("x").constant();
  Out<double> y = column("y").constant();
  static double sum(const Rows& rows, In<double> column, std::string_view symbol,
                    In<std::string_view> of) {{
    double total = 0;
    for (const Row row : rows) total += row[of] == symbol ? row[column] : 0;
    return total;
  }}
  double value(const Context& day, std::string_view name) const {{
    double total = 0;
    for (const WindowDay at : day.window(prices)) total += sum(at.rows, close, name, symbol);
{uses}
    return total;
  }}
  void process(const {context}& day, Output& out) const override {{
{body}
  }}
}};
ALMANAC_CALCULATION(Node, "{category}", "{id}")
"""
WHOLE = """    for (const Row row : day.rows(prices)) {
      Record record = out.add();
      record[ticker] = row[symbol];
      record[x] = scaled(value(day, row[symbol]));
      record[y] = K;
    }"""
ENTITY = """    Record record = out.add();
    record[x] = scaled(value(day, day.id<std::string_view>()));
    record[y] = K;"""


class Node:
    def __init__(self, rng, number, nodes):
        self.id, self.category, self.k = f"n{number}", rng.choice(("a", "b")), rng.randrange(9)
        self.whole, self.window = rng.random() < 0.4, rng.choice((1, 1, 3))
        self.history = not self.whole and rng.random() < 0.4
        self.notes = not self.whole and rng.random() < 0.4
        self.reads = [(n.id, rng.choice("xy"), rng.choice((1, 2)))
                      for n in rng.sample(nodes, min(len(nodes), rng.choice((0, 1, 2))))]
        self.comment = ""

    def source(self):
        reads, uses = "", ""
        for i, (name, column, window) in enumerate(self.reads):
            reads += (f'  Table t{i} = calculation("{name}").window({window});\n'
                      f'  In<double> c{i} = t{i}["{column}"];\n'
                      f'  In<std::string_view> s{i} = t{i}["ticker"];\n')
            uses += (f"    for (const WindowDay at : day.window(t{i})) "
                     f"total += sum(at.rows, c{i}, name, s{i});\n")
        if self.history:
            reads += '  Table before = previous();\n  In<double> old = before["x"];\n'
            uses += "    for (const Row row : day.rows(before)) total += row[old] / 2;\n"
        if self.notes:
            reads += ('  Table notes = dataset("notes").optional();\n'
                      '  In<int64_t> score = notes["score"];\n')
            uses += "    for (const Row row : day.rows(notes)) total += (double)row[score];\n"
        return self.comment + CODE.format(
            kind="WholeDate" if self.whole else "PerEntity",
            context="Day" if self.whole else "Entity", reads=reads, uses=uses,
            prices=f".window({self.window})" if self.window > 1 else "",
            body=(WHOLE if self.whole else ENTITY).replace("K", str(self.k)),
            category=self.category, id=self.id)


class World:
    """A project and how to change it."""

    def __init__(self, rng):
        self.rng, self.project = rng, Project(new_folder() / "project", weekdays(DAYS[-1], 2)[-1])
        self.project.root.mkdir()
        self.settings = {"epoch": 1, "calendar": "weekdays"}
        self.nodes, self.count = [], 0
        self.notes = {}
        self.write_settings()
        self.project.write("layers/scale.h", LAYER.format(factor=2))
        self.note()
        for number, date in enumerate(DAYS):
            self.project.write(prices_file(date), prices_csv(number))
        for _ in range(5):
            self.add_node()

    def write_settings(self):
        self.project.write("almanac.toml", TOML.format(**self.settings))

    def write_node(self, node):
        for old in self.project.root.glob(f"calculations/*/{node.id}.cc"):
            old.unlink()
        self.project.write(f"calculations/{node.category}/{node.id}.cc", node.source())

    def add_node(self):
        node = Node(self.rng, self.count, self.nodes)
        self.count += 1
        self.nodes.append(node)
        self.write_node(node)
        return f"add {node.id}"

    def change_node(self):
        node = self.rng.choice(self.nodes)
        what = self.rng.choice(("k", "category", "comment", "window"))
        if what == "k":
            node.k = self.rng.randrange(9)
        elif what == "category":
            node.category = "b" if node.category == "a" else "a"
        elif what == "comment":
            node.comment = f"// {self.rng.random()}\n"
        else:
            node.window = 4 - node.window
        self.write_node(node)
        return f"{node.id}: {what}"

    def remove_node(self):
        read = {name for node in self.nodes for name, _, _ in node.reads}
        leaves = [node for node in self.nodes if node.id not in read]
        node = self.rng.choice(leaves)
        if len(self.nodes) < 4:
            return self.add_node()
        self.nodes.remove(node)
        for old in self.project.root.glob(f"calculations/*/{node.id}.cc"):
            old.unlink()
        return f"remove {node.id}"

    def layer(self):
        self.project.write("layers/scale.h", LAYER.format(factor=self.rng.choice((2, 3, "1 + 1"))))
        return "layer"

    def setting(self):
        if self.rng.random() < 0.5:
            self.settings["epoch"] = self.rng.choice((1, 2))
        else:
            self.settings["calendar"] = self.rng.choice(("weekdays", "dataset:prices"))
        self.write_settings()
        return str(self.settings)

    def restate(self):
        date = self.rng.choice(DAYS)
        self.project.write(prices_file(date), prices_csv(
            self.rng.randrange(9), volume=self.rng.randrange(5),
            extra=self.rng.choice((None, "hm"))))
        return f"restate {date}"

    def note(self):
        self.notes[self.rng.choice(DAYS)] = self.rng.randrange(5)
        lines = ["day,ticker,score"] + [f"{d},AAA,{s}" for d, s in sorted(self.notes.items())]
        self.project.write("data/notes/notes.csv", "\n".join(lines) + "\n")
        return f"notes {self.notes}"

    def edit(self):
        return self.rng.choice((self.change_node, self.change_node, self.add_node,
                                self.remove_node, self.layer, self.setting, self.restate,
                                self.restate, self.note))()

    def run_some(self):
        """A run of a part: what it leaves undone or stale must not show at the end."""
        args = []
        if self.rng.random() < 0.5:
            args += ["--select", self.rng.choice(self.nodes).id]
        if self.rng.random() < 0.5:
            args += ["--to", self.rng.choice(DAYS)]
        if self.rng.random() < 0.3:
            args += ["--exact"]
        self.project.run("run", *args)
        return " ".join(["run", *args])


class Incremental(unittest.TestCase):
    def test_equals_from_scratch(self):
        world, story = World(random.Random(SEED)), []
        world.project.run("run")
        for number in range(EDITS):
            story.append(world.edit())
            if world.rng.random() < 0.3:
                story.append(world.run_some())
                continue
            with self.subTest(repeat=f"ALMANAC_SEED={SEED}", story="\n".join(story)):
                self.check(world.project)

    def check(self, project):
        project.run("run")
        again = project.run("run", "--all")
        self.assertEqual(set(again.totals()) - {"stable", "impossible", "blocked"}, set())
        scratch = project.copy()
        for kept in ("ledger.db", "store", "results"):
            if (scratch.root / ".almanac" / kept).exists():
                scratch.remove(f".almanac/{kept}")
        fresh = scratch.run("run", "--all")
        self.assertEqual(again.hashes(), fresh.hashes())
        in_view = set(again.hashes())
        self.assertEqual({f: b for f, (b, _) in project.files("results").items()
                          if self.cell_of(f) in in_view},
                         {f: b for f, (b, _) in scratch.files("results").items()})
        shutil.rmtree(scratch.root)

    @staticmethod
    def cell_of(file):
        _, _, calculation, date, _ = file.split("/")
        return calculation, date[len("date="):]


if __name__ == "__main__":
    print(f"ALMANAC_SEED={SEED}", flush=True)
    unittest.main()
