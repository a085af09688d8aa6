"""Plain versions of the calculations of profiling/; see reference.py. Each takes the project and a
date and returns the rows that the result must have."""
import functools

import reference_statistics as stats
from reference_attribution import capm, market_returns
from reference_portfolio import exposure, returns_of, user_risk
from reference_psychometrics import around, disposition, holding, revenge_trading

HALF = 30
LEAST_OF_HALF = 20


def joined(*tables):
    """{user: the columns of all tables}"""
    result = {}
    for table in tables:
        for row in table:
            result.setdefault(row["user_id"], {}).update(row)
    return result


def not_above(x, threshold):
    return {False} if x is None else around(-x, -threshold)


def both(a, b):
    return {x and y for x in a for y in b}


def classes_of(user):
    """The classes that a user may be in: more than one where a rule's input is on its threshold.
    Days and counts are whole or half numbers, and exact."""
    quick = user["hold_median"] is not None and user["hold_median"] <= 3
    enough = {user["n_buys"] >= 8}
    rules = (
        ("day_trader", {quick and user["n_closed"] >= 20}),
        ("revenge_trader", user["revenge_flag"]),
        ("disposition_prone",
         both(around(user["disposition"], .05), around(user["disposition_t"], 1.96))),
        ("concentrated", around(user["hhi"], .40)),
        ("momentum", both(around(user["buy_momentum"], .06), enough)),
        ("contrarian", both(not_above(user["buy_momentum"], -.08), enough)),
        ("index_holder", both(not_above(user["turnover"], .25), around(user["n_eff"], 4))),
        ("other", {True}))
    classes = set()
    for name, holds in rules:
        if True in holds:
            classes.add(name)
        if False not in holds:
            return classes
    raise AssertionError("the last rule holds")


def user_classifier(project, date):
    users = joined(holding(project, date), revenge_trading(project, date),
                   disposition(project, date), exposure(project, date))
    return [{"user_id": user, "user_class": classes_of(row)} for user, row in users.items()]


@functools.cache
def smart_money_score(project, date):
    market = market_returns(project, date)
    series = returns_of(project, date)

    def alpha_t(part):
        lines = (stats.least_squares(list(zip(market[part], returns[part])), LEAST_OF_HALF)
                 for returns in series.values())
        return [line["alpha_t"] for line in lines]

    h1, h2 = alpha_t(slice(-2 * HALF, -HALF)), alpha_t(slice(-HALF, None))
    alpha = [row["alpha_t"] for row in capm(project, date)]
    sharpe = [row["sharpe"] for row in user_risk(project, date)]
    ranks = zip(*(stats.percent_ranks(values) for values in (alpha, sharpe, h1, h2)))
    rows = []
    for user, t1, t2, (a, s, r1, r2) in zip(series, h1, h2, ranks):
        score = None if None in (a, s, r1, r2) else 100 * (0.5 * a + 0.3 * s + 0.2 * min(r1, r2))
        rows.append({"user_id": user, "skill_h1": t1, "skill_h2": t2, "smart_score": score})
    return rows
