#!/usr/bin/env python3
"""The shapes of co_await that g++ 12.2 compiles right are the only ones that are written.

A statement with co_await is one of `co_await e;`, `T x = co_await e;`, `x = co_await e;`,
`co_return co_await e;`, with none of { } [ ] ? && || in it. No lambda that captures is a coroutine,
and no coroutine takes a parameter by reference. Also tests itself.
"""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["temporal", "workflows", "simulator", "tests", "bench", "tools", "pipelines"]

SHAPE = re.compile(r"^(co_await .+|co_return co_await .+|[\w:<>,&*\s.\->]+ = co_await .+)$", re.S)
FORBIDDEN = re.compile(r"[{}\[\]?]|&&|\|\|")
SAFE_PARAMETER = re.compile(r"&")


def without_comments_and_strings(text):
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def statement_around(text, at):
    """The statement that holds the position: from behind the last ; { } or label to the next ;"""
    begin = max(text.rfind(mark, 0, at) for mark in ";{}") + 1
    # Only the statement of `while (true) co_await x;`, `if (a) co_await x;`, `else co_await x;`
    head = text[begin:at]
    control = re.match(r"\s*(else\s+)?((while|for|if)\s*\((?:[^()]|\([^()]*\))*\)\s*)?", head)
    begin += control.end()
    end = text.find(";", at)
    return text[begin:end].strip()


def problems_of(path, text):
    text = without_comments_and_strings(text)
    found = []
    for match in re.finditer(r"\bco_await\b", text):
        where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        statement = statement_around(text, match.start())
        if statement.count("co_await") > 1 or not SHAPE.match(statement):
            found.append(f"{where}: not a shape that g++ 12.2 compiles right: {statement}")
        elif FORBIDDEN.search(statement):
            found.append(f"{where}: none of {{ }} [ ] ? && || with co_await: {statement}")
    for match in re.finditer(r"\[[^\[\]]+\]\s*\([^()]*\)[^{;]*->\s*(?:wf::)?Task<", text):
        where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        found.append(f"{where}: a lambda that captures is no coroutine")
    for match in re.finditer(r"(?:wf::)?\bTask<[^;{}()]*>\s+\w+\(([^()]*)\)\s*\{", text):
        body_end = text.find("\n  }", match.end())
        if "co_" in text[match.end():body_end] and SAFE_PARAMETER.search(match[1]):
            where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
            found.append(f"{where}: a coroutine takes its parameters by value: {match[1]}")
    return found


class Coroutines(unittest.TestCase):
    def test_sources(self):
        found = []
        for folder in FOLDERS:
            for path in sorted((ROOT / folder).rglob("*")):
                if path.suffix in (".h", ".cc"):
                    found += problems_of(path.relative_to(ROOT), path.read_text())
        self.assertEqual(found, [])

    def test_finds_what_it_looks_for(self):
        bad = [
            "int x = a ? co_await b : 0;",
            "if (co_await f()) g();",
            "co_await start(Options{1});",
            "co_await f([] { return 1; });",
            "int x = co_await a + co_await b;",
            "return_value(co_await f());",
            "co_await (a || b);",
            "auto f = [this](int x) -> wf::Task<> { return g(); };",
            "  wf::Task<int> run(const std::string& name) {\n    co_return 1;\n  }\n",
        ]
        for text in bad:
            self.assertNotEqual(problems_of("x.cc", text), [], text)
        good = [
            "co_await a;", "int x = co_await a;", "x = co_await a;", "co_return co_await a;",
            "while (true) co_await sleep(60s);", "if (hold > 0) co_await sleep(std::f(hold));",
            "// if (co_await f()) is wrong\n", "wf::Outcome<std::string> b = co_await second;",
            "  wf::Task<int> run(std::string name) {\n    co_return 1;\n  }\n",
            "  wf::Task<> dosig(std::string name) { return steps(name); }\n",
        ]
        for text in good:
            self.assertEqual(problems_of("x.cc", text), [], text)


if __name__ == "__main__":
    unittest.main()
