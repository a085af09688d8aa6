#!/usr/bin/env python3
"""The same result whatever the number of threads and however the dates are cut into runs."""
import unittest

from project import Project, small, weekdays

JANUARY = ("--from", "2010-01-04", "--to", "2010-01-15")
ONLY = ("--select", "price_extractor,rsi")
USERS = ("--from", "2022-12-26", "--to", "2022-12-28", "--select", "net_profit,popular_assets")


def setUpModule():
    global portfolio, prices
    portfolio = Project.example("portfolio")
    portfolio.today = "2022-12-29"
    portfolio.run("sample", "--users", "200", "--days", "3", "--out", "data")
    portfolio.run("build")
    done = portfolio.copy().run("run", *JANUARY, *ONLY, "-j", "1")
    prices = done.hashes()


class Determinism(unittest.TestCase):
    def test_threads(self):
        self.assertEqual(portfolio.copy().run("run", *JANUARY, *ONLY, "-j", "4").hashes(), prices)
        users = [portfolio.copy().run("run", *USERS, "-j", jobs).hashes() for jobs in ("1", "4")]
        self.assertEqual(users[0], users[1])
        self.assertIn(("popular_assets", "2022-12-28"), users[0])
        self.assertNotIn(None, users[0].values())

    def test_a_series_equals_single_dates(self):
        dates = sorted({date for _, date in prices})
        forwards = portfolio.copy()
        for date in dates:
            done = forwards.run("run", "--date", date, *ONLY)
            self.assertEqual(done.hashes(), {c: h for c, h in prices.items() if c[1] == date})
        for date in reversed(dates[::3]):
            alone = portfolio.copy().run("run", "--date", date, "--select", "price_extractor")
            cell = ("price_extractor", date)
            self.assertEqual(alone.hashes()[cell], prices[cell])

    def test_backwards_in_pieces(self):
        days = weekdays("2024-01-01", 20)
        project = small(days)
        expected = project.copy().run("run", "-j", "1").hashes()
        backwards = project.copy()
        hashes = {}
        for first in (15, 10, 5, 0):
            piece = ("--from", days[first], "--to", days[first + 4])
            hashes |= backwards.run("run", *piece, "-j", "4").hashes()
        self.assertEqual(hashes, expected)
        self.assertEqual(backwards.run("run").totals(), {"stable": len(expected)})

    def test_the_sample_is_the_same_for_a_seed(self):
        names = ["one", "two", "three"]
        for name, seed in zip(names, ("7", "7", "8")):
            portfolio.run("sample", "--users", "50", "--days", "2", "--seed", seed, "--out", name)
        one, two, three = ({str(p.relative_to(portfolio.root / n)): p.read_bytes()
                            for p in (portfolio.root / n).rglob("*.parquet")} for n in names)
        self.assertEqual(one, two)
        self.assertNotEqual(one, three)


if __name__ == "__main__":
    unittest.main()
