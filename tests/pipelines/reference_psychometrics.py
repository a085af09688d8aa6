"""Plain versions of the calculations of psychometrics/; see reference.py. Each takes the project
and a date and returns the rows that the result must have."""
import functools
import math

import reference_statistics as stats
from reference_lots import (W, books, books_with_closes, close_for, days_of, held, lots_of,
                            opened_in, priced, side, total, trailing)
from reference_prices import MARKET, change

LOSS_IS_RECENT = 3  # days
SPREE = 1.5


def around(x, threshold):
    """Whether x >= threshold: both answers within 1e-9 of it, no for None."""
    return {False} if x is None else {x + e >= threshold for e in (-1e-9, 1e-9)}


def split(lots, sign_of):
    """How many lots won and lost; None, None once a sign is not known. 0 is neither."""
    signs = [sign_of(lot) for lot in lots]
    return (None, None) if None in signs else (signs.count(1), signs.count(-1))


def sign(x):
    return (x > 0) - (x < 0)


def realised_sign(lot):
    return sign(lot["net_profit"]) if priced(lot) else None


def proportions(rg, pg, rl, pl):
    """(PGR, PLR, disposition, t)"""
    pgr = stats.ratio(rg, rg + pg) if None not in (rg, pg) else None
    plr = stats.ratio(rl, rl + pl) if None not in (rl, pl) else None
    if pgr is None or plr is None:
        return pgr, plr, None, None
    error = math.sqrt(pgr * (1 - pgr) / (rg + pg) + plr * (1 - plr) / (rl + pl))
    return pgr, plr, pgr - plr, stats.ratio(pgr - plr, error)


@functools.cache
def disposition(project, date):
    """A lot whose sign is not known makes null what it would count for: rg and rl, or pg and pl.
    Any closing is a sale, that of a short as well."""
    def paper_sign(lot, day):
        price = close_for(project, date, lot, day)
        profit = None if price is None else lot["units"] * (price - lot["open_price"])
        return None if profit is None else side(lot) * sign(profit)

    rows = []
    for user, book in books_with_closes(project, date).items():
        realised, paper = [split(book.closed, realised_sign)], []
        for day in sorted({lot["closed"] for lot in book.closed}):
            kept = [lot for lot in book.lots if held(lot, day)]
            paper.append(split(kept, lambda lot: paper_sign(lot, day)))
        (rg, rl), (pg, pl) = ([stats.total(counts) for counts in zip((0, 0), *pairs)]
                              for pairs in (realised, paper))
        pgr, plr, effect, t = proportions(rg, pg, rl, pl)
        rows.append({"user_id": user, "rg": rg, "pg": pg, "rl": rl, "pl": pl, "pgr": pgr,
                     "plr": plr, "disposition": effect, "disposition_t": t})
    return rows


@functools.cache
def lead_over_market(project, day, ticker):
    """The 60-day return of a ticker less the mean of all tickers that have one."""
    stocks = [t for t in project.prices[project.days[day]] if t != MARKET]
    returns = [change(project, day, 60, t) for t in stocks]
    return stats.difference(change(project, day, 60, ticker),
                            stats.mean([r for r in returns if r is not None]))


@functools.cache
def holding(project, date):
    """Lots with an unknown sign make the means of winners and losers null. Purchases without a
    60-day return count in n_buys alone."""
    rows = []
    for user, book in books_with_closes(project, date).items():
        held_for = [(lot["closed"] - lot["opened"], realised_sign(lot)) for lot in book.closed]
        win = loss = None
        if None not in (s for _, s in held_for):
            win, loss = (stats.mean([n for n, s in held_for if s == of]) for of in (1, -1))
        buys = [lot for lot in opened_in(project, date, book) if lot["is_buy"]]
        leads = [lead_over_market(project, lot["opened"], lot["ticker"]) for lot in buys]
        rows.append({
            "user_id": user, "hold_win": win, "hold_loss": loss,
            "hold_log_ratio": math.log(loss / win) if win and loss else None,
            "hold_median": stats.median([n for n, _ in held_for]),
            "n_closed": float(len(book.closed)), "n_buys": len(buys),
            "buy_momentum": stats.mean([x for x in leads if x is not None])})
    return rows


def skewness_of(lots):
    """A lot without units has no return and is left out; one without a price makes it null."""
    if not all(priced(lot) for lot in lots):
        return None
    return stats.skewness([lot["net_profit"] / lot["invested"] for lot in lots if lot["invested"]])


def disposition_skew(project, date):
    rows = []
    for user, book in books(project, date).items():
        realised, paper = skewness_of(book.closed), skewness_of(book.open)
        rows.append({"user_id": user, "skew_realised": realised, "skew_paper": paper,
                     "disposition_skew": stats.difference(realised, paper)})
    return rows


def days_with_losses(project, date):
    """{user: days on which a lot was closed at a loss}, also on the days before W that the first
    days of W look at. An unknown sign is no loss."""
    result = {}
    for day in trailing(project, date, W + LOSS_IS_RECENT):
        for lot in lots_of(project, "history", day):
            if realised_sign(lot) == -1:
                result.setdefault(lot["user_id"], set()).add(project.days.index(day))
    return result


@functools.cache
def revenge_trading(project, date):
    losses = days_with_losses(project, date)
    rows = []
    for user, book in books_with_closes(project, date).items():
        live = [day for day, state in days_of(project, date)[user].items() if state.live]
        recent = lambda day: any(day - n in losses.get(user, ())
                                 for n in range(1, LOSS_IS_RECENT + 1))
        after, other = [d for d in live if recent(d)], [d for d in live if not recent(d)]
        opened_on = lambda days: [lot for lot in book.lots if lot["opened"] in days]
        lots_after, lots_other = opened_on(set(after)), opened_on(set(other))
        spent_after, spent_other = (total(lots, "invested") for lots in (lots_after, lots_other))
        size = stats.ratio(stats.ratio(spent_after, len(lots_after)),
                           stats.ratio(spent_other, len(lots_other)))
        a_day = None
        if len(after) >= 5 and len(other) >= 5:
            a_day = stats.ratio(stats.ratio(spent_after, len(after)),
                                stats.ratio(spent_other, len(other)))
        enough = len(lots_after) >= 5 and len(lots_other) >= 3
        flag = {enough and a and b for a in around(size, SPREE) for b in around(a_day, SPREE)}
        rows.append({"user_id": user, "post_loss_days": len(after), "other_days": len(other),
                     "revenge_size_ratio": size, "revenge_ratio": a_day, "revenge_flag": flag})
    return rows
