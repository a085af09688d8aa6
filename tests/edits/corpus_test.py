#!/usr/bin/env python3
"""The corpus of edits fits the reference pipeline, and says of each edit what must be known."""
import collections
import pathlib
import shutil
import tempfile
import unittest

import corpus
import unseen

PORTFOLIO = pathlib.Path(__file__).resolve().parent.parent.parent / "pipelines/portfolio"
SOURCES = ("calculations", "layers")


def texts(folder):
    return {str(file.relative_to(folder)): file.read_text()
            for name in SOURCES for file in (folder / name).rglob("*") if file.is_file()}


def put_back(before, folder):
    now = texts(folder)
    for path in now.keys() - before.keys():
        (folder / path).unlink()
    for path, text in before.items():
        if now.get(path) != text:
            (folder / path).write_text(text)


class Corpus(unittest.TestCase):
    def copy(self):
        folder = tempfile.TemporaryDirectory(prefix="almanac-edits-")
        self.addCleanup(folder.cleanup)
        for name in SOURCES:
            shutil.copytree(PORTFOLIO / name, pathlib.Path(folder.name) / name)
        return pathlib.Path(folder.name)

    def test_each_edit_applies_and_changes_something(self):
        folder, before = self.copy(), texts(PORTFOLIO)
        ways = collections.Counter()
        for edit in (*corpus.EDITS, *unseen.EDITS):
            with self.subTest(edit.name):
                corpus.apply(edit, folder)
                after = texts(folder)
                self.assertNotEqual(after, before)
                ways[edit.calculation, tuple(sorted(after.items()))] += 1
                file = f"{edit.calculation}.cc"
                self.assertEqual(sum(pathlib.Path(path).name == file for path in after), 1)
            put_back(before, folder)
        self.assertEqual([count for count in ways.values() if count > 1], [])

    def test_an_edit_that_does_not_fit_is_refused(self):
        code = "calculations/signals/rsi.cc"
        for edit, said in (
                (corpus.Edit("e", "rsi", ((code, "no such text", ""),), True), "stands 0 times"),
                (corpus.Edit("e", "rsi", ((code, "wilder", ""),), True), r"stands \d+ times"),
                (corpus.Edit("e", "rsi", ((code, "", "text"),), True), "is there already"),
                (corpus.Edit("e", "rsi", (("no.h", "old", "new"),), True), "there is no no.h"),
                (corpus.Edit("e", "rsi", ((code, "Wilder wilder;", "Wilder wilder;"),), True),
                 "becomes itself"),
                (corpus.Edit("e", "rsi", (), True, moves=(("no.cc", "a.cc"),)), "cannot move")):
            with self.assertRaisesRegex(ValueError, said):
                corpus.apply(edit, self.copy())

    def test_names_are_unique(self):
        names = collections.Counter(edit.name for edit in corpus.EDITS)
        self.assertEqual([name for name, count in names.items() if count > 1], [])

    def test_there_are_enough_of_each_kind(self):
        kept = [edit for edit in corpus.EDITS if edit.preserving]
        self.assertGreaterEqual(len(kept), 190)
        self.assertGreaterEqual(len(corpus.EDITS) - len(kept), 190)
        # Those that the compiler proves, and those of which only behaviour tells.
        self.assertGreaterEqual(sum(edit.proved for edit in kept), 25)
        self.assertGreaterEqual(sum(not edit.proved for edit in kept), 150)
        everywhere = {source.stem for source in (PORTFOLIO / "calculations").rglob("*.cc")}
        self.assertEqual({edit.calculation for edit in corpus.EDITS}, everywhere)

    def test_who_alters_says_where(self):
        for edit in corpus.EDITS:
            with self.subTest(edit.name):
                self.assertEqual(edit.preserving, edit.where == "")
                self.assertFalse(edit.proved and not edit.preserving)


if __name__ == "__main__":
    unittest.main()
