#!/usr/bin/env python3
"""No coroutine of this repository has a shape that g++ 12.2 compiles wrong, and the check that says
so, tools/coroutine_check.py, finds what it looks for."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECK = ROOT / "tools" / "coroutine_check.py"
sys.path.insert(0, str(CHECK.parent))

from coroutine_check import problems_of, sources_in  # noqa: E402

FOLDERS = ["temporal", "workflows", "examples", "tests", "bench", "tools", "pipelines"]


class Coroutines(unittest.TestCase):
    def test_sources(self):
        found = []
        for path in sources_in(ROOT / folder for folder in FOLDERS if (ROOT / folder).exists()):
            found += problems_of(path.relative_to(ROOT), path.read_text())
        self.assertEqual(found, [])

    def test_finds_what_it_looks_for(self):
        bad = [
            "int x = a ? co_await b : 0;",
            "if (co_await f()) g();",
            "if ((co_await f()).ok()) g();",
            "while (co_await f()) g();",
            "switch (co_await f()) {}",
            "int x{co_await f()};",
            "co_await start(Options{1});",
            "co_await f([] { return 1; });",
            "int x = co_await a + co_await b;",
            "return_value(co_await f());",
            "co_await (a || b);",
            'log(R"(a " b)"); if (co_await f()) g();',
            "auto f = [this](int x) -> wf::Task<> { return g(); };",
            "auto f = [&](int x) -> temporal::wf::Task<> { co_return; };",
            "auto f = [&] -> Task<> { co_return; };",
            "auto f = [=]() mutable -> wf::Task<int> { co_return 1; };",
            "auto f = [x = a[0]](std::function<int(int)> g) -> ::temporal::wf::Task<> { };",
            "auto f = [n]<class T>(T x) noexcept -> wf::Task<T> { co_return x; };",
            "auto f = [](const std::string& x) -> wf::Task<> { co_return; };",
            "  wf::Task<int> run(const std::string& name) {\n    co_return 1;\n  }\n",
            "wf::Task<int> W::run(const std::string& name) {\n  co_return 1;\n}\n",
            "wf::Task<int> ns::W<int>::run(std::string& name) {\n  co_return 1;\n}\n",
            "wf::Task<int> run(const std::string& name) const {\n  co_return 1;\n}\n",
            "Task<int> run(std::string&& name) const noexcept override {\n  co_return 1;\n}\n",
            "wf::Task<int> run(std::string_view name) {\n  co_return 1;\n}\n",
            "wf::Task<int> run(int a, std::vector<std::string_view> b) {\n  co_return 1;\n}\n",
            "wf::Task<int> run(std::span<const int> a) {\n  co_return 1;\n}\n",
            "wf::Task<int> run(int a = f(1), const B& b = B()) {\n  co_return 1;\n}\n",
            "wf::Task<std::map<int, int>> run(const B& b) { if (x) { y(); }\n co_return m; }\n",
            "wf::Task<> run(B&) {\n  if (x) {\n  }\n  }\n  wf::Task<> f(B& b) { co_return; }",
        ]
        for text in bad:
            self.assertNotEqual(problems_of("x.cc", text), [], text)
        good = [
            "co_await a;", "int x = co_await a;", "x = co_await a;", "co_return co_await a;",
            "while (true) co_await sleep(60s);", "if (hold > 0) co_await sleep(std::f(hold));",
            "switch (x) { case Kind::One: co_await a; default: co_await b; }",
            "// if (co_await f()) is wrong\n", "wf::Outcome<std::string> b = co_await second;",
            'log("if (co_await f())"); log(R"(co_await "f()" ? 1 : 2)");',
            "  wf::Task<int> run(std::string name) {\n    co_return 1;\n  }\n",
            "  wf::Task<> dosig(std::string name) { return steps(name); }\n",
            "  wf::Task<> pass_on(const std::string& name) { return steps(name); }\n",
            "wf::Task<int> W::run(const std::string& name);\nvoid f() { co_return; }\n",
            "wf::Task<> run(std::function<int(const B&)> f, int* p = g(a & b)) { co_return; }\n",
            "auto f = [](int x) -> wf::Task<> { co_return; };",
            "auto f = [&](int x) -> int { return a[x]; };",
            "[[nodiscard]] wf::Task<int> run(int n = int(1)) const { co_return n; }\n",
        ]
        for text in good:
            self.assertEqual(problems_of("x.cc", text), [], text)

    def test_looks_into_folders_from_outside(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "inner", "order.cpp")
            path.parent.mkdir()
            path.write_text("void f() {\n  if (co_await g()) h();\n}\n")
            ended = subprocess.run([sys.executable, "-B", CHECK, folder], capture_output=True,
                                   text=True, check=False)
            self.assertEqual(ended.returncode, 1)
            self.assertIn(f"{path}:2: not a shape", ended.stdout)
            path.write_text("void f() {\n  co_await g();\n}\n")
            ended = subprocess.run([sys.executable, "-B", CHECK, path], capture_output=True,
                                   text=True, check=False)
            self.assertEqual((ended.returncode, ended.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
