#!/usr/bin/env python3
"""`cmake --install`: a prefix that stands on its own, and find_package in a user's project."""
import os
import pathlib
import subprocess
import unittest

from project import ALMANAC, Project, new_folder

BUILD = pathlib.Path(ALMANAC).parent
LISTS = """cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES CXX)
find_package(Almanac REQUIRED)
file(WRITE ${CMAKE_BINARY_DIR}/found.txt "${Almanac_DIR}\\n${ALMANAC_COMMAND}\\n")
file(GLOB sources calculations/*/*.cc)
add_library(calculations OBJECT ${sources})
target_link_libraries(calculations PRIVATE Almanac::sdk)
"""


def call(*args, **environment):
    done = subprocess.run(args, capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode != 0:
        raise AssertionError(f"{args} gave {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def setUpModule():
    global prefix, project
    prefix = new_folder() / "prefix"
    call("cmake", "--install", BUILD, "--prefix", prefix)
    project = Project(new_folder() / "mine")
    call(prefix / "bin/almanac", "init", project.root)


class InstallTest(unittest.TestCase):
    def test_the_command_needs_nothing_of_the_build_tree(self):
        dynamic = call("readelf", "-d", prefix / "bin/almanac")
        paths = [line.split("[")[1].rstrip("]") for line in dynamic.splitlines() if "PATH)" in line]
        self.assertEqual([p for p in paths if not p.startswith("$ORIGIN/../lib")], [])
        command = prefix / "bin/almanac"
        self.assertIn("2 calculations", call(command, "-C", project.root, "build"))
        self.assertIn("computed", call(command, "-C", project.root, "run"))
        self.assertEqual(set(project.results()), {"weather/daily_range", "weather/warm_spell"})

    def test_the_licence_comes_along(self):
        self.assertTrue(list(prefix.glob("share/doc/*/LICENSE")))

    def test_find_package(self):
        """With the build tree first on PATH, as while developing: it is no package."""
        project.write("CMakeLists.txt", LISTS)
        tree = new_folder()
        path = f"{BUILD}:{prefix}/bin:{os.environ['PATH']}"
        call("cmake", "-G", "Ninja", "-S", project.root, "-B", tree, PATH=path)
        package, command = (tree / "found.txt").read_text().split()
        self.assertTrue(package.startswith(str(prefix)), package)
        self.assertEqual(pathlib.Path(command), prefix / "bin/almanac")
        call("cmake", "--build", tree)


if __name__ == "__main__":
    unittest.main()
