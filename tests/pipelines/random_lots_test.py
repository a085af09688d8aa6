#!/usr/bin/env python3
"""All calculations on users' lots that nobody made up by hand: any mixture of longs, shorts, day
trades, lots older than the prices, opened while there is no trading, of stocks that come and go, and
rows that no honest source would give. Agrees with reference.py.

ALMANAC_SEED=N repeats a run."""
import datetime
import math
import os
import random
import subprocess
import sys
import unittest

import pyarrow as pa
import pyarrow.parquet as pq

from any_data_test import DAYS, HERE, TODAY, day, walk, write_prices

import reference
from project import Project, weekdays

SEED = int(os.environ.get("ALMANAC_SEED", random.SystemRandom().randrange(10**6)))
USERS = 120
FIRST = DAYS[-3]
POISON = {"price": (math.inf, -1.0, 0.0, None), "open_price": (0.0, math.nan, None),
          "units": (-1.0, 2e15, math.nan, 0.0, 5e-324),
          "open_date": (datetime.date(2030, 1, 1),), "ticker": ("", "a/b", "X" * 17)}


def closes():
    """Ten stocks: one is listed late, one misses days, one fell to a tenth, two are twins."""
    series = {f"S{i}": walk(SEED + i) for i in range(6)}
    series |= {"LATE": [""] * 250 + walk(SEED + 10)[250:], "SP500": walk(SEED + 11, 4000.0)}
    gaps = walk(SEED + 12)
    series["GAPS"] = [x if i % 7 and i < len(DAYS) - 3 or i >= len(DAYS) - 3 else ""
                      for i, x in enumerate(gaps)]
    series["FALL"] = [x * (0.1 if i > 270 else 1) for i, x in enumerate(walk(SEED + 13))]
    series["TWIN"] = [2 * x for x in series["S0"]]
    return series


class Lots:
    """Lots of all users, by the day on which they are closed; None: still open."""

    def __init__(self, rng, prices):
        self.rng, self.prices = rng, prices
        self.lots = [lot for user in range(1, USERS + 1) for lot in self.of_user(user)]

    def of_user(self, user):
        pace = self.rng.choice((0, 1, 4, 20, 60))
        for number in range(self.rng.randint(0, pace)):
            opened = self.rng.randrange(-3, len(DAYS))
            if self.rng.random() < 0.8:
                opened = max(opened, len(DAYS) - self.rng.randint(1, 90))
            known = [t for t, s in self.prices.items() if s[max(opened, 0)] != "" and t != "SP500"]
            ticker = self.rng.choice(known)
            closed = opened + self.rng.choice((0, 1, 2, 5, 20, 200))
            # Few are closed on a day without a close: where a tenth of the users fail, the cell does.
            while (closed < len(DAYS) and self.prices[ticker][max(closed, 0)] == ""
                   and self.rng.random() < 0.8):
                closed += 1
            yield {"user_id": user, "position_id": user * 2**20 + number, "ticker": ticker,
                   "is_buy": self.rng.random() < 0.8, "opened": opened, "closed": closed,
                   "units": self.rng.choice((0.5, 1.0, 3.0, 1000.0)),
                   "open_price": self.prices[ticker][max(opened, 0)]}

    def snapshot(self, date):
        """Rows of positions: open after the close of the date."""
        return [self.row(lot, date) for lot in self.lots if lot["opened"] <= date < lot["closed"]]

    def closings(self, date):
        return [self.row(lot, date) for lot in self.lots if lot["closed"] == date]

    def row(self, lot, date):
        price = self.prices[lot["ticker"]][date]
        price = price if price != "" else 1.0  # no honest source has it: the user fails
        opened = lot["opened"]
        open_date = day(DAYS[max(opened, 0)])
        if opened < 0:
            open_date -= datetime.timedelta(days=-3 * opened)  # before the first price
        elif lot["position_id"] % 11 == 0 and opened > 0:
            open_date = day(DAYS[opened - 1]) + datetime.timedelta(days=1)  # perhaps a Saturday
        invested = lot["units"] * lot["open_price"]
        profit = (1 if lot["is_buy"] else -1) * lot["units"] * (price - lot["open_price"])
        row = {c: lot[c] for c in ("user_id", "position_id", "ticker", "is_buy", "units",
                                   "open_price")}
        row |= {"open_date": open_date, "price": price, "invested": invested,
                "net_profit": profit, "value": invested + profit, "net_profit_pct": None}
        if lot["position_id"] % 97 == 5:
            column = self.rng.choice(sorted(POISON))
            row[column] = self.rng.choice(POISON[column])
            if column == "price" and row[column] is None:
                row |= {"net_profit": None, "value": None}
        return row


def table(rows, price):
    types = {"user_id": pa.int32(), "position_id": pa.int64(), "ticker": pa.string(),
             "is_buy": pa.bool_(), "units": pa.float64(), "open_date": pa.date32(),
             "open_price": pa.float64(), "price": pa.float64(), "invested": pa.float64(),
             "net_profit": pa.float64(), "value": pa.float64(), "net_profit_pct": pa.float64()}
    rows = sorted(rows, key=lambda row: row["position_id"])
    return pa.table({price if name == "price" else name: pa.array([r[name] for r in rows], type_)
                     for name, type_ in types.items()})


class RandomLots(unittest.TestCase):
    def test_all_tables_agree(self):
        print(f"ALMANAC_SEED={SEED}", flush=True)
        project = Project.example("portfolio")
        project.today = weekdays(TODAY, 2)[-1]
        prices = closes()
        write_prices(project, prices)
        lots = Lots(random.Random(SEED), prices)
        for i, date in enumerate(DAYS):
            for dataset, price, rows in (
                    ("positions", "price", lots.snapshot(i) if date >= FIRST else []),
                    ("history", "close_price", lots.closings(i))):
                if rows:
                    folder = project.root / f"data/{dataset}/date={date}"
                    folder.mkdir(parents=True)
                    pq.write_table(table(rows, price), folder / "part-0.parquet")
        project.run("build")
        project.run("run", "--from", FIRST)
        done = subprocess.run(
            [sys.executable, "-B", HERE / "reference.py", project.root, "--from", FIRST,
             "--to", TODAY, "--select", ",".join(reference.TABLES)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-5000:] + done.stderr[-3000:])
        self.assertIn(f"{3 * len(reference.TABLES)} tables", done.stdout)


if __name__ == "__main__":
    unittest.main()
