"""Plain versions of the calculations of crowd/; see reference.py. Each takes the project and a date
and returns the rows that the result must have."""
from reference_lots import lots_of, side, total, trailing
from reference_prices import MARKET, tickers_of


def popular_assets(project, date):
    stocks = [t for t in tickers_of(project, date) if t != MARKET]
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
