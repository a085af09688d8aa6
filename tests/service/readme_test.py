#!/usr/bin/env python3
"""What README.md and the starter's almanac.toml say of services holds on a real Temporal server."""
import pathlib
import re
import subprocess
import unittest

from service import Server, Worker, end
from project import ALMANAC, Project, new_folder

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text()


def setUpModule():
    global server
    server = Server()
    unittest.addModuleCleanup(server.stop)


class Readme(unittest.TestCase):
    def starter(self):
        project = Project(new_folder() / "starter", today="2025-01-01")
        project.run("init", str(project.root), cwd="/")
        return project

    def run_on_the_service(self, project):
        worker = Worker(project)
        self.addCleanup(worker.process.stdout.close)
        self.addCleanup(end, worker.process)
        worker.ready()
        self.assertIn(f"at {server.address}", worker.said())
        self.assertGreater(project.run("run").totals()["computed"], 0)
        self.assertEqual(project.run("submit").json["run_id"], None)

    def test_its_section_of_the_project_file(self):
        section = re.search(r"```toml\n(\[engine\].*?)```", README, re.S)[1]
        project = self.starter()
        toml = project.root / "almanac.toml"
        toml.write_text(toml.read_text() + section.replace("localhost:7233", server.address))
        self.run_on_the_service(project)

    def test_the_section_of_the_starter(self):
        project = self.starter()
        toml = project.root / "almanac.toml"
        before, section = toml.read_text().split("# [engine]\n")
        section = re.sub("^# ", "", "# [engine]\n" + section, flags=re.M)
        section = section.replace('"embedded"', '"temporal"')
        toml.write_text(before + section.replace("localhost:7233", server.address))
        self.run_on_the_service(project)

    def test_its_commands_are_there(self):
        listed = subprocess.run([ALMANAC, "help"], capture_output=True, text=True).stdout
        blocks = "".join(re.findall(r"^```\n(.*?)^```$", README, re.S | re.M))
        for line in re.findall(r"^almanac (.*)$", blocks, re.M):
            for command in re.split(r" \| ", line.split("  ")[0]):
                if command != "help":
                    self.assertRegex(listed, rf"(?m)^  {command.split()[0]} ", line)
        for command, option in re.findall(r"almanac (\w+) (--\w+)", README):
            said = subprocess.run([ALMANAC, command, "--help"], capture_output=True, text=True)
            self.assertIn(option, said.stdout, command)

    def test_its_server(self):
        found = subprocess.run([ROOT / "tools/devserver", "--find"], capture_output=True, text=True)
        self.assertTrue(pathlib.Path(found.stdout.strip()).is_file(), found.stderr)
        options = subprocess.run([server.binary, "server", "start-dev", "--help"],
                                 capture_output=True, text=True).stdout
        self.assertIn("--db-filename", options)


if __name__ == "__main__":
    unittest.main()
