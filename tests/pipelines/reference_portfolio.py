"""Plain versions of the calculations of portfolio/; see reference.py. Each takes the project and a
date and returns the rows that the result must have."""
import functools
import math

import reference_statistics as stats
from reference_lots import books, books_with_closes, days_of, opened_in, total
from reference_statistics import YEAR

LEAST_RETURNS = 30


def net_profit(project, date):
    rows = []
    for user, book in books(project, date).items():
        today = [lot for lot in book.closed if project.days[lot["closed"]] == date]
        row = {"user_id": user, "n_open": len(book.open)}
        for column in ("invested", "net_profit", "value"):
            row[column] = total(book.open, column)
        row["net_profit_pct"] = (100 * row["net_profit"] / row["invested"]
                                 if row["invested"] else None)
        row["realised_pnl"] = total(today, "net_profit")
        rows.append(row)
    return rows


@functools.cache
def returns_of(project, date):
    """{user: daily_return of each day of W, oldest first}"""
    return {user: [day.daily_return for day in days.values()]
            for user, days in days_of(project, date).items()}


def return_series(project, date):
    return [{"user_id": user, "returns": returns}
            for user, returns in returns_of(project, date).items()]


def daily_return(project, date):
    today = project.days.index(date)
    return [{"user_id": user, "daily_pnl": days[today].pnl,
             "daily_return": days[today].daily_return}
            for user, days in days_of(project, date).items()]


def concentration(lots):
    """HHI of the absolute values of what is held of each ticker."""
    by_ticker = {}
    for lot in lots:
        by_ticker.setdefault(lot["ticker"], []).append(lot)
    values = [total(of_ticker, "value") for of_ticker in by_ticker.values()]
    whole = None if None in values else math.fsum(abs(x) for x in values)
    return math.fsum((abs(x) / whole) ** 2 for x in values) if whole else None


def turnover(project, date, book, days):
    """Values of all days of W count, also of those on which nothing is held."""
    values = stats.total(day.value for day in days.values())
    bought = total(opened_in(project, date, book), "invested")
    proceeds = total(book.closed, "value")
    if None in (values, bought, proceeds) or values <= 0:
        return None
    return stats.ratio((bought + proceeds) / 2, values / len(days))


@functools.cache
def exposure(project, date):
    rows = []
    for user, book in books_with_closes(project, date).items():
        hhi = concentration(book.open)
        rows.append({"user_id": user, "hhi": hhi, "n_eff": stats.ratio(1, hhi),
                     "turnover": turnover(project, date, book, days_of(project, date)[user])})
    return rows


def deepest_fall(returns):
    """The largest loss of a peak's worth, above 0; worth and peak begin with 1."""
    worth = peak = 1.0
    deepest = 0.0
    for r in returns:
        worth *= 1 + r
        peak = max(peak, worth)
        deepest = max(deepest, 1 - worth / peak)
    return deepest


@functools.cache
def user_risk(project, date):
    """mean_ret is per year, as the returns of risk_points; vol, too."""
    rows = []
    for user, returns in returns_of(project, date).items():
        row = {"user_id": user}
        row |= dict.fromkeys(("vol", "mean_ret", "sharpe", "sortino", "max_drawdown"))
        valid = [r for r in returns if r is not None]
        if len(valid) >= LEAST_RETURNS:
            mean, sd = stats.mean(valid), stats.deviation(valid)
            downside = math.sqrt(stats.mean([min(r, 0.0) ** 2 for r in valid]))
            row["vol"], row["mean_ret"] = sd * math.sqrt(YEAR), mean * YEAR
            if sd > 1e-12:
                row["sharpe"] = mean / sd * math.sqrt(YEAR)
            if downside > 1e-12:
                row["sortino"] = mean / downside * math.sqrt(YEAR)
            row["max_drawdown"] = deepest_fall(valid)
        rows.append(row)
    return rows
