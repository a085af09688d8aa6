"""Plain versions of the calculations of attribution/; see reference.py. Each takes the project and
a date and returns the rows that the result must have."""
import csv
import functools

import reference_statistics as stats
from reference_lots import W, books_with_closes, days_of, earned, held, trailing, worth
from reference_portfolio import LEAST_RETURNS, returns_of
from reference_prices import MARKET, change
from reference_statistics import YEAR

EFFECTS = ("allocation", "selection", "interaction")


def market_returns(project, date):
    """Of each day of W, oldest first."""
    return [change(project, project.days.index(day), 1, MARKET)
            for day in trailing(project, date, W)]


@functools.cache
def capm(project, date):
    market = market_returns(project, date)
    rows = []
    for user, returns in returns_of(project, date).items():
        line = stats.least_squares(list(zip(market, returns)), LEAST_RETURNS)
        alpha = line["alpha"]
        rows.append({"user_id": user, "alpha_ann": None if alpha is None else alpha * YEAR,
                     **{c: line[c] for c in ("beta", "alpha_t", "r2", "resid_vol", "n_obs")}})
    return rows


@functools.cache
def sectors(project):
    with open(project.folder / "data/sectors.csv", newline="") as file:
        return {row["ticker"]: row["sector"] for row in csv.DictReader(file)}


@functools.cache
def benchmark(project, date):
    """({sector: (weight, mean return)}, the mean return of all): of the tickers other than the
    market that have both closes. A ticker without a sector is in none."""
    returns = {}
    for ticker in sorted(project.prices[date]):
        r = change(project, project.days.index(date), 1, ticker)
        if r is not None and ticker != MARKET and ticker in sectors(project):
            returns.setdefault(sectors(project)[ticker], []).append(r)
    everything = [r for of_sector in returns.values() for r in of_sector]
    return {name: (len(of_sector) / len(everything), stats.mean(of_sector))
            for name, of_sector in returns.items()}, stats.mean(everything)


def brinson(wp, rp, wb, rb, whole):
    """(allocation, selection, interaction) of a sector; `whole` is the return of the benchmark."""
    return (wp - wb) * (rb - whole), wb * (rp - rb), (wp - wb) * (rp - rb)


@functools.cache
def sector_attribution(project, date):
    """A sector whose value is 0 is not held; one whose P&L is not known has only an allocation."""
    weights, whole = benchmark(project, date)
    today = project.days.index(date)
    rows = []
    for user, book in books_with_closes(project, date).items():
        state = days_of(project, date)[user][today]
        if not state.live:
            continue
        of_sector = {}
        for lot in book.lots:
            if held(lot, today - 1):
                of_sector.setdefault(sectors(project).get(lot["ticker"]), []).append(lot)
        for name, (wb, rb) in sorted(weights.items()):
            lots = of_sector.get(name, [])
            value = stats.total(worth(project, date, lot, today - 1) for lot in lots)
            pnl = stats.total(earned(project, date, lot, today) for lot in lots)
            wp, rp = value / state.value_before, stats.ratio(pnl, value)
            effects = brinson(wp, rb if not value else rp, wb, rb, whole) if (
                not value or rp is not None) else ((wp - wb) * (rb - whole), None, None)
            rows.append({"user_id": user, "sector": name, "wp": wp, "rp": rp, "wb": wb, "rb": rb,
                         **dict(zip(EFFECTS, effects))})
    return rows


def active_return(project, date):
    whole = benchmark(project, date)[1]
    effects = {}
    for row in sector_attribution(project, date):
        effects.setdefault(row["user_id"], []).append(row)
    today = project.days.index(date)
    rows = []
    for user, days in days_of(project, date).items():
        row = {"user_id": user,
               "active_return": stats.difference(days[today].daily_return, whole)}
        for effect in EFFECTS:
            row[f"bf_{effect}"] = (stats.total(r[effect] for r in effects[user])
                                   if user in effects else None)
        rows.append(row)
    return rows
