#!/usr/bin/env python3
"""The plain formulas of reference.py against worked cases and against small cases done by hand."""
import json
import math
import pathlib
import random
import unittest

import reference
import reference_attribution as attribution
import reference_crowd as crowd
import reference_lots
import reference_portfolio as portfolio
import reference_prices as prices
import reference_profiling as profiling
import reference_psychometrics as psychometrics
import reference_risk as risk
import reference_statistics as stats

HERE = pathlib.Path(__file__).resolve().parent
CASES = json.loads((HERE / "data/edge_cases.json").read_text())


class WorkedCases(unittest.TestCase):
    def same(self, expected, found):
        self.assertTrue(reference.equal(expected, found), f"expected {expected}, found {found}")

    def test_rsi(self):
        for name, case in CASES["rsi"].items():
            closes = case["x"]
            known = closes[: closes.index(None)] if None in closes else closes
            found = [value for _, _, value in prices.wilder(known)]
            found += [None] * (len(closes) - len(found))
            with self.subTest(name):
                self.same(case["y"], found)

    def test_hull(self):
        for name, case in CASES["hull"].items():
            points = {f"{i:02}": tuple(map(float, p)) for i, p in enumerate(case["points"])}
            hull = prices.hull_of(points)
            frontier = [points[t] for t in prices.frontier_of(points, hull)]
            with self.subTest(name):
                self.assertEqual([list(points[t]) for t in hull], case["hull"])
                self.assertEqual([list(p) for p in frontier], case["frontier"])
                if points:
                    self.assertEqual(risk.frontier_by_slope(set(points.values())), frontier)

    def test_capm(self):
        random.seed(1)
        market = [random.gauss(0, 0.01) for _ in range(60)]
        line = [0.001 + 1.5 * x for x in market]
        series = {"perfect line": (market, line), "constant y": (market, [0.001] * 60),
                  "constant market": ([0.001] * 60, line),
                  "29 of 60 valid": (market, [None] * 31 + line[31:]),
                  "all NaN": (market, [None] * 60)}
        for name, (x, y) in series.items():
            found = stats.least_squares(list(zip(x, y)), 30)
            for column, expected in CASES["capm"][name].items():
                with self.subTest(name, column=column):
                    value = found[column]
                    self.same(expected, float(value) if column == "n_obs" else value)

    def test_brinson(self):
        case = CASES["brinson"]
        whole = sum(w * r for w, r in zip(case["wb"], case["rb"]))
        portfolios = {"held all": ((.4, .4, .2), (.02, -.01, .03)),
                      "one sector": ((1, 0, 0), (.02, -.02, .03)),
                      "== benchmark": (case["wb"], case["rb"])}
        for name, (wp, rp) in portfolios.items():
            effects = [attribution.brinson(*sector, whole)
                       for sector in zip(wp, rp, case["wb"], case["rb"])]
            with self.subTest(name):
                self.same(case[name], [list(map(float, effect)) for effect in zip(*effects)])

    def test_proportions(self):
        odean = next(name for name in CASES["pgr"] if name.startswith("rg="))
        for name, counts in ((odean, (2, 2, 1, 3)), ("no sale", (0, 0, 0, 0)),
                             ("no losers", (3, 1, 0, 0)), ("all realised", (1, 0, 1, 0))):
            with self.subTest(name):
                self.same(CASES["pgr"][name], list(psychometrics.proportions(*counts)))

    def test_skew_and_ranks(self):
        for name, values in (("n=2", [1, 2]), ("no spread", [.1] * 9), ("1,2,10", [1, 2, 10])):
            self.same(CASES["skew"][name], stats.skewness(values))
        self.same(CASES["pct_rank"]["y"], stats.percent_ranks(CASES["pct_rank"]["x"]))


class HandProject:
    """Two stocks and the market; A gains 1 a day, B stays."""

    def __init__(self, days=10):
        self.days = [f"2024-{1 + i // 20:02}-{1 + i % 20:02}" for i in range(days)]
        self.prices = {d: {"A": 100.0 + i, "B": 50.0, "SP500": 1000.0 + i % 2}
                       for i, d in enumerate(self.days)}
        self.folder = pathlib.Path("/nowhere")
        self.tables = {}

    def rows(self, table, date):
        return self.tables.get((table, date), [])

    def lot(self, user, ticker, opened, closed=None, buy=True, units=2.0, **other):
        """Opened and closed at the closes of these days; open on the last day without `closed`."""
        snapshot = self.days[-1] if closed is None else self.days[closed]
        date = self.days[opened] if isinstance(opened, int) else opened
        bought = self.prices[date][ticker] if date in self.prices else 100.0
        row = {"user_id": user, "ticker": ticker, "is_buy": buy, "units": units, "open_date": date,
               "open_price": bought, "price": self.prices[snapshot].get(ticker)} | other
        now = row["price"] if row["price"] is not None else math.nan
        row["invested"] = units * row["open_price"]
        row["net_profit"] = (1 if buy else -1) * units * (now - row["open_price"])
        row["value"] = row["invested"] + row["net_profit"]
        table = "positions" if closed is None else "history"
        self.tables.setdefault((table, snapshot), []).append(row)


def of_user(function, project, user=1):
    rows = function(project, project.days[-1])
    return next((row for row in rows if row["user_id"] == user), None)


