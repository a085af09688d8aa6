"""Plain versions of the calculations of crowd/; see reference.py. Each takes the project and a date
and returns the rows that the result must have."""
import math

import reference_statistics as stats
from reference_lots import days_of, lots_of, priced, side, total, trailing
from reference_prices import MARKET, tickers_of
from reference_profiling import smart_money_score

CROWD_DAYS = 20


def scores_of(project, date):
    """{user: score}; none while the pipeline has no score yet."""
    if not list(project.folder.glob("calculations/profiling/smart_money_score.*")):
        return {}
    return {row["user_id"]: row["smart_score"] for row in smart_money_score(project, date)}


def smart_sentiment(lots, scores):
    """Lots of users without a score do not count."""
    lots = [lot for lot in lots if scores.get(lot["user_id"]) is not None]
    if not all(priced(lot) for lot in lots):
        return None
    weights = [scores[lot["user_id"]] * lot["value"] for lot in lots]
    return stats.ratio(math.fsum(side(lot) * w for lot, w in zip(lots, weights)),
                       math.fsum(weights))


def popular_assets(project, date):
    stocks = [t for t in tickers_of(project, date) if t != MARKET]
    window = trailing(project, date, 6)
    scores = scores_of(project, date)
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
            "smart_sentiment": smart_sentiment(lots, scores), "net_flow": flow,
            "popularity_rank": 1 + sum(len(h) > n for h in holders.values())})
    return rows


def crowd_on(project, date, day):
    """(P&L, value the day before) of all users of whom both are known on a day of W."""
    states = [days[day] for days in days_of(project, date).values()
              if days[day].pnl is not None and days[day].value_before is not None]
    return math.fsum(s.pnl for s in states), math.fsum(s.value_before for s in states)


def crowd_pnl_volatility(project, date):
    """MAD is the median of the absolute distances from the median."""
    today = project.days.index(date)
    days = range(max(0, today + 1 - CROWD_DAYS), today + 1)
    recent = [stats.ratio(*crowd_on(project, date, day)) for day in days]
    returns = [days[today].daily_return for days in days_of(project, date).values()]
    returns = [r for r in returns if r is not None]
    middle = stats.median(returns)
    row = {"n": len(returns), "crowd_return": recent[-1], "mean": stats.mean(returns),
           "std": stats.deviation(returns),
           "mad": stats.median([abs(r - middle) for r in returns])}
    row |= {f"p{p}": stats.percentile(returns, p) for p in (5, 25, 50, 75, 95)}
    volatility = None
    if len(recent) == CROWD_DAYS and None not in recent:
        volatility = stats.deviation(recent) * math.sqrt(stats.YEAR)
    return [row | {
        "skew": stats.skewness(returns), "kurt_excess": stats.excess_kurtosis(returns),
        "share_up": stats.mean([float(r > 0) for r in returns]),
        "pnl": crowd_on(project, date, today)[0], "pnl_vol20": volatility}]
