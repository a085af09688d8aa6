#!/usr/bin/env python3
"""The reference pipeline on real prices and generated users: every published number against
reference.py, which computes the same tables plainly; and the layout of the generated data."""
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "command"))

from project import Project  # noqa: E402


def check(script, *args):
    done = subprocess.run([sys.executable, "-B", HERE / script, *args], capture_output=True,
                          text=True)
    return done.returncode, done.stdout[-3000:] + done.stderr[-3000:]


class RealPrices(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.project = Project.example("portfolio")
        cls.data = cls.project.root / "data"
        cls.project.run("sample", "--users", "300", "--days", "3", "--out", str(cls.data))

    def test_generated_users_have_the_documented_layout(self):
        code, output = check("sample_check.py", self.project.root)
        self.assertEqual(code, 0, output)

    def compare(self, first, last, select):
        code, output = check("reference.py", self.project.root, "--from", first, "--to", last,
                             "--select", select)
        self.assertEqual(code, 0, output)

    def test_users_and_markets_of_the_last_days(self):
        wanted = "price_extractor,price_layers,risk_points,risk_geometry,net_profit,popular_assets"
        self.project.run("run", "--from", "2022-12-23", "--select", wanted)
        self.compare("2022-12-23", "2022-12-28", wanted)

    def test_signals_from_the_first_price_on(self):
        wanted = "price_extractor,rsi,price_layers"
        self.project.run("run", "--to", "2010-04-30", "--select", wanted)
        self.compare("2010-01-04", "2010-04-30", wanted)


if __name__ == "__main__":
    unittest.main()
