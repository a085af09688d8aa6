#!/usr/bin/env python3
"""The reference pipeline on data that its authors did not think of: anything in the documented layout
works, and agrees with reference.py."""
import datetime
import math
import pathlib
import random
import subprocess
import sys
import unittest

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "command"))

import reference  # noqa: E402
from project import Project, weekdays  # noqa: E402

DAYS = weekdays("2020-01-06", 300)
TODAY = DAYS[-1]


def day(text):
    return datetime.date.fromisoformat(text)


def write_prices(project, closes):
    """closes: {ticker: [close, None for a null, or "" for no row]}, one for each of DAYS."""
    project.remove("data/prices")
    years = {}
    for i, date in enumerate(DAYS):
        for ticker, series in closes.items():
            if series[i] != "":
                years.setdefault(date[:4], []).append((day(date), ticker, series[i]))
    for year, rows in years.items():
        folder = project.root / f"data/prices/year={year}"
        folder.mkdir(parents=True)
        dates, tickers, values = zip(*rows)
        pq.write_table(pa.table({
            "date": pa.array(dates, pa.date32()), "ticker": pa.array(tickers),
            "open": pa.nulls(len(rows), pa.float64()), "close": pa.array(values, pa.float64()),
            "volume": pa.nulls(len(rows), pa.int64())}), folder / "prices.parquet")


def walk(seed, start=100.0):
    random.seed(seed)
    series = [start]
    while len(series) < len(DAYS):
        series.append(round(series[-1] * math.exp(random.gauss(0, 0.02)), 4))
    return series


def lots(rows, price="price", ids=pa.int32(), ticker=None):
    """A table of lots from (user, ticker, units, open_date, open_price, price)."""
    users, tickers, units, opened, paid, now = zip(*rows)
    invested = [u * p for u, p in zip(units, paid)]
    value = [None if n is None else u * n for u, n in zip(units, now)]
    profit = [None if v is None else v - i for v, i in zip(value, invested)]
    return pa.table({
        "user_id": pa.array(users, ids),
        "position_id": pa.array([u * 2**20 + i for i, u in enumerate(users)], pa.int64()),
        "ticker": pa.array(tickers).cast(ticker or pa.dictionary(pa.int32(), pa.string())),
        "is_buy": pa.array([True] * len(rows)), "units": pa.array(units, pa.float64()),
        "open_date": pa.array([day(d) for d in opened], pa.date32()),
        "open_price": pa.array(paid, pa.float64()), price: pa.array(now, pa.float64()),
        "invested": pa.array(invested, pa.float64()),
        "net_profit": pa.array(profit, pa.float64()), "value": pa.array(value, pa.float64()),
        "net_profit_pct": pa.nulls(len(rows), pa.float64())})


class AnyData(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = Project.example("portfolio")
        cls.base.today = weekdays(TODAY, 2)[-1]
        closes = {f"T{i:02}": walk(i) for i in range(4)} | {"SP500": walk(99, 3000.0)}
        gone = walk(5)
        closes["GAP"] = gone[:20] + [""] * 260 + gone[280:]
        closes["NULL"] = walk(6)[:40] + [None] + walk(6)[41:]
        closes["ALSO.NULL"] = walk(7)[:50] + [None] + walk(7)[51:]
        closes["ZERO"] = walk(8)[:60] + [0.0] + walk(8)[61:]
        closes["INF"] = walk(9)[:70] + [math.inf] + walk(9)[71:]
        closes["TWIN-A"], closes["TWIN-B"] = walk(10), [2 * x for x in walk(10)]
        cls.closes = closes
        write_prices(cls.base, closes)
        cls.base.run("build")

    def setUp(self):
        self.project = self.base.copy()

    def put(self, table, part=0, dataset="positions", date=TODAY):
        folder = self.project.root / f"data/{dataset}/date={date}"
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, folder / f"part-{part}.parquet")

    def agrees(self, select, first=TODAY):
        done = subprocess.run(
            [sys.executable, "-B", HERE / "reference.py", self.project.root, "--from", first,
             "--to", TODAY, "--select", select], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])

    def users_agree(self):
        self.project.run("run", "--date", TODAY)
        self.agrees(",".join(reference.TABLES))

    def test_prices_with_gaps_nulls_zeroes_and_twins(self):
        wanted = "price_extractor,last_close,rsi,price_layers,risk_points,risk_geometry"
        self.project.run("run", "--select", wanted)
        self.agrees(wanted, DAYS[0])

    def test_a_thousand_users_who_bought_the_same_today(self):
        price = self.closes["T00"][-1]
        self.put(lots([(u, "T00", 2.0, TODAY, price, price) for u in range(1, 1201)]))
        self.users_agree()

    def test_prices_that_nobody_knows(self):
        self.put(lots([(1, "T00", 1.0, DAYS[-9], 90.0, None), (2, "T01", 1.0, DAYS[-9], 90.0, None),
                       (3, "T01", 1.0, DAYS[-9], 90.0, 95.0)]))
        self.put(lots([(1, "T02", 1.0, DAYS[-9], 90.0, None)], "close_price"), dataset="history")
        self.users_agree()

    def test_a_lot_that_is_opened_and_closed_today(self):
        self.put(lots([(1, "T00", 1.0, DAYS[-9], 90.0, 95.0)]))
        self.put(lots([(1, "T00", 3.0, TODAY, 90.0, 95.0)], "close_price"), dataset="history")
        self.users_agree()

    def test_parts_that_encode_the_same_values_differently(self):
        rows = [(u, "T00", 1.0, DAYS[-9], 90.0, 95.0) for u in range(1, 4)]
        for part, (ids, ticker) in enumerate((
                (pa.int32(), pa.dictionary(pa.int8(), pa.string())),
                (pa.int32(), pa.dictionary(pa.int16(), pa.string())),
                (pa.int64(), pa.string()), (pa.uint32(), pa.large_string()))):
            shifted = [(u + 3 * part, *rest) for u, *rest in rows]
            self.put(lots(shifted, ids=ids, ticker=ticker), part)
        self.users_agree()


if __name__ == "__main__":
    unittest.main()
