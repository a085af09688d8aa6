"""Plain versions of the calculations on users' lots; see reference.py. Each takes the project and a
date and returns the rows that the result must have."""
import math
import re

MARKET = "SP500"


def undefined(x):
    return x is None or not math.isfinite(x)


def accepted(lot, date):
    """The rule for poison rows: a null (or NaN) price is accepted, it makes sums null."""
    price, units = lot["price"], lot["units"]
    if price is not None and not math.isnan(price) and not 0 < price < math.inf:
        return False
    if undefined(lot["open_price"]) or lot["open_price"] <= 0:
        return False
    if undefined(units) or not 0 <= units <= 1e15:
        return False
    return lot["open_date"] <= date and re.fullmatch(r"[A-Z0-9.-]{1,16}", lot["ticker"])


def lots_of(project, table, date):
    return [lot for lot in project.rows(table, date) if accepted(lot, date)]


def total(lots, column, sign=lambda lot: 1):
    """The sum of a column; None once one of the numbers of a lot is not there."""
    for lot in lots:
        if any(undefined(lot[c]) for c in ("price", "invested", "net_profit", "value")):
            return None
    return math.fsum(sign(lot) * lot[column] for lot in lots)


def trailing(project, date, n):
    day = project.days.index(date)
    return project.days[max(0, day + 1 - n): day + 1]


def net_profit(project, date):
    open_lots, closed_today, users = {}, {}, set()
    for lot in lots_of(project, "positions", date):
        open_lots.setdefault(lot["user_id"], []).append(lot)
    for day in trailing(project, date, 60):
        for lot in lots_of(project, "history", day):
            users.add(lot["user_id"])
            if day == date:
                closed_today.setdefault(lot["user_id"], []).append(lot)
    rows = []
    for user in sorted(users | set(open_lots)):
        lots = open_lots.get(user, [])
        row = {"user_id": user, "n_open": len(lots)}
        for column in ("invested", "net_profit", "value"):
            row[column] = total(lots, column)
        row["net_profit_pct"] = (100 * row["net_profit"] / row["invested"]
                                 if row["invested"] else None)
        row["realised_pnl"] = total(closed_today.get(user, []), "net_profit")
        rows.append(row)
    return rows


def side(lot):
    return 1 if lot["is_buy"] else -1


def popular_assets(project, date):
    stocks = sorted(t for t, c in project.prices[date].items() if c is not None and t != MARKET)
    window = trailing(project, date, 6)
    open_lots = {t: [] for t in stocks}
    holders, holders_before = {t: set() for t in stocks}, {t: set() for t in stocks}
    sold = {t: [] for t in stocks}

    def note_holder(lot):
        if len(window) == 6 and lot["open_date"] <= window[0]:
            holders_before[lot["ticker"]].add(lot["user_id"])

    for lot in lots_of(project, "positions", date):
        if lot["ticker"] in open_lots:
            open_lots[lot["ticker"]].append(lot)
            holders[lot["ticker"]].add(lot["user_id"])
            note_holder(lot)
    for day in window[1:] if len(window) == 6 else window:
        for lot in lots_of(project, "history", day):
            if lot["ticker"] in sold:
                note_holder(lot)
                if day == date:
                    sold[lot["ticker"]].append(lot)

    rows = []
    for ticker in stocks:
        lots = open_lots[ticker]
        longs = total([lot for lot in lots if lot["is_buy"]], "value")
        shorts = total([lot for lot in lots if not lot["is_buy"]], "value")
        known = longs is not None and shorts is not None
        bought = total([lot for lot in lots if lot["open_date"] == date], "invested", side)
        proceeds = total(sold[ticker], "value", side)
        day_trades = [lot for lot in sold[ticker] if lot["open_date"] == date]
        known_flow = bought is not None and proceeds is not None
        flow = bought + total(day_trades, "invested", side) - proceeds if known_flow else None
        n = len(holders[ticker])
        rows.append({
            "ticker": ticker, "holders": n,
            "holders_chg_5d": n - len(holders_before[ticker]) if len(window) == 6 else None,
            "lots": len(lots), "long_value": longs, "short_value": shorts,
            "sentiment": (longs - shorts) / (longs + shorts) if known and longs + shorts else None,
            "smart_sentiment": None, "net_flow": flow,
            "popularity_rank": 1 + sum(len(h) > n for h in holders.values())})
    return rows
