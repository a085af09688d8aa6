#!/usr/bin/env python3
"""The plain statistics of the references against libraries that others trust: statsmodels, scipy,
numpy and TA-Lib, on random cases. ALMANAC_SEED=N repeats them."""
import math
import os
import random
import unittest
import warnings

import numpy as np
import scipy.spatial
import scipy.stats
import statsmodels.api as sm
import talib

import reference_prices as prices
import reference_statistics as stats

SEED = int(os.environ.get("ALMANAC_SEED", random.SystemRandom().randrange(10**6)))
CASES = 200


def setUpModule():
    print(f"ALMANAC_SEED={SEED}", flush=True)
    warnings.simplefilter("ignore")


class Libraries(unittest.TestCase):
    def setUp(self):
        self.rng = random.Random(SEED)

    def sample(self, least=4):
        n = self.rng.randint(least, 80)
        return [self.rng.gauss(0.001, 0.02) for _ in range(n)]

    def same(self, found, expected, relative=1e-9):
        self.assertTrue(math.isclose(found, expected, rel_tol=relative, abs_tol=1e-12),
                        f"found {found!r}, expected {expected!r}")

    def test_lines_are_those_of_statsmodels(self):
        for _ in range(CASES):
            x = self.sample(30)
            y = [0.0005 + 1.2 * a + self.rng.gauss(0, 0.01) for a in x]
            found = stats.least_squares(list(zip(x, y)), 30)
            fit = sm.OLS(y, sm.add_constant(np.array(x))).fit()
            self.same(found["alpha"], fit.params[0])
            self.same(found["beta"], fit.params[1])
            self.same(found["alpha_t"], fit.tvalues[0])
            self.same(found["r2"], fit.rsquared)
            self.same(found["resid_vol"], math.sqrt(fit.mse_resid * 252))

    def test_moments_and_quantiles_are_those_of_scipy_and_numpy(self):
        for _ in range(CASES):
            x = self.sample()
            self.same(stats.deviation(x), np.std(x, ddof=1))
            self.same(stats.skewness(x), scipy.stats.skew(x, bias=False))
            self.same(stats.excess_kurtosis(x), scipy.stats.kurtosis(x, bias=False))
            for p in (5, 25, 50, 75, 95):
                self.same(stats.percentile(x, p), np.percentile(x, p))
            middle = stats.median(x)
            self.same(stats.median([abs(a - middle) for a in x]),
                      scipy.stats.median_abs_deviation(x))

    def test_ranks_are_those_of_scipy(self):
        for _ in range(CASES):
            x = [round(a, 2) for a in self.sample()]
            for found, rank in zip(stats.percent_ranks(x), scipy.stats.rankdata(x)):
                self.same(found, (rank - 0.5) / len(x))

    def test_hulls_are_those_of_qhull(self):
        for _ in range(CASES):
            points = {str(i): (self.rng.random(), self.rng.random()) for i in range(30)}
            hull = scipy.spatial.ConvexHull(list(points.values()))
            expected = {list(points)[i] for i in hull.vertices}
            self.assertEqual(set(prices.hull_of(points)), expected)

    def test_rsi_is_that_of_ta_lib(self):
        for _ in range(CASES):
            closes = list(100 * np.exp(np.cumsum(self.sample(40))))
            expected = talib.RSI(np.array(closes), timeperiod=14)
            for (_, _, found), there in zip(prices.wilder(closes), expected):
                if found is not None:
                    self.same(found, there)


if __name__ == "__main__":
    unittest.main()
