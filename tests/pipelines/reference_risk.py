"""Plain versions of the calculations of risk/ on users; see reference.py. Each takes the project
and a date and returns the rows that the result must have."""
import math

from reference_lots import books, total
from reference_portfolio import user_risk
from reference_prices import frontier_of, hull_of, price_layers


def area(corners):
    """By the shoelace formula."""
    if len(corners) < 3:
        return 0.0
    return math.fsum(a[0] * b[1] - b[0] * a[1]
                     for a, b in zip(corners, corners[1:] + corners[:1])) / 2


def user_risk_geometry(project, date):
    """A ticker without a vol60, also for want of a close, has no point. Of tickers with equal
    points the first by name is the corner."""
    vol60 = {row["ticker"]: row["vol60"] for row in price_layers(project, date)}
    rows = []
    for user, book in books(project, date).items():
        points, invested = {}, {}
        for ticker in sorted({lot["ticker"] for lot in book.open}):
            lots = [lot for lot in book.open if lot["ticker"] == ticker]
            cost, profit = total(lots, "invested"), total(lots, "net_profit")
            vol = vol60.get(ticker)
            if cost and vol is not None:
                points[ticker] = round(vol, 12), round(100 * profit / cost, 12)
                invested[ticker] = cost
        hull = hull_of(points)
        on_frontier = math.fsum(invested[t] for t in frontier_of(points, hull))
        rows.append({
            "user_id": user, "points": len(points), "hull_points": len(hull),
            "hull_area": area([points[t] for t in hull]),
            "efficiency": on_frontier / math.fsum(invested.values()) if points else None})
    return rows


def frontier_by_slope(points):
    """The upper hull of (risk, return) points from the least risk (ties: more return) to the
    highest return (ties: less risk): from each corner to the point that is steepest to reach."""
    best = {}
    for risk, ret in points:
        best[risk] = max(ret, best.get(risk, ret))
    at = min(best)
    top = min(best, key=lambda risk: (-best[risk], risk))
    corners = [(at, best[at])]
    while at != top:
        at = max((risk for risk in best if at < risk <= top),
                 key=lambda risk: ((best[risk] - best[at]) / (risk - at), risk))
        corners.append((at, best[at]))
    return corners


def height(corners, risk):
    """The return of the frontier at a risk: linear, flat beyond its ends."""
    if risk <= corners[0][0]:
        return corners[0][1]
    for (x0, y0), (x1, y1) in zip(corners, corners[1:]):
        if risk <= x1:
            return y0 + (y1 - y0) * (risk - x0) / (x1 - x0)
    return corners[-1][1]


def frontier_gap(project, date):
    risks = user_risk(project, date)
    points = {(round(row["vol"], 12), round(row["mean_ret"], 12))
              for row in risks if row["vol"] is not None}
    corners = frontier_by_slope(points) if points else []
    return [{"user_id": row["user_id"],
             "frontier_gap": None if row["vol"] is None
             else height(corners, row["vol"]) - row["mean_ret"]} for row in risks]
