"""Plain versions of the calculations on prices; see reference.py. Each takes the project and a date
and returns the rows that the result must have."""
import math
import statistics

import numpy as np

from reference_statistics import YEAR

MARKET = "SP500"


def close(project, day, ticker):
    """The close of a position in project.days; None where there is none."""
    return project.prices[project.days[day]].get(ticker) if day >= 0 else None


def tickers_of(project, date):
    return sorted(t for t, c in project.prices[date].items() if c is not None)


def change(project, day, n, ticker):
    now, then = close(project, day, ticker), close(project, day - n, ticker)
    return None if now is None or not then else now / then - 1


def log_return(now, before):
    return math.log(now / before) if now and before and now / before > 0 else None


def price_extractor(project, date):
    day = project.days.index(date)
    rows = []
    for ticker in tickers_of(project, date):
        before = close(project, day - 1, ticker)
        now = close(project, day, ticker)
        row = {"ticker": ticker, "close": now, "prev_close": before}
        row["ret_1d"] = change(project, day, 1, ticker)
        row["log_ret"] = log_return(now, before)
        for n in (5, 20, 60, 252):
            row[f"ret_{n}d"] = change(project, day, n, ticker)
        rows.append(row)
    return rows


def last_close(project, date):
    rows, closes = {}, {}
    for day in project.days:
        if day > date:
            break
        for ticker, row in rows.items():
            row["previous"] = closes.get(ticker)
        for ticker, price in project.prices[day].items():
            row = rows.setdefault(ticker, {"ticker": ticker, "close": None, "previous": None})
            closes[ticker] = row["close"] = price if price is not None else closes.get(ticker)
    return [rows[ticker] for ticker in sorted(rows)]


def wilder(closes):
    """(average gain, average loss, RSI) after each close, as the book does it."""
    steps = [b - a for a, b in zip(closes, closes[1:])]
    gains, losses = [max(x, 0.0) for x in steps], [max(-x, 0.0) for x in steps]
    result = [(0.0, 0.0, None)]
    for bar in range(1, len(closes)):
        if bar <= 14:
            gain, loss = sum(gains[:bar]) / 14, sum(losses[:bar]) / 14
        else:
            gain = (13 * gain + gains[bar - 1]) / 14
            loss = (13 * loss + losses[bar - 1]) / 14
        if bar < 14:
            value = None
        elif gain + loss == 0:
            value = 0.0
        else:
            value = 100 * gain / (gain + loss)
        result.append((gain, loss, value))
    return result


def zone(rsi):
    return 0 if rsi <= 30 else 2 if rsi >= 70 else 1


def rsi(project, date):
    if project.rsi_states is None:
        closes = {}
        for day in project.days:
            for ticker, price in project.prices[day].items():
                closes.setdefault(ticker, []).append(price)
        whole = {t: c[: c.index(None)] if None in c else c for t, c in closes.items()}
        project.rsi_states = {t: wilder(c) if c else [] for t, c in whole.items()}
    rows = []
    seen = [d for d in project.days if d <= date]
    tickers = sorted({t for d in seen for t in project.prices[d]})
    for ticker in tickers:
        prices = [project.prices[d][ticker] for d in seen if ticker in project.prices[d]]
        row = {"ticker": ticker, "rsi14": None, "rsi_zone": None}
        if None in prices:
            row |= {"avg_gain": None, "avg_loss": None, "bars": -1}
        else:
            bars = len(prices) - 1
            gain, loss, value = project.rsi_states[ticker][bars]
            if ticker in project.prices[date] and value is not None:
                row["rsi14"] = float(value)
                row["rsi_zone"] = {zone(value - 1e-9), zone(value + 1e-9)}
            row |= {"avg_gain": gain, "avg_loss": loss, "bars": bars}
        rows.append(row)
    return rows


