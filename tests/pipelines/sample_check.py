#!/usr/bin/env python3
"""Checks user data against its documented layout, row by row.

usage: sample_check.py PROJECT_DIR [DATA_DIR]    (DATA_DIR: where `sample` wrote; default PROJECT_DIR/data)

Exit code 0: all invariants hold; 1: the first broken one is named. Needs pyarrow and numpy.
"""
import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

COLUMNS = ["user_id", "position_id", "ticker", "is_buy", "units", "open_date", "open_price",
           "price", "invested", "net_profit", "value", "net_profit_pct"]
PART_USERS = 25000


class Closes:
    """The closes of pairs of date (days since 1970) and ticker, as arrays; NaN where there is none."""

    def __init__(self, project):
        self.by_ticker = {}
        for file in sorted((project / "data/prices").rglob("*.parquet")):
            table = pq.ParquetFile(file).read(columns=["date", "ticker", "close"])
            days = table["date"].cast(pa.int32()).to_pylist()
            for day, ticker, close in zip(days, table["ticker"].to_pylist(),
                                          table["close"].to_pylist()):
                self.by_ticker.setdefault(ticker, np.full(40000, np.nan))[day] = close

    def of(self, days, tickers):
        """`tickers` is a dictionary array."""
        all_closes = np.array([self.by_ticker[t] for t in tickers.dictionary.to_pylist()])
        return all_closes[tickers.indices.to_numpy(), days]


def check_part(file, price_name, prices, users):
    """Checks one file and returns its position ids."""
    def must(condition, what):
        if not np.all(condition):
            sys.exit(f"{file}: {what}")

    table = pq.ParquetFile(file).read()
    must(table.column_names == [price_name if c == "price" else c for c in COLUMNS], "columns")
    types = [table.schema.field(c).type for c in table.column_names]
    must(types[:2] == [pa.int32(), pa.int64()] and pa.types.is_dictionary(types[2])
         and types[3] == pa.bool_() and types[5] == pa.date32(), "types")
    must([c.null_count for c in table.columns] == [0] * len(types), "a null")
    c = {name: table[name].to_numpy() for name in
         ("user_id", "position_id", "units", "open_price", price_name, "invested", "net_profit",
          "value", "net_profit_pct", "is_buy")}
    date = np.datetime64(file.parent.name.removeprefix("date=")).astype(int)
    opened = table["open_date"].cast(pa.int32()).to_numpy()
    tickers = table["ticker"].combine_chunks()
    if isinstance(tickers, pa.ChunkedArray):  # a file without rows
        tickers = pa.array([], types[2])
    part = int(file.stem.removeprefix("part-"))
    must((c["user_id"] > part * PART_USERS) & (c["user_id"] <= (part + 1) * PART_USERS)
         & (c["user_id"] <= users), "a user of another part")
    must(np.diff(c["position_id"]) > 0, "position_id is not ascending")
    must(c["position_id"] >> 20 == c["user_id"], "position_id is not of the user")
    must(c["units"] > 0, "units of 0")
    last_open = 1 if price_name == "price" else 0
    must(opened < date + last_open, "open_date is too late")
    if len(opened) > 0:
        must(prices.of(opened, tickers) == c["open_price"],
             "open_price is not the close of open_date")
        must(prices.of(np.full(len(opened), date), tickers) == c[price_name],
             f"{price_name} is not the close")
    sign = np.where(c["is_buy"], 1.0, -1.0)
    must(c["invested"] == c["units"] * c["open_price"], "invested")
    must(c["net_profit"] == sign * c["units"] * (c[price_name] - c["open_price"]), "net_profit")
    must(c["value"] == c["invested"] + c["net_profit"], "value")
    must(c["net_profit_pct"] == 100 * c["net_profit"] / c["invested"], "net_profit_pct")
    return c["position_id"]


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    project = pathlib.Path(sys.argv[1])
    data = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else project / "data"
    prices = Closes(project)
    users = pq.ParquetFile(data / "users.parquet").metadata.num_rows
    parts = (users - 1) // PART_USERS + 1
    counts = {"positions": 0, "history": 0}
    dates = {t: sorted(p.name for p in (data / t).iterdir()) for t in counts}
    closed, open_now = np.array([], np.int64), {}
    for table, price_name in (("history", "close_price"), ("positions", "price")):
        for name in dates[table]:
            files = sorted((data / table / name).iterdir())
            if [f.name for f in files] != [f"part-{i:05}.parquet" for i in range(parts)]:
                sys.exit(f"{data / table / name}: expected {parts} parts, found {files}")
            ids = np.concatenate([check_part(f, price_name, prices, users) for f in files])
            counts[table] += len(ids)
            if table == "history":
                closed = np.concatenate([closed, ids])
            else:
                open_now[name] = ids
    if len(np.unique(closed)) != len(closed):
        sys.exit("a lot is closed twice")
    names = dates["positions"]
    if names != dates["history"][-len(names):]:
        sys.exit("positions are not of the last days of history")
    for before, now in zip(names, names[1:]):
        gone = np.setdiff1d(open_now[before], open_now[now])
        ended = np.concatenate([pq.ParquetFile(f).read(columns=["position_id"])["position_id"]
                                .to_numpy() for f in (data / "history" / now).iterdir()])
        if not np.array_equal(gone, np.intersect1d(ended, open_now[before])) or \
                len(gone) != len(ended):
            sys.exit(f"{now}: lots that were open the day before are neither open nor closed")
    print(f"{users} users, {counts['positions']} rows in {len(names)} days of positions, "
          f"{counts['history']} rows in {len(dates['history'])} days of history")


if __name__ == "__main__":
    main()