class HandMadeCases(unittest.TestCase):
    def setUp(self):
        self.project = HandProject()

    def returns(self, user=1):
        return of_user(portfolio.return_series, self.project, user)["returns"]

    def test_a_lot_earns_from_the_day_after_it_was_opened_to_the_day_it_is_closed(self):
        self.project.lot(1, "A", 3, closed=5)
        self.project.lot(2, "A", 4, closed=4)
        self.assertEqual(self.returns(), [None] * 4 + [1 / 103, 1 / 104] + [None] * 4)
        self.assertEqual(self.returns(2), [None] * 10)

    def test_a_short_earns_the_other_way_and_its_value_falls(self):
        self.project.lot(1, "A", 6, buy=False)
        self.assertEqual(self.returns()[-3:], [-1 / 106, -1 / 105, -1 / 104])
        self.assertEqual(of_user(portfolio.daily_return, self.project)["daily_pnl"], -2)

    def test_a_day_off_counts_as_the_next_day_of_the_table(self):
        del self.project.prices[self.project.days.pop(4)]
        self.project.lot(1, "A", "2024-01-05", open_price=105.0)
        self.assertEqual(self.returns(), [None] * 5 + [1 / 105, 1 / 106, 1 / 107, 1 / 108])

    def test_a_missing_close_in_the_middle_makes_two_returns_null(self):
        del self.project.prices[self.project.days[6]]["A"]
        self.project.lot(1, "A", 4)
        self.assertEqual(self.returns(), [None] * 5 + [1 / 104, None, None, 1 / 107, 1 / 108])

    def test_a_lot_without_a_price_makes_its_own_day_null_only(self):
        self.project.lot(1, "A", 7, price=None)
        self.assertEqual(self.returns(), [None] * 8 + [1 / 107, None])
        self.assertIsNone(of_user(portfolio.exposure, self.project)["hhi"])

    def test_a_stock_without_a_close_fails_its_owner_only_and_only_where_closes_are_read(self):
        self.project.prices[self.project.days[7]]["GONE"] = 4.0
        self.project.lot(1, "GONE", 7, price=3.0)
        self.project.lot(2, "A", 7)
        self.assertIsNone(of_user(portfolio.return_series, self.project))
        self.assertIsNotNone(of_user(portfolio.return_series, self.project, 2))
        self.assertEqual(of_user(portfolio.net_profit, self.project)["net_profit"], -2)

    def test_a_rejected_lot_is_not_there(self):
        self.project.lot(1, "A", 7, units=-1.0)
        self.assertEqual(reference_lots.books(self.project, self.project.days[-1]), {})

    def test_turnover_is_over_all_days(self):
        self.project.lot(1, "B", 5, closed=8)  # 100 bought, 100 sold, held at 3 of 10 closes
        self.assertAlmostEqual(of_user(portfolio.exposure, self.project)["turnover"], 100 / 30)

    def test_a_sale_counts_the_lots_that_are_kept(self):
        self.project.lot(1, "A", 2, closed=5)  # a gain
        self.project.lot(1, "A", 3, closed=8, buy=False)  # a loss, on paper before
        self.project.lot(1, "A", 4)
        self.project.lot(1, "A", 6)  # not yet there on the first day
        row = of_user(psychometrics.disposition, self.project)
        self.assertEqual([row[c] for c in ("rg", "pg", "rl", "pl")], [1, 3, 1, 1])

    def test_holding_days_are_days_of_the_table(self):
        self.project.lot(1, "A", 2, closed=5)
        self.project.lot(1, "A", 1, closed=8, buy=False)
        row = of_user(psychometrics.holding, self.project)
        self.assertEqual((row["hold_win"], row["hold_loss"], row["hold_median"]), (3, 7, 5))
        self.assertEqual((row["n_closed"], row["n_buys"]), (2, 1))

    def test_days_after_a_loss(self):
        self.project = HandProject(20)
        self.project.lot(1, "B", 0)  # live on every day but the first
        self.project.lot(1, "A", 1, closed=4, buy=False)
        self.project.lot(1, "A", 10, closed=13, buy=False)
        self.project.lot(1, "B", 5, units=6.0)
        row = of_user(psychometrics.revenge_trading, self.project)
        self.assertEqual((row["post_loss_days"], row["other_days"]), (6, 13))  # 5-7 and 14-16
        self.assertAlmostEqual(row["revenge_size_ratio"], 300 / ((202 + 220) / 2))
        self.assertAlmostEqual(row["revenge_ratio"], (300 / 6) / (422 / 13))
        self.assertEqual(row["revenge_flag"], {False})

    def test_a_score_needs_all_its_parts(self):
        self.project = HandProject(70)
        for user in (1, 2, 3):
            self.project.lot(user, "A", 0 if user < 3 else 50)
            self.project.lot(user, "B", 0 if user < 3 else 50, units=float(user))
        scores = [of_user(profiling.smart_money_score, self.project, user) for user in (1, 2, 3)]
        self.assertEqual([row["smart_score"] is None for row in scores], [False, False, True])

    def test_a_user_is_more_than_one_class_on_a_threshold(self):
        user = dict.fromkeys(("disposition", "disposition_t", "buy_momentum", "hold_median"))
        user |= {"n_closed": 0.0, "n_buys": 0, "revenge_flag": {False}, "hhi": 0.4,
                 "turnover": 0.1, "n_eff": 4.5}
        self.assertEqual(profiling.classes_of(user), {"concentrated", "index_holder"})
        self.assertEqual(profiling.classes_of(user | {"hhi": 0.41}), {"concentrated"})
        self.assertEqual(profiling.classes_of(user | {"hhi": None, "turnover": None}), {"other"})

    def test_a_crowd_of_nobody_has_a_row(self):
        (row,) = crowd.crowd_pnl_volatility(self.project, self.project.days[-1])
        self.assertEqual(row, dict.fromkeys(row) | {"n": 0, "pnl": 0.0})


if __name__ == "__main__":
    unittest.main()