def price_layers(project, date):
    day = project.days.index(date)
    rows = []
    for ticker in tickers_of(project, date):
        closes = [close(project, day - i, ticker) for i in range(201)]  # newest first
        logs = [log_return(a, b) for a, b in zip(closes, closes[1:])]
        sma = {n: None if None in closes[:n] else statistics.fmean(closes[:n])
               for n in (20, 50, 200)}
        vol = {n: None if None in logs[:n] else float(np.std(logs[:n], ddof=1)) * math.sqrt(YEAR)
               for n in (20, 60)}
        masks = {0}
        sides = ((closes[0], sma[20]), (closes[0], sma[50]), (closes[0], sma[200]),
                 (sma[50], sma[200]))
        for bit, (a, b) in enumerate(sides):
            if a is None or b is None:
                continue
            answers = {a > b} if abs(a - b) > 1e-9 * max(abs(a), abs(b)) else {False, True}
            masks = {m | (1 << bit if yes else 0) for m in masks for yes in answers}
        layers = None
        if vol[20] is not None:
            layers = {sum(cut <= vol[20] + e for cut in (.15, .25, .40, .60))
                      for e in (-1e-9, 1e-9)}
        rows.append({"ticker": ticker, "sma20": sma[20], "sma50": sma[50], "sma200": sma[200],
                     "trend_mask": masks, "vol20": vol[20], "vol60": vol[60],
                     "vol_layer": layers})
    return rows


def year_of_returns(project, date):
    """{ticker: its 252 simple returns} of the stocks that have all of them."""
    day = project.days.index(date)
    result = {}
    for ticker in tickers_of(project, date):
        returns = [change(project, day - i, 1, ticker) for i in range(YEAR)][::-1]
        if ticker != MARKET and None not in returns:
            result[ticker] = np.array(returns)
    return result


def points_of(project, date):
    return {t: (float(np.std(r, ddof=1)) * math.sqrt(YEAR), float(np.mean(r)) * YEAR)
            for t, r in year_of_returns(project, date).items()}


def is_corner(point, others):
    """Whether a point is a corner of the convex hull: all others lie within less than a half turn
    around it."""
    angles = sorted(math.atan2(y - point[1], x - point[0]) for x, y in others)
    if not angles:
        return True
    gaps = [b - a for a, b in zip(angles, angles[1:])] + [angles[0] + 2 * math.pi - angles[-1]]
    return max(gaps) > math.pi + 1e-12


def hull_of(points):
    """Tickers of the corners, counter-clockwise from the lexicographic minimum."""
    first_of = {}
    for ticker in sorted(points):
        first_of.setdefault(points[ticker], ticker)
    unique = list(first_of)
    corners = [p for p in unique if is_corner(p, [q for q in unique if q != p])]
    if not corners:
        return []
    start = min(corners)
    # Seen from the start all corners lie in a half plane: by angle is counter-clockwise.
    rest = sorted((p for p in corners if p != start),
                  key=lambda p: math.atan2(p[1] - start[1], p[0] - start[0]))
    return [first_of[p] for p in [start] + rest]


def frontier_of(points, hull):
    """Tickers of the hull on or above the line from the least risk (ties: more return) to the
    highest return (ties: less risk), by risk."""
    if not hull:
        return []
    start = min(hull, key=lambda t: (points[t][0], -points[t][1]))
    end = min(hull, key=lambda t: (-points[t][1], points[t][0]))
    if start == end:
        return [start]
    (x0, y0), (x1, y1) = points[start], points[end]
    above = [t for t in hull if t in (start, end)
             or points[t][1] > y0 + (y1 - y0) * (points[t][0] - x0) / (x1 - x0)
             and points[t][0] < x1]
    return sorted(above, key=lambda t: points[t][0])


def risk_points(project, date):
    points = points_of(project, date)
    hull = hull_of(points)
    frontier = frontier_of(points, hull)
    rows = []
    for ticker in tickers_of(project, date):
        if ticker != MARKET:
            risk, ret = points.get(ticker, (None, None))
            rows.append({"ticker": ticker, "risk": risk, "ret": ret, "on_hull": ticker in hull,
                         "on_frontier": ticker in frontier})
    return rows


def risk_geometry(project, date):
    points = points_of(project, date)
    hull = hull_of(points)
    row = {"hull": hull, "frontier": frontier_of(points, hull)}
    row |= dict.fromkeys(("A", "B", "C", "D", "gmv_risk", "gmv_ret"))
    returns = np.array(list(year_of_returns(project, date).values()))
    if len(returns):
        S = np.atleast_2d(np.cov(returns)) * YEAR
        sd = np.sqrt(np.diag(S))
        regular = np.all(sd > 0)
        if regular and np.linalg.eigvalsh(S / np.outer(sd, sd))[0] > 1e-12:
            mu, inverse = returns.mean(axis=1) * YEAR, np.linalg.inv(S)
            A, B, C = (float(x) for x in (inverse.sum(axis=0) @ mu, mu @ inverse @ mu,
                                          inverse.sum()))
            row |= {"A": A, "B": B, "C": C, "D": B * C - A * A, "gmv_risk": C ** -0.5,
                    "gmv_ret": A / C}
    return [row]
