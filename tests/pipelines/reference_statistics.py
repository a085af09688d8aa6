"""Textbook statistics of plain lists, None where a value is not defined; see reference.py."""
import math

YEAR = 252
TINY = 1e-15  # a spread that is rounding alone


def finite(x):
    return x is not None and math.isfinite(x)


def total(terms):
    """The sum; None once a term or the sum itself is not a finite number."""
    terms = list(terms)
    if not all(finite(x) for x in terms):
        return None
    try:
        return math.fsum(terms)
    except OverflowError:
        return None


def ratio(a, b):
    """a / b; None without either, for b = 0 and where it is not finite."""
    if a is None or not b:
        return None
    return a / b if math.isfinite(a / b) else None


def difference(a, b):
    return None if a is None or b is None else a - b


def mean(values):
    return math.fsum(values) / len(values) if values else None


def moment(values, power):
    middle = mean(values)
    return mean([(x - middle) ** power for x in values])


def deviation(values):
    """The sample standard deviation."""
    n = len(values)
    return math.sqrt(moment(values, 2) * n / (n - 1)) if n >= 2 else None


def skewness(values):
    """G1, the adjusted Fisher-Pearson coefficient."""
    n = len(values)
    if n < 3 or moment(values, 2) <= 1e-24:
        return None
    return math.sqrt(n * (n - 1)) / (n - 2) * moment(values, 3) / moment(values, 2) ** 1.5


def excess_kurtosis(values):
    """G2, without bias for normal values."""
    n = len(values)
    if n < 4 or moment(values, 2) <= 1e-24:
        return None
    g2 = moment(values, 4) / moment(values, 2) ** 2 - 3
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6)


def percentile(values, p):
    """Linear between the two nearest of the sorted values."""
    if not values:
        return None
    values = sorted(values)
    place = (len(values) - 1) * p / 100
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def median(values):
    return percentile(values, 50)


def percent_ranks(values):
    """(average rank - 0.5) / n of those that are not None, after rounding to 12 decimals."""
    values = [None if x is None else round(x, 12) for x in values]
    known = sorted(x for x in values if x is not None)
    rank_of, i = {}, 0
    while i < len(known):
        ties = known.count(known[i]) if known[i:i + 2] == [known[i]] * 2 else 1
        rank_of[known[i]] = i + (ties + 1) / 2  # the mean of i + 1 ... i + ties
        i += ties
    return [None if x is None else (rank_of[x] - 0.5) / len(known) for x in values]


def least_squares(pairs, least):
    """The line y = alpha + beta * x through (x, y) pairs; needs `least` pairs with both values."""
    pairs = [(x, y) for x, y in pairs if x is not None and y is not None]
    n = len(pairs)
    result = dict.fromkeys(("alpha", "beta", "alpha_t", "r2", "resid_vol")) | {"n_obs": n}
    if n < least:
        return result
    xs, ys = zip(*pairs)
    if deviation(xs) <= TINY:
        return result
    x_mean, y_mean = mean(xs), mean(ys)
    sxx = math.fsum((x - x_mean) ** 2 for x in xs)
    beta = math.fsum((x - x_mean) * (y - y_mean) for x, y in pairs) / sxx
    alpha = y_mean - beta * x_mean
    sse = math.fsum((y - alpha - beta * x) ** 2 for x, y in pairs)
    s = math.sqrt(sse / (n - 2))
    error = s * math.sqrt(1 / n + x_mean ** 2 / sxx)
    result |= {"alpha": alpha, "beta": beta, "resid_vol": s * math.sqrt(YEAR)}
    result["alpha_t"] = alpha / error if error > 1e-15 else None
    if deviation(ys) > TINY:
        result["r2"] = 1 - sse / math.fsum((y - y_mean) ** 2 for y in ys)
    return result
