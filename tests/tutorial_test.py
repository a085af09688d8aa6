#!/usr/bin/env python3
"""Every command of docs/tutorial.md works as it stands there, in that order, and says what the text
shows. A block `sh` is run by bash; a file named before a block is written; each line of a block `text`
is in what the block before it said, where … stands for anything."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
ALMANAC = pathlib.Path(os.environ.get("ALMANAC", ROOT / "build/release/almanac"))
BLOCK = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.S | re.M)


def blocks():
    return BLOCK.findall((ROOT / "docs/tutorial.md").read_text())


def pattern(line):
    return r"\s+".join(".*".join(map(re.escape, word.split("…"))) for word in line.split())


class Tutorial(unittest.TestCase):
    def test_it_is_as_it_says(self):
        with tempfile.TemporaryDirectory() as folder:
            cwd, said, commands = folder, "", 0
            env = {**os.environ, "PATH": f"{ALMANAC.parent}:{os.environ['PATH']}",
                   "TMPDIR": folder, "ALMANAC_TODAY": "2024-06-01"}
            for file, language, text in blocks():
                if file:
                    (pathlib.Path(cwd) / file).write_text(text)
                elif language == "sh":
                    script = f"set -eo pipefail\n{text}\npwd > {folder}/cwd"
                    done = subprocess.run(["bash", "-c", script], cwd=cwd, env=env, text=True,
                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                    said = done.stdout
                    self.assertEqual(done.returncode, 0, f"{text}\n{said}")
                    cwd = pathlib.Path(folder, "cwd").read_text().strip()
                    commands += len(re.findall(r"^almanac ", text, re.M))
                else:
                    self.assertEqual(language, "text")
                    for line in text.splitlines():
                        self.assertRegex(said, pattern(line), f"not said: {line}")
            self.assertGreater(commands, 15)


if __name__ == "__main__":
    sys.exit(unittest.main())
