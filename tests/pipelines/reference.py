#!/usr/bin/env python3
"""Computes the tables of the reference pipeline a second time, slowly and plainly, and compares.

usage: reference.py PROJECT_DIR --from D --to D [--select a,b]

Reads PROJECT_DIR/data and PROJECT_DIR/.almanac/results. Numbers agree within rel 1e-9 or abs 1e-12;
counts, flags, classes, lists and row sets exactly, where a class whose input lies within 1e-9 of its
threshold may be either. Exit code 0: all equal; 1: the mismatches are listed; 2: usage.
Needs pyarrow and numpy.
"""
import argparse
import math
import pathlib
import sys

import pyarrow.parquet as pq

import reference_attribution as attribution
import reference_crowd as crowd
import reference_portfolio as portfolio
import reference_prices as prices
import reference_profiling as profiling
import reference_psychometrics as psychometrics
import reference_risk as risk

USER = "user_id"
TABLES = {  # calculation: (its folder, key columns, function of the data and a date)
    "price_extractor": ("market", ("ticker",), prices.price_extractor),
    "last_close": ("market", ("ticker",), prices.last_close),
    "rsi": ("signals", ("ticker",), prices.rsi),
    "price_layers": ("signals", ("ticker",), prices.price_layers),
    "risk_points": ("risk", ("ticker",), prices.risk_points),
    "risk_geometry": ("risk", (), prices.risk_geometry),
    "net_profit": ("portfolio", (USER,), portfolio.net_profit),
    "return_series": ("portfolio", (USER,), portfolio.return_series),
    "daily_return": ("portfolio", (USER,), portfolio.daily_return),
    "exposure": ("portfolio", (USER,), portfolio.exposure),
    "user_risk": ("portfolio", (USER,), portfolio.user_risk),
    "user_risk_geometry": ("risk", (USER,), risk.user_risk_geometry),
    "frontier_gap": ("risk", (USER,), risk.frontier_gap),
    "disposition": ("psychometrics", (USER,), psychometrics.disposition),
    "holding": ("psychometrics", (USER,), psychometrics.holding),
    "disposition_skew": ("psychometrics", (USER,), psychometrics.disposition_skew),
    "revenge_trading": ("psychometrics", (USER,), psychometrics.revenge_trading),
    "capm": ("attribution", (USER,), attribution.capm),
    "sector_attribution": ("attribution", (USER, "sector"), attribution.sector_attribution),
    "active_return": ("attribution", (USER,), attribution.active_return),
    "user_classifier": ("profiling", (USER,), profiling.user_classifier),
    "smart_money_score": ("profiling", (USER,), profiling.smart_money_score),
    "popular_assets": ("crowd", ("ticker",), crowd.popular_assets),
    "crowd_pnl_volatility": ("crowd", (), crowd.crowd_pnl_volatility),
}
NO_POSITIONS_NEEDED = ("price_extractor", "last_close", "rsi", "price_layers", "risk_points",
                       "risk_geometry")
LOOSE = {"frontier_gap": 1e-9}  # column: how far it may be off; else 1e-12
MOST_SHOWN = 40


class Project:
    """The root data: prices[date][ticker] = close or None, and the rows of users' lots."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.prices = {}
        for file in sorted((self.folder / "data/prices").rglob("*.parquet")):
            table = pq.ParquetFile(file).read(columns=["date", "ticker", "close"])
            for row in table.to_pylist():
                close = row["close"]
                if close is not None and not math.isfinite(close):
                    close = None
                self.prices.setdefault(row["date"].isoformat(), {})[row["ticker"]] = close
        self.days = sorted(self.prices)
        self.lots = {}
        self.rsi_states = None  # filled by reference_prices.rsi

    def has_positions(self, date):
        return any((self.folder / f"data/positions/date={date}").glob("*.parquet"))

    def rows(self, table, date):
        """The rows of positions or history of a date; history's close_price is called price."""
        if (table, date) not in self.lots:
            rows = []
            for file in sorted((self.folder / f"data/{table}/date={date}").glob("*.parquet")):
                rows += pq.ParquetFile(file).read().to_pylist()
            for row in rows:
                if table == "history":
                    row["price"] = row["close_price"]
                row["open_date"] = row["open_date"].isoformat()
            self.lots[table, date] = rows
        return self.lots[table, date]


def computed(project, category, calculation, date):
    folder = project.folder / f".almanac/results/{category}/{calculation}/date={date}"
    files = sorted(folder.glob("*.parquet"))
    if not files:
        return None
    rows = []
    for file in files:
        rows += pq.ParquetFile(file).read().to_pylist()
    return rows


def equal(expected, found, absolute=1e-12):
    if isinstance(expected, set):  # classes on a threshold
        return found in expected
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(equal, expected, found))
    if expected is None or found is None:
        return expected is found
    if isinstance(expected, float):
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            return False
        return abs(expected - found) <= max(absolute, 1e-9 * max(abs(expected), abs(found)))
    return type(expected) is type(found) and expected == found


def compare(expected, found, key):
    """Yields (row, column, expected, found) for each difference."""
    by_key = lambda rows: {tuple(row[column] for column in key): row for row in rows}
    want, have = by_key(expected), by_key(found)
    if len(have) != len(found):
        yield (), key, "unique keys", f"{len(found) - len(have)} rows too many"
    for name in sorted(set(want) | set(have)):
        if name not in have:
            yield name, "", "a row", "none"
        elif name not in want:
            yield name, "", "no row", "one"
        elif list(want[name]) != list(have[name]):
            yield name, "", f"columns {list(want[name])}", list(have[name])
        else:
            for column, value in want[name].items():
                if not equal(value, have[name][column], LOOSE.get(column, 1e-12)):
                    yield name, column, value, have[name][column]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("project")
    parser.add_argument("--from", dest="first", required=True, metavar="D")
    parser.add_argument("--to", dest="last", required=True, metavar="D")
    parser.add_argument("--select", default=",".join(TABLES), metavar="a,b", help="calculations")
    options = parser.parse_args()
    project = Project(options.project)
    dates = [d for d in project.days if options.first <= d <= options.last]
    if not dates:
        parser.error(f"no prices between {options.first} and {options.last}")

    mismatches, tables = [], 0
    for date in dates:
        for calculation in options.select.split(","):
            category, key, expected_rows = TABLES[calculation]
            found = computed(project, category, calculation, date)
            if calculation not in NO_POSITIONS_NEEDED and not project.has_positions(date):
                if found is not None:
                    mismatches.append((date, calculation, (), "", "no result", "one"))
                continue
            if found is None:
                mismatches.append((date, calculation, (), "", "a result", "none"))
                continue
            tables += 1
            for difference in compare(expected_rows(project, date), found, key):
                mismatches.append((date, calculation, *difference))

    for date, calculation, name, column, wanted, found in mismatches[:MOST_SHOWN]:
        name, column = (", ".join(map(str, x)) if isinstance(x, tuple) else x
                        for x in (name, column))
        print(f"{date:10} {calculation:16} {name:12} {column:16} expected {wanted!r}, "
              f"found {found!r}")
    if len(mismatches) > MOST_SHOWN:
        print(f"... and {len(mismatches) - MOST_SHOWN} more")
    print(f"{tables} tables of {len(dates)} dates compared, {len(mismatches)} mismatches")
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
