#!/usr/bin/env python3
"""Style that can be executed: include rules, banned words, lengths. Also tests itself."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Which folders a folder's files may include; the picture in ARCHITECTURE.md.
MAY_INCLUDE = {
    "sdk": {"almanac"},
    "core": {"core", "almanac"},
    "columns": {"columns", "core", "almanac"},
    "storage": {"storage", "columns", "core", "almanac"},
    "runner": {"runner", "columns", "core", "almanac"},
    "isolation": {"isolation", "storage", "runner", "columns", "core", "almanac"},
    "proto": set(),
    "activities": {"activities", "isolation", "storage", "runner", "columns", "core", "almanac"},
    "workflows": {"workflows", "activities", "temporal"},
    "serving": {"serving", "workflows", "activities", "storage", "core", "almanac", "temporal"},
    "simulator": {"simulator", "serving", "workflows", "activities", "isolation", "storage",
                  "runner", "columns", "core", "almanac", "temporal"},
    "temporal": {"temporal"},
    "tools": {"tools", "simulator", "serving", "workflows", "activities", "isolation",
              "storage", "runner", "columns", "core", "almanac", "temporal"},
}
FOLDERS = set(MAY_INCLUDE) | {"almanac"}

# Clocks, randomness, threads and I/O come into core/ through seams.
BANNED_IN_CORE = re.compile(
    r"system_clock|steady_clock|random_device|\brand\(|\bstd::thread|\bgetenv\(|[io]fstream|"
    r"\bfopen\(|\bunordered_|#include <(iostream|thread|chrono|random|fstream)>")
# Alone it only prints that a property does not hold.
BANNED_IN_TESTS = re.compile(r"^\s*rc::check\(")
BANNED_ANYWHERE = re.compile(r"\b(TODO|FIXME|XXX)\b|catch \(\.\.\.\) *\{ *\}")
MOST_LINES = 450
MOST_COLUMNS = 100


def problems_of(path, text):
    """The problems of one file; path is relative to the repository."""
    folder = path.parts[0]
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{path}:{number}"
        if len(line.rstrip(" \\")) > MOST_COLUMNS and "http" not in line:
            found.append(f"{where}: {len(line)} columns")
        if BANNED_ANYWHERE.search(line):
            found.append(f"{where}: banned: {line.strip()}")
        if folder != "tests" and "sqlite3_exec" in line:
            found.append(f"{where}: prepare statements, do not build them: {line.strip()}")
        said = re.sub(r'"(\\.|[^"\\])*"', '""', line)  # texts may name what they like
        said = said.replace("<chrono>", "") if folder == "workflows" else said
        if folder in ("core", "workflows") and BANNED_IN_CORE.search(said):
            found.append(f"{where}: not in {folder}: {line.strip()}")
        if (folder == "workflows"
                and re.search(r'#include "(activities/(?!contracts\.h)|temporal/(?!workflow/))', line)):
            found.append(f"{where}: workflows know contracts alone: {line.strip()}")
        if folder == "tests" and BANNED_IN_TESTS.search(line):
            found.append(f"{where}: write EXPECT_TRUE(rc::check(...))")
        if (folder == "temporal" and not str(path).startswith("temporal/grpc/")
                and re.search(r'#include [<"](grpc|temporal/grpc/)|\.grpc\.pb\.h', line)):
            found.append(f"{where}: only temporal/grpc speaks gRPC")
        include = re.match(r'\s*#include [<"]([a-z]+)/', line)
        if include and include[1] in FOLDERS and include[1] not in MAY_INCLUDE.get(folder, FOLDERS):
            found.append(f"{where}: {folder} may not include {include[1]}")
    if path.suffix == ".h" and "#pragma once" not in text and "#ifndef" not in text:
        found.append(f"{path}: no include guard")
    if text.count("\n") > MOST_LINES:
        found.append(f"{path}: {text.count(chr(10))} lines; is it still one noun?")
    return found


class Tidy(unittest.TestCase):
    def test_sources(self):
        found = []
        for folder in [*MAY_INCLUDE, "examples", "pipelines", "tests", "bench"]:
            for path in sorted((ROOT / folder).rglob("*")):
                if path.suffix in (".h", ".cc"):
                    found += problems_of(path.relative_to(ROOT), path.read_text())
        self.assertEqual(found, [])

    def test_finds_what_it_looks_for(self):
        bad = {
            "core/a.cc": '#include "storage/ledger.h"\n',
            "core/b.cc": "auto now = std::chrono::steady_clock::now();\n",
            "storage/c.cc": '#include "runner/module.h"\n',
            "runner/m.cc": '#include "isolation/pool.h"\n',
            "isolation/n.cc": '#include "activities/compute.h"\n',
            "sdk/almanac/d.h": '#pragma once\n#include "core/base/hash.h"\n',
            "runner/e.h": "int x;\n",
            "tools/f.cc": "// TO" "DO: later\n",
            "workflows/k.cc": '#include "activities/commit.h"\n',
            "workflows/l.cc": "std::random_device random;\n",
            "core/g.cc": "int x;\n" * 500,
            "storage/i.cc": "sqlite3_exec(db, text, 0, 0, 0);\n",
            "temporal/worker/j.cc": '#include <grpcpp/channel.h>\n',
            "tests/h_test.cc": "  rc::check([] {});\n",
        }
        for path, text in bad.items():
            self.assertEqual(len(problems_of(pathlib.Path(path), text)), 1, path)
        self.assertEqual(problems_of(pathlib.Path("core/a.cc"), 'f("\\"steady_clock");\n'), [])


if __name__ == "__main__":
    unittest.main()
