#!/usr/bin/env python3
"""What temporal/README.md shows is code that is built, and names that there are; the tests that
tests/temporal_suite/features.md names are there, too."""
import pathlib
import re
import textwrap
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = (ROOT / "temporal" / "README.md").read_text()
EXAMPLES = sorted((ROOT / "examples" / "temporal").glob("*.*"))
MOST_COLUMNS = 100


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.S | re.M)


def holds(text, block):
    """Whether the block's lines follow each other in the text, at one indentation."""
    wanted = block.rstrip("\n").split("\n")
    lines = text.split("\n")
    for begin in range(len(lines) - len(wanted) + 1):
        if textwrap.dedent("\n".join(lines[begin:begin + len(wanted)])) == "\n".join(wanted):
            return True
    return False


class Readme(unittest.TestCase):
    def test_code_is_that_of_the_examples(self):
        texts = [path.read_text() for path in EXAMPLES]
        self.assertGreater(len(blocks("cpp")), 5)
        for block in blocks("cpp"):
            self.assertTrue(any(holds(text, block) for text in texts),
                            f"not in examples/temporal, line by line:\n{block}")

    def test_headers_are_there(self):
        headers = re.findall(r"`(temporal/[\w/]+\.h)`", README)
        self.assertGreater(len(headers), 5)
        for header in headers:
            self.assertTrue((ROOT / header).is_file(), header)

    def test_functions_are_there(self):
        text = "\n".join(path.read_text() for path in (ROOT / "temporal").rglob("*.h"))
        names = re.findall(r"`(?:\w+::)*(\w+)\(\)`", README)
        self.assertGreater(len(names), 20)
        for name in names:
            self.assertRegex(text, rf"\b{name}\(", name)

    def test_tests_of_features_are_there(self):
        text = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*_test.cc"))
        listed = (ROOT / "tests" / "temporal_suite" / "features.md").read_text()
        names = re.findall(r"`(\w+)\.(\w+)`", listed)
        self.assertGreater(len(names), 60)
        for suite, name in names:
            self.assertRegex(text, rf"TEST(_F|_P)?\({suite}, {name}\)", f"{suite}.{name}")

    def test_lines_are_short(self):
        self.assertEqual([line for line in README.split("\n") if len(line) > MOST_COLUMNS], [])


if __name__ == "__main__":
    unittest.main()
