#!/usr/bin/env python3
"""almanac completions: the scripts, sourced by the shells that are there."""
import os
import pathlib
import shutil
import subprocess
import unittest

from project import ALMANAC, small

CALCULATIONS = ["doubled", "running", "spending", "trend", "volumes"]


def setUpModule():
    global project
    project = small()


def complete(*words, cwd=None):
    """What bash offers in place of the last word."""
    script = """
source <("$ALMANAC" completions bash)
complete -p almanac >/dev/null || exit 9
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_almanac
printf '%s\\n' "${COMPREPLY[@]}"
"""
    path = f"{pathlib.Path(ALMANAC).parent}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-c", script, "bash", "almanac", *words], text=True,
                          capture_output=True, cwd=cwd or project.root, timeout=120,
                          env={**os.environ, "PATH": path, "ALMANAC": ALMANAC})
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"{done.returncode}: {done.stderr}")
    return [line for line in done.stdout.splitlines() if line]


class Bash(unittest.TestCase):
    def test_commands_are_those_of_help(self):
        offered = complete("")
        shown = project.run("help", json=False).stdout.split("Subcommands:\n")[1]
        listed = [line.split()[0] for line in shown.splitlines() if line.startswith("  ")
                  and not line.startswith("   ")]
        self.assertGreater(len(listed), 25)
        self.assertLessEqual(set(listed), set(offered))
        self.assertEqual(set(offered) - set(listed), {"help"})
        self.assertEqual(complete("com"), ["completions"])
        self.assertEqual(complete("help", "di"), ["diff"])

    def test_options(self):
        self.assertEqual(sorted(complete("plan", "--d")), ["--date", "--detailed-exitcode"])
        self.assertIn("-C", complete("-"))
        self.assertIn("-C", complete("run", "-"))  # may stand behind every command
        self.assertNotIn("--detailed-exitcode", complete("run", "-"))

    def test_commands_of_commands(self):
        self.assertEqual(complete("dlq", ""), ["list", "requeue", "drop"])
        self.assertEqual(complete("dlq", "list", "--co"), ["--code"])
        self.assertEqual(complete("dlq", "drop", "tr"), ["trend"])

    def test_values(self):
        self.assertEqual(complete("dag", "--format", ""), ["text", "dot", "mermaid"])
        self.assertEqual(complete("dag", "--format", "=", "m"), ["mermaid"])
        self.assertEqual(complete("completions", ""), ["bash", "zsh", "fish"])
        self.assertEqual(complete("run", "--from", ""), [])  # any date
        self.assertIn("almanac.toml", complete("plan", "-o", "alm"))
        self.assertEqual(complete("-C", "calc"), ["calculations"])

    def test_calculations(self):
        self.assertEqual(sorted(complete("show", "")), CALCULATIONS)
        self.assertEqual(complete("explain", "tr"), ["trend"])
        self.assertEqual(complete("explain", "trend", ""), [])  # a date
        self.assertEqual(complete("diff", "--json", "vol"), ["volumes"])
        self.assertEqual(complete("show", "d", cwd="/"), [])
        self.assertEqual(complete("-C", str(project.root), "show", "d", cwd="/"), ["doubled"])

    def test_selections(self):
        self.assertEqual(complete("run", "--select", "trend,+d"), ["trend,+doubled"])
        self.assertEqual(len(complete("run", "--select", "")), len(CALCULATIONS))


class Shells(unittest.TestCase):
    def script(self, shell):
        return project.run("completions", shell, json=False).stdout

    def test_bash_reads_it(self):
        subprocess.run(["bash", "-n"], input=self.script("bash"), text=True, check=True)

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_reads_it(self):
        subprocess.run(["zsh", "-n"], input=self.script("zsh"), text=True, check=True)

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_fish_reads_it(self):
        subprocess.run(["fish", "--no-execute"], input=self.script("fish"), text=True, check=True)

    def test_all_have_every_command(self):
        for shell in ("bash", "zsh", "fish"):
            for word in ("mermaid", "requeue", "detailed-exitcode"):
                self.assertIn(word, self.script(shell), shell)

    def test_other_shells_are_refused(self):
        self.assertIn("bash", project.run("completions", "tcsh", json=False, code=2).stderr)


if __name__ == "__main__":
    unittest.main()
