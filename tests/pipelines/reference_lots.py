"""Users' lots around a date: which count, whose they are, what they earn; see reference.py.

Everything is rebuilt from the lots open on the date and those closed in the window that ends at it.
Days are positions in project.days. A lot is held at the closes of opened <= day < closed, and earns
on opened < day <= closed.
"""
import bisect
import dataclasses
import functools
import math
import re

import reference_statistics as stats
from reference_prices import close
from reference_statistics import finite

W = 60


def accepted(lot, date):
    """The rule for poison rows: a null (or NaN) price is accepted, it makes sums null."""
    price, units = lot["price"], lot["units"]
    if price is not None and not math.isnan(price) and not 0 < price < math.inf:
        return False
    if not finite(lot["open_price"]) or lot["open_price"] <= 0:
        return False
    if not finite(units) or not 0 <= units <= 1e15:
        return False
    return lot["open_date"] <= date and re.fullmatch(r"[A-Z0-9.-]{1,16}", lot["ticker"])


def lots_of(project, table, date):
    return [lot for lot in project.rows(table, date) if accepted(lot, date)]


def priced(lot):
    return all(finite(lot[c]) for c in ("price", "invested", "net_profit", "value"))


def total(lots, column, sign=lambda lot: 1):
    """The sum of a column; None once one of the numbers of a lot is not there."""
    return stats.total(sign(lot) * lot[column] if priced(lot) else None for lot in lots)


def side(lot):
    return 1 if lot["is_buy"] else -1


def trailing(project, date, n):
    day = project.days.index(date)
    return project.days[max(0, day + 1 - n): day + 1]


@dataclasses.dataclass
class Book:
    """A user's lots that are open on the date, and those closed within W."""
    open: list = dataclasses.field(default_factory=list)
    closed: list = dataclasses.field(default_factory=list)

    @property
    def lots(self):
        return self.open + self.closed


def opening_day(project, lot):
    """Opened while the market was shut: on the next day of the price table. Before the first day of
    the table: -1."""
    date = lot["open_date"]
    return bisect.bisect_left(project.days, date) if date >= project.days[0] else -1


@functools.cache
def books(project, date):
    """{user: Book} of all users who have rows on the date."""
    result = {}
    for lot in lots_of(project, "positions", date):
        lot |= {"opened": opening_day(project, lot), "closed": None}
        result.setdefault(lot["user_id"], Book()).open.append(lot)
    for day in trailing(project, date, W):
        closed = project.days.index(day)
        for lot in lots_of(project, "history", day):
            lot |= {"opened": opening_day(project, lot), "closed": closed}
            result.setdefault(lot["user_id"], Book()).closed.append(lot)
    return dict(sorted(result.items()))


def snapshot_day(project, date, lot):
    return bisect.bisect_left(project.days, date) if lot["closed"] is None else lot["closed"]


@functools.cache
def books_with_closes(project, date):
    """The books for calculations that read prices. A lot whose ticker has no close on the lot's own
    day (the date, or the day on which it was closed) fails the user, who then has no row. A null
    close is no close."""
    def has_closes(book):
        return all(close(project, snapshot_day(project, date, lot), lot["ticker"]) is not None
                   for lot in book.lots)

    return {user: book for user, book in books(project, date).items() if has_closes(book)}


def close_for(project, date, lot, day):
    """The close that a lot is worth on a day. On the lot's own day it must have a price, too."""
    if day == snapshot_day(project, date, lot) and not finite(lot["price"]):
        return None
    return close(project, day, lot["ticker"])


def worth(project, date, lot, day):
    price = close_for(project, date, lot, day)
    if price is None:
        return None
    return lot["units"] * (lot["open_price"] + side(lot) * (price - lot["open_price"]))


def earned(project, date, lot, day):
    now, before = close_for(project, date, lot, day), close(project, day - 1, lot["ticker"])
    return None if now is None or before is None else side(lot) * lot["units"] * (now - before)


def held(lot, day):
    return lot["opened"] <= day and (lot["closed"] is None or day < lot["closed"])


@dataclasses.dataclass
class Day:
    pnl: float | None
    value_before: float | None  # at the close of the day before
    value: float | None

    @property
    def live(self):
        """A value that is not known is not above 0."""
        return self.value_before is not None and self.value_before > 0

    @property
    def daily_return(self):
        return stats.ratio(self.pnl, self.value_before) if self.live else None


@functools.cache
def days_of(project, date):
    """{user: {day: Day}} for the days of W, oldest first: fewer than 60 where the table begins."""
    days = range(project.days.index(date) + 1 - len(trailing(project, date, W)),
                 project.days.index(date) + 1)
    result = {}
    for user, book in books_with_closes(project, date).items():
        pnl = {day: [] for day in days}
        value = {day: [] for day in range(days[0] - 1, days[-1] + 1)}
        for lot in book.lots:
            for day in value:
                if held(lot, day):
                    value[day].append(worth(project, date, lot, day))
                    if day + 1 in pnl:  # what is held at a close earns on the next day
                        pnl[day + 1].append(earned(project, date, lot, day + 1))
        values = {day: stats.total(terms) for day, terms in value.items()}
        result[user] = {day: Day(stats.total(pnl[day]), values[day - 1], values[day])
                        for day in days}
    return result


def opened_in(project, date, book):
    """The user's lots that were opened within W, whether or not they are still open."""
    first = project.days.index(date) + 1 - len(trailing(project, date, W))
    return [lot for lot in book.lots if lot["opened"] >= first]
