# SPDX-License-Identifier: Apache-2.0
"""Writes ab.json: data of A/B tests with what `dure ab analyze --json` and `dure ab plan --json` must print.

    pip install numpy scipy statsmodels
    python make_ab_reference.py > ab.json

The versions used are in the file. Sources of the values:
- proportions, chi-squared tests, Holm and Benjamini-Hochberg, power: statsmodels; Fisher's test, Welch's test and its
  interval, the rank-sum test, the exact Poisson test (as a binomial test): SciPy
- ratios: the delta method written with the covariance matrix; CUPED: the covariate's coefficient of a least squares fit
  of values on group and covariate
- planned looks: the recursion of Armitage, McPherson and Rowe on Brownian motion by Gauss-Legendre quadrature with 640
  nodes between the boundaries, boundaries and intervals by Brent's method
- confidence sequences: the formula of Waudby-Smith and others (2024), written out; the mixture: SciPy's betaln
"""
import csv
import io
import json
import math

import numpy as np
import pandas
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import optimize, special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower, TTestIndPower
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

random = np.random.default_rng(20_261_121)
Z = stats.norm.ppf(0.975)
cases = []


def case(name, command, rows, arguments, expect, columns=None):
    text = None
    if rows is not None:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[repr(float(v)) if isinstance(v, (float, np.floating)) else v for v in r] for r in rows])
        text = out.getvalue()
    clean = {}
    for key, value in expect.items():
        value = float(value)
        assert math.isfinite(value), (name, key)
        clean[key] = value
    cases.append({"name": name, "command": command, "csv": text, "arguments": arguments, "expect": clean})


# Proportions


def lift(a, va, b, vb, z=Z):
    ratio = b / a
    half = z * math.sqrt(vb + ratio * ratio * va) / a
    return {"relative_lift": ratio - 1, "relative_lift_interval.lower": ratio - 1 - half,
            "relative_lift_interval.upper": ratio - 1 + half}


def prefixed(prefix, values):
    return {f"{prefix}.{key}": value for key, value in values.items()}


def proportion(n1, x1, n2, x2, level=0.05):
    z, p = proportions_ztest([x2, x1], [n2, n1])
    lower, upper = confint_proportions_2indep(x2, n2, x1, n1, method="newcomb", alpha=level)
    wald = confint_proportions_2indep(x2, n2, x1, n1, method="wald", alpha=level)
    table = np.array([[x1, n1 - x1], [x2, n2 - x2]])
    plain = stats.chi2_contingency(table, correction=False)
    yates = stats.chi2_contingency(table, correction=True)
    g = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    fisher = stats.fisher_exact(table)[1]
    quantile = stats.norm.ppf(1 - level / 2)
    p1, p2 = x1 / n1, x2 / n2
    deviation = math.sqrt((1 - p1) / x1 + (1 - p2) / x2)
    out = {
        "difference": p2 - p1, "z": z, "p": fisher if plain.expected_freq.min() < 5 else p, "interval.lower": lower, "interval.upper": upper,
        "standard_error": math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2),
        "proportions.pooled_p": p, "proportions.fisher_p": fisher,
        "proportions.wald.lower": wald[0], "proportions.wald.upper": wald[1],
        "proportions.table.chi_squared": plain.statistic, "proportions.table.chi_squared_p": plain.pvalue,
        "proportions.table.yates": yates.statistic, "proportions.table.yates_p": yates.pvalue,
        "proportions.table.g": g.statistic, "proportions.table.g_p": g.pvalue,
        "proportions.risk_ratio_interval.lower": p2 / p1 * math.exp(-quantile * deviation),
        "proportions.risk_ratio_interval.upper": p2 / p1 * math.exp(quantile * deviation),
    }
    return out | lift(p1, p1 * (1 - p1) / n1, p2, p2 * (1 - p2) / n2, quantile)


for n1, x1, n2, x2, level in [(9_871, 203, 10_042, 251, 0.05), (48, 3, 51, 9, 0.05), (1_203_441, 24_113, 1_200_019, 24_690, 0.01),
                              (777, 611, 803, 640, 0.1)]:
    split = stats.chisquare([n1, n2])
    case(f"proportions of {n1} and {n2}", "analyze", [("control", n1, x1), ("new", n2, x2)],
         ["--totals", "n", "--metric", "bought", "--alpha", str(level)],
         prefixed("comparisons[0].raw", proportion(n1, x1, n2, x2, level))
         | {"sample_ratio.p": split.pvalue, "sample_ratio.chi_squared": split.statistic},
         ["variant", "n", "bought"])

# Means


def welch(a, b, level=0.05):
    test = stats.ttest_ind(b, a, equal_var=False)
    interval = test.confidence_interval(1 - level)
    va, vb = np.var(a, ddof=1) / len(a), np.var(b, ddof=1) / len(b)
    return {"difference": np.mean(b) - np.mean(a), "z": test.statistic, "p": test.pvalue, "interval.lower": interval.low,
            "interval.upper": interval.high, "standard_error": math.sqrt(va + vb),
            "means.degrees_of_freedom": test.df} | lift(np.mean(a), va, np.mean(b), vb, stats.norm.ppf(1 - level / 2))


a = np.round(random.gamma(2, 30, 61), 2)
b = np.round(random.gamma(1.1, 75, 47), 2)
ranks = stats.mannwhitneyu(b, a, method="asymptotic")
case("means of unequal variances", "analyze", [("a", v) for v in a] + [("b", v) for v in b],
     ["--metric", "spent"],
     prefixed("comparisons[0].raw", welch(a, b) | {"rank_sum.u": ranks.statistic, "rank_sum.p": ranks.pvalue}),
     ["variant", "spent"])
case("means of totals", "analyze", [("a", 61, float(np.mean(a)), float(np.std(a, ddof=1))), ("b", 47, float(np.mean(b)), float(np.std(b, ddof=1)))],
     ["--totals", "n", "--metric", "spent:mean/sd", "--alpha", "0.1"], prefixed("comparisons[0].raw", welch(a, b, 0.1)),
     ["variant", "n", "spent", "sd"])
a = random.integers(0, 9, 17).astype(float)
b = random.integers(2, 12, 19).astype(float)
# The exact permutation distribution of the rank sum with ties, by counting.
joined = stats.rankdata(np.concatenate([b, a]))
observed = abs(joined[:19].sum() - 19 * 37 / 2)
doubled = np.round(2 * joined).astype(int)
ways = [dict() for _ in range(20)]
ways[0][0] = 1
for value in doubled:
    for size in range(18, -1, -1):
        for total, count in list(ways[size].items()):
            ways[size + 1][total + value] = ways[size + 1].get(total + value, 0) + count
exact = sum(c for t, c in ways[19].items() if abs(t / 2 - 19 * 37 / 2) >= observed - 1e-9) / math.comb(36, 19)
case("few values with ties, by exact ranks", "analyze", [("a", v) for v in a] + [("b", v) for v in b],
     ["--metric", "n:mean"], prefixed("comparisons[0].raw", welch(a, b) | {"rank_sum.p": exact}), ["variant", "n"])

# Great values limited
a = np.round(random.lognormal(3, 1.2, 150), 2)
b = np.round(random.lognormal(3.2, 1.2, 140), 2)
limit = np.quantile(np.concatenate([a, b]), 0.98)
limited = welch(np.minimum(a, limit), np.minimum(b, limit))
case("great values limited", "analyze", [("a", v) for v in a] + [("b", v) for v in b],
     ["--metric", "spent", "--winsorise", "0.98"],
     prefixed("comparisons[0].raw", welch(a, b)) | prefixed("comparisons[0].winsorised", limited)
     | {"comparisons[0].winsorised.limit": limit, "comparisons[0].p": limited["p"],
        "comparisons[0].winsorised.changed_units": int((a > limit).sum() + (b > limit).sum())},
     ["variant", "spent"])

# Ratios


def delta(y, x):
    ratio = y.mean() / x.mean()
    cov = np.cov(y, x, ddof=1)
    gradient = np.array([1 / x.mean(), -y.mean() / x.mean() ** 2])
    return ratio, float(gradient @ cov @ gradient) / len(y)


def ratios(ya, xa, yb, xb):
    (ra, va), (rb, vb) = delta(ya, xa), delta(yb, xb)
    se = math.sqrt(va + vb)
    df = (va + vb) ** 2 / (va**2 / (len(ya) - 1) + vb**2 / (len(yb) - 1))
    t = (rb - ra) / se
    half = stats.t.ppf(0.975, df) * se
    return {"control_value": ra, "treatment_value": rb, "difference": rb - ra, "standard_error": se, "z": t,
            "p": 2 * stats.t.sf(abs(t), df), "interval.lower": rb - ra - half, "interval.upper": rb - ra + half} | lift(ra, va, rb, vb)


xa, xb = random.poisson(4, 88) + 1.0, random.poisson(4.2, 91) + 1.0
ya, yb = np.round(xa * random.gamma(3, 2, 88), 1), np.round(xb * random.gamma(3, 2.4, 91), 1)
case("ratios by the delta method", "analyze", [("a", y, x) for y, x in zip(ya, xa)] + [("b", y, x) for y, x in zip(yb, xb)],
     ["--metric", "spent:ratio/visits"], prefixed("comparisons[0].raw", ratios(ya, xa, yb, xb)), ["variant", "spent", "visits"])

# Counts


def poisson(k1, e1, k2, e2):
    r1, r2 = k1 / e1, k2 / e2
    pooled = (k1 + k2) / (e1 + e2)
    z = (r2 - r1) / math.sqrt(pooled / e1 + pooled / e2)
    se = math.sqrt(r1 / e1 + r2 / e2)
    log = math.sqrt(1 / k1 + 1 / k2)
    return {"z": z, "p": 2 * stats.norm.sf(abs(z)), "exact_p": stats.binomtest(k2, k1 + k2, e2 / (e1 + e2)).pvalue,
            "interval.lower": r2 - r1 - Z * se, "interval.upper": r2 - r1 + Z * se, "relative_lift": r2 / r1 - 1,
            "relative_lift_interval.lower": r2 / r1 * math.exp(-Z * log) - 1,
            "relative_lift_interval.upper": r2 / r1 * math.exp(Z * log) - 1}


a, b = random.negative_binomial(2, 0.4, 120).astype(float), random.negative_binomial(2, 0.35, 133).astype(float)
within = ((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum()
case("counts in groups", "analyze", [("a", int(v)) for v in a] + [("b", int(v)) for v in b], ["--metric", "clicks:count"],
     prefixed("comparisons[0].raw", welch(a, b)) | prefixed("comparisons[0].raw.rates", poisson(int(a.sum()), 120, int(b.sum()), 133))
     | {"comparisons[0].raw.dispersion": within / 251 / ((a.sum() + b.sum()) / 253)}, ["variant", "clicks"])
for k1, e1, k2, e2 in [(311, 4_017.5, 402, 4_120.25), (2, 800.0, 7, 810.0)]:
    expected = poisson(k1, e1, k2, e2)
    case(f"rates of {k1} and {k2} events", "analyze", [("a", e1, k1), ("b", e2, k2)], ["--totals", "hours", "--metric", "calls:count"],
         prefixed("comparisons[0].raw.rates", expected)
         | {"comparisons[0].raw.p": expected["exact_p"] if k1 + k2 < 10 else expected["p"]}, ["variant", "hours", "calls"])

# CUPED
before = [np.round(random.normal(50, 12, 90), 2), np.round(random.normal(51, 12, 84), 2)]
after = [np.round(0.8 * before[0] + random.normal(10, 6, 90), 2), np.round(0.8 * before[1] + random.normal(13, 9, 84), 2)]
frame = pandas.DataFrame({"y": np.concatenate(after), "g": [0] * 90 + [1] * 84, "x": np.concatenate(before)})
slope = sm.OLS(frame.y, sm.add_constant(frame[["g", "x"]])).fit().params["x"]
adjusted = [y - slope * (x - frame.x.mean()) for y, x in zip(after, before)]
ry = np.concatenate([y - y.mean() for y in after])
rx = np.concatenate([x - x.mean() for x in before])
expected = welch(adjusted[0], adjusted[1])
case("a covariate taken out", "analyze",
     [("a", y, x) for y, x in zip(after[0], before[0])] + [("b", y, x) for y, x in zip(after[1], before[1])],
     ["--metric", "spent", "--covariate", "before"],
     prefixed("comparisons[0].adjusted", expected) | prefixed("comparisons[0].raw", welch(*after))
     | {"comparisons[0].adjusted.slope": slope, "comparisons[0].adjusted.variance_reduction": stats.pearsonr(ry, rx).statistic ** 2,
        "comparisons[0].p": expected["p"], "comparisons[0].interval.lower": expected["interval.lower"]},
     ["variant", "spent", "before"])

# Several variants and metrics
sizes = [4_011, 3_990, 2_031, 1_988]
bought = [202, 251, 122, 101]
returned = [33, 21, 19, 25]
pvalues = [proportions_ztest([c[i], c[0]], [sizes[i], sizes[0]])[1] for c in (bought, returned) for i in (1, 2, 3)]
split = stats.chisquare(sizes, np.array([2, 2, 1, 1]) / 6 * sum(sizes))
for method, name in [("holm", "holm"), ("fdr_bh", "bh"), (None, "none")]:
    corrected = multipletests(pvalues, method=method)[1] if method else pvalues
    case(f"three variants, two metrics, {name}", "analyze", list(zip(["a", "b", "c", "d"], sizes, bought, returned)),
         ["--totals", "n", "--metric", "bought", "--metric", "returned", "--shares", "2,2,1,1", "--correction", name],
         {f"comparisons[{i}].p": p for i, p in enumerate(pvalues)} | {f"comparisons[{i}].adjusted_p": p for i, p in enumerate(corrected)}
         | {"sample_ratio.p": split.pvalue, "sample_ratio.chi_squared": split.statistic, "sample_ratio.degrees_of_freedom": 3,
            "variants[2].expected_units": sum(sizes) / 6},
         ["variant", "n", "bought", "returned"])
split = stats.chisquare([5_000, 5_300])
case("a planted mismatch", "analyze", [("a", 5_000, 100), ("b", 5_300, 250)], ["--totals", "n", "--metric", "bought"],
     {"sample_ratio.p": split.pvalue, "sample_ratio.chi_squared": split.statistic},
     ["variant", "n", "bought"])

# Planned looks
NODES, WEIGHTS = np.polynomial.legendre.leggauss(640)


def spent(error, t, spending):
    if t >= 1:
        return error
    if spending == "obrien-fleming":
        return 2 * stats.norm.sf(stats.norm.ppf(1 - error / 2) / math.sqrt(t))
    return error * math.log(1 + (math.e - 1) * t)


class Paths:
    """The density of the score (z √t) of tests that went on, after each look."""

    def __init__(self, drift):
        self.drift, self.t, self.s, self.mass = drift, 0.0, np.array([0.0]), np.array([1.0])

    def above(self, z, t):
        dt = t - self.t
        return float((self.mass * stats.norm.sf((z * math.sqrt(t) - self.s - self.drift * dt) / math.sqrt(dt))).sum())

    def below(self, z, t):
        dt = t - self.t
        return float((self.mass * stats.norm.cdf((z * math.sqrt(t) - self.s - self.drift * dt) / math.sqrt(dt))).sum())

    def advance(self, low, high, t):
        far = 9 * math.sqrt(t)
        low = max(low * math.sqrt(t), self.drift * t - far)
        high = min(high * math.sqrt(t), self.drift * t + far)
        nodes = (high - low) / 2 * NODES + (high + low) / 2
        dt = t - self.t
        density = (self.mass[None, :] * stats.norm.pdf((nodes[:, None] - self.s[None, :] - self.drift * dt) / math.sqrt(dt))).sum(axis=1) / math.sqrt(dt)
        self.s, self.mass, self.t = nodes, density * WEIGHTS * (high - low) / 2, t


def boundaries(information, level, spending):
    paths, used, out, cumulative = Paths(0.0), 0.0, [], []
    for t in information:
        allowed = 2 * spent(level / 2, t, spending)
        tail = (allowed - used) / 2
        if tail <= 1e-15:
            bound = math.inf
        else:
            used = allowed
            bound = optimize.brentq(lambda z: math.log(max(1e-300, paths.above(z, t))) - math.log(tail), -5, 9.5, xtol=1e-14, rtol=1e-14)
        out.append(bound)
        cumulative.append(used)
        paths.advance(-bound, bound, t)
    return out, cumulative


def exits(information, bounds, drift):
    paths, out = Paths(drift), []
    for t, bound in zip(information, bounds):
        out.append((paths.above(bound, t) if bound < math.inf else 0, paths.below(-bound, t) if bound < math.inf else 0))
        paths.advance(-bound, bound, t)
    return out


def higher(information, bounds, z, drift):
    before = information[:-1]
    paths, total = Paths(drift), 0.0
    for t, bound in zip(before, bounds):
        if bound < math.inf:
            total += paths.above(bound, t)
        paths.advance(-bound, bound, t)
    return total + paths.above(z, information[-1])


def lower_tail(information, bounds, z, drift):
    return higher(information, bounds, -z, -drift)


def stop(information, bounds, z, level):
    p = 2 * min(higher(information, bounds, z, 0), lower_tail(information, bounds, z, 0))
    solve = lambda target: optimize.brentq(lambda d: higher(information, bounds, z, d) - target, -30, 30, xtol=1e-13, rtol=1e-13)
    return min(1, p), solve(0.5), solve(level / 2), solve(1 - level / 2)


def sequential_p(information, z, spending):
    least = 2 * stats.norm.sf(abs(z))
    return math.exp(optimize.brentq(lambda l: min(40, boundaries(information, math.exp(l), spending)[0][-1]) - abs(z),
                                    math.log(least * 0.999_999), math.log(0.999), xtol=1e-12, rtol=1e-13))


for name, look, looks, information, spending, n1, x1, n2, x2 in [
    ("third of five unequal looks, going on", 3, 5, [0.13, 0.29, 0.61], "obrien-fleming", 6_100, 122, 6_090, 150),
    ("third of five unequal looks, stopped", 3, 5, [0.13, 0.29, 0.61], "obrien-fleming", 6_100, 122, 6_090, 181),
    ("last of four unequal looks", 4, 4, [0.2, 0.45, 0.8, 1.0], "obrien-fleming", 9_000, 190, 9_050, 229),
    ("stopped for harm", 2, 3, [0.4, 0.77], "obrien-fleming", 7_700, 231, 7_650, 155),
    ("seventh of fourteen equal looks", 7, 14, None, "obrien-fleming", 14_000, 280, 14_000, 364),
    ("second of five looks by Pocock's spending", 2, 5, [0.31, 0.52], "pocock", 5_200, 104, 5_210, 147),
]:
    steps = information or [(i + 1) / looks for i in range(look)]
    bounds, cumulative = boundaries(steps, 0.05, spending)
    p1, p2 = x1 / n1, x2 / n2
    se = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    z = proportions_ztest([x2, x1], [n2, n1])[0]
    key = "comparisons[0].sequential."
    relative = lift(p1, p1 * (1 - p1) / n1, p2, p2 * (1 - p2) / n2, bounds[-1])
    expect = {key + "z": z, key + "boundary": bounds[-1], key + "spent": cumulative[-1],
              key + "repeated_interval.lower": p2 - p1 - bounds[-1] * se, key + "repeated_interval.upper": p2 - p1 + bounds[-1] * se}
    if abs(z) >= bounds[-1] or look == looks:
        p, median, low, high = stop(steps, bounds, z, 0.05)
        scale = math.sqrt(steps[-1]) * se
        expect |= {key + "stopped_p": p, "comparisons[0].p": p, key + "stopped_interval.estimate": median * scale,
                   key + "stopped_interval.lower": low * scale, key + "stopped_interval.upper": high * scale}
    else:
        expect |= {"comparisons[0].p": sequential_p(steps, z, spending),
                   "comparisons[0].relative_interval.lower": relative["relative_lift_interval.lower"],
                   "comparisons[0].relative_interval.upper": relative["relative_lift_interval.upper"]}
    arguments = ["--totals", "n", "--metric", "bought", "--looks", str(looks), "--look", str(look)]
    arguments += ["--information", ",".join(map(str, information))] if information else []
    arguments += ["--spending", spending] if spending != "obrien-fleming" else []
    case(name, "analyze", [("a", n1, x1), ("b", n2, x2)], arguments, expect, ["variant", "n", "bought"])

# Confidence sequences


def sequence(difference, se, n, level, tuned):
    rho2 = (-2 * math.log(level) + math.log(-2 * math.log(level) + 1)) / tuned
    width = se * math.sqrt(n) * math.sqrt(2 * (n * rho2 + 1) / (n**2 * rho2) * math.log(math.sqrt(n * rho2 + 1) / level))
    z = difference / se
    p = optimize.brentq(lambda q: math.sqrt(2 * (n * rho2 + 1) / (n * rho2) * math.log(math.sqrt(n * rho2 + 1) / math.exp(q))) - abs(z),
                        -200, math.log(math.sqrt(n * rho2 + 1)) - 1e-15, xtol=1e-13)
    return difference - width, difference + width, min(1, math.exp(p))


for n1, x1, n2, x2, level, tuned in [(9_871, 203, 10_042, 301, 0.05, 5_000.0), (400_100, 8_113, 399_900, 8_290, 0.1, 100_000.0)]:
    p1, p2 = x1 / n1, x2 / n2
    se = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    low, high, p = sequence(p2 - p1, se, n1 + n2, level, tuned)
    concentration = max(2, 0.25 / (0.25 * 0.1) ** 2 - 1)
    evidence = special.betaln(concentration / 2 + x2, concentration / 2 + x1) - special.betaln(concentration / 2, concentration / 2) + (x1 + x2) * math.log(2)
    case(f"always valid at {n1 + n2} units", "analyze", [("a", n1, x1), ("b", n2, x2)],
         ["--totals", "n", "--metric", "bought", "--unplanned", "--alpha", str(level), "--tuned-for", str(tuned)],
         {"comparisons[0].always_valid.interval.lower": low, "comparisons[0].always_valid.interval.upper": high,
          "comparisons[0].relative_interval.lower": p2 / p1 - 1
          - (p2 - p1 - low) / se * math.sqrt(p2 * (1 - p2) / n2 + (p2 / p1) ** 2 * p1 * (1 - p1) / n1) / p1,
          "comparisons[0].always_valid.p": p, "comparisons[0].p": p, "comparisons[0].interval.lower": low,
          "comparisons[0].always_valid.mixture_p": min(1, math.exp(-evidence))}, ["variant", "n", "bought"])

# Plans


def plan_looks(information, level, power, single):
    """Boundaries, and the drift that reaches the power."""
    bounds, cumulative = boundaries(information, level, "obrien-fleming")
    total = lambda drift: sum(map(sum, exits(information, bounds, drift))) - power
    return bounds, cumulative, optimize.brentq(total, 0.1, 15, xtol=1e-13, rtol=1e-13)


def single_drift(level, power):
    critical = stats.norm.ppf(1 - level / 2)
    return optimize.brentq(lambda d: stats.norm.sf(critical - d) + stats.norm.sf(critical + d) - power, 0.1, 15, xtol=1e-14, rtol=1e-14)


def pooled(p1, p2, level, power, k):
    za, zb = stats.norm.ppf(1 - level / 2), stats.norm.ppf(power)
    mean = (p1 + k * p2) / (1 + k)
    return (za * math.sqrt(mean * (1 - mean) * (1 + 1 / k)) + zb * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2) / k)) ** 2 / (p2 - p1) ** 2


def rate(r1, r2, phi, level, power, k):
    za, zb = stats.norm.ppf(1 - level / 2), stats.norm.ppf(power)
    mean = (r1 + k * r2) / (1 + k)
    return phi * (za * math.sqrt(mean * (1 + 1 / k)) + zb * math.sqrt(r1 + r2 / k)) ** 2 / (r2 - r1) ** 2


def arcsine(p1, p2, level, power, k):
    effect = abs(2 * math.asin(math.sqrt(p1)) - 2 * math.asin(math.sqrt(p2)))
    return optimize.brentq(lambda n: NormalIndPower().power(effect, n, level, ratio=k) - power, 1, 1e9, xtol=1e-9, rtol=1e-14)


def t_units(effect, level, power, k):
    return optimize.brentq(lambda n: TTestIndPower().power(effect, n, level, ratio=k) - power, 5, 3e3, xtol=1e-9, rtol=1e-14)


for p1, share, level, power, shares in [(0.02, 0.1, 0.05, 0.8, [50, 50]), (0.131, -0.07, 0.1, 0.9, [60, 40]), (0.4, 0.05, 0.05, 0.8, [40, 20, 20, 20])]:
    each = level / (len(shares) - 1)
    k = min(shares[1:]) / shares[0]
    n = pooled(p1, p1 * (1 + share), each, power, k)
    units = [math.ceil(n * s / shares[0]) for s in shares]
    case(f"plan a proportion of {p1}", "plan", None,
         ["--baseline", str(p1), f"--lift={share * 100:g}%", "--alpha", str(level), "--power", str(power), "--shares", ",".join(map(str, shares))],
         {"units_exact": n, "units_arcsine": arcsine(p1, p1 * (1 + share), each, power, k), "inflation": 1, "total_units": sum(units), "comparison_level": each}
         | {f"units[{i}]": u for i, u in enumerate(units)})
for kind, mean, difference, sd, power, shares in [("mean", 52.0, 3.0, 21.5, 0.8, [50, 50]), ("ratio", 7.5, 0.4, 1.9, 0.95, [2, 1])]:
    k = shares[1] / shares[0]
    case(f"plan a {kind}", "plan", None,
         ["--kind", kind, "--baseline", str(mean), "--lift", str(difference), "--sd", str(sd), "--power", str(power), "--shares", ",".join(map(str, shares))],
         {"units_exact": t_units(difference / sd, 0.05, power, k), "relative_lift": difference / mean})
for r, difference, sd, k in [(1.7, 0.2, None, 1.0), (0.9, -0.1, 1.6, 0.5)]:
    phi = 1 if sd is None else sd * sd / r
    case(f"plan a count of {r}", "plan", None,
         ["--kind", "count", "--baseline", str(r), f"--lift={difference}", "--shares", f"1,{k}"] + (["--sd", str(sd)] if sd else []),
         {"units_exact": rate(r, r + difference, phi, 0.05, 0.8, k)})
for looks, daily, power in [(4, 4_000, 0.8), (14, 4_000, 0.9), (5, None, 0.8)]:
    n = pooled(0.02, 0.022, 0.05, power, 1)
    equal = [(i + 1) / looks for i in range(looks)]
    single = single_drift(0.05, power)
    bounds, cumulative, drift = plan_looks(equal, 0.05, power, single)
    inflation = (drift / single) ** 2
    expect = {"units_exact": n, "inflation": inflation, "units[0]": math.ceil(n * inflation)}
    information = equal
    # At the planned difference the one-look test's mean is the sum of both quantiles, times the root of the inflation.
    mean = (stats.norm.ppf(0.975) + stats.norm.ppf(power)) * math.sqrt(inflation)
    if daily:
        days = math.ceil(2 * n * inflation / daily - 1e-9)
        expect["days"] = days
        information = [math.ceil(days * (i + 1) / looks) / days for i in range(looks)]
        bounds, cumulative = boundaries(information, 0.05, "obrien-fleming")
    chances, chance = [], 0
    for exit in exits(information, bounds, mean):
        chance += sum(exit)
        chances.append(chance)
    if daily:
        for key, drift in [("expected_days", mean), ("expected_days_without_effect", 0.0)]:
            going, total = 1.0, 0.0
            steps = exits(information, bounds, drift)
            for i, exit in enumerate(steps):
                leaving = going if i == len(steps) - 1 else sum(exit)
                total += leaving * information[i]
                going -= leaving
            expect[key] = days * total
    for i in range(looks):
        expect[f"schedule[{i}].information"] = information[i]
        expect[f"schedule[{i}].spent"] = cumulative[i]
        expect[f"schedule[{i}].chance_to_stop"] = chances[i]
        if bounds[i] < math.inf:
            expect[f"schedule[{i}].boundary"] = bounds[i]
            expect[f"schedule[{i}].nominal_p"] = 2 * stats.norm.sf(bounds[i])
    case(f"plan {looks} looks{' by days' if daily else ''}", "plan", None,
         ["--baseline", "0.02", "--lift", "10%", "--looks", str(looks), "--power", str(power)] + (["--daily", str(daily)] if daily else []), expect)
n = 14 * 4_000 / 2
case("what fourteen days find", "plan", None, ["--baseline", "0.02", "--days", "14", "--daily", "4000"],
     {"difference": optimize.brentq(lambda d: pooled(0.02, 0.02 + d, 0.05, 0.8, 1) - n, 1e-4, 0.1, xtol=1e-16, rtol=1e-14)})
case("what fourteen days find of a mean", "plan", None, ["--kind", "mean", "--sd", "30", "--baseline", "52", "--days", "14", "--daily", "40"],
     {"difference": 30 * optimize.brentq(lambda e: TTestIndPower().power(e, 280, 0.05) - 0.8, 0.1, 0.4, xtol=1e-15, rtol=1e-14)})

# Giving up early: the error of missing the planned drift is spent by the same function; the drift is the one under which
# all of it is spent when the last bounds meet (Pampallona, Tsiatis and Kim 2001).


def futility(information, bounds, power):
    beta = 1 - power
    single = single_drift(0.05, power)

    def chain(drift):
        paths, used, out = Paths(drift), 0.0, []
        for t, bound in zip(information[:-1], bounds):
            wanted = spent(beta, t, "obrien-fleming") - used
            if wanted <= 1e-12:
                low = -math.inf
            elif paths.below(min(bound, 9.0), t) <= wanted:
                low = min(bound, 9.0)
                used += paths.below(low, t)
            else:
                low = optimize.brentq(lambda z: paths.below(z, t) - wanted, -10, min(bound, 9.0), xtol=1e-14, rtol=1e-14)
                used += wanted
            out.append(low)
            paths.advance(low, bound, t)
        return out, used + paths.below(bounds[-1], information[-1])

    drift = optimize.brentq(lambda d: chain(d)[1] - beta, 0.98 * single, 1.2 * single, xtol=1e-13, rtol=1e-13)
    return chain(drift)[0], drift


def futility_exits(information, bounds, lows, drift):
    paths, out = Paths(drift), []
    for t, low, high in zip(information, lows + [bounds[-1]], bounds):
        out.append((paths.above(high, t) if high < math.inf else 0, paths.below(low, t) if low > -math.inf else 0))
        paths.advance(low, high, t)
    return out


for looks, power in [(4, 0.8), (6, 0.9)]:
    equal = [(i + 1) / looks for i in range(looks)]
    bounds, cumulative = boundaries(equal, 0.05, "obrien-fleming")
    lows, drift = futility(equal, bounds, power)
    inflation = (drift / single_drift(0.05, power)) ** 2
    mean = (stats.norm.ppf(0.975) + stats.norm.ppf(power)) * math.sqrt(inflation)
    n = pooled(0.02, 0.022, 0.05, power, 1)
    expect = {"inflation": inflation, "units[0]": math.ceil(n * inflation)}
    found = given = 0
    for i, (real, idle) in enumerate(zip(futility_exits(equal, bounds, lows, mean), futility_exits(equal, bounds, lows, 0.0))):
        found, given = found + real[0], given + idle[1]
        expect |= {f"schedule[{i}].chance_to_stop": found, f"schedule[{i}].chance_to_give_up": given}
        if i < looks - 1 and lows[i] > -math.inf:
            expect[f"schedule[{i}].futility"] = lows[i]
    case(f"plan {looks} looks that may give up", "plan", None,
         ["--baseline", "0.02", "--lift", "10%", "--looks", str(looks), "--power", str(power), "--futility"], expect)
steps = [0.22, 0.5]
whole = steps + [0.5 + 0.5 / 3, 0.5 + 1 / 3, 1.0]
lows, drift = futility(whole, boundaries(whole, 0.05, "obrien-fleming")[0], 0.8)
for name, metric, sign in [("a gain", [], 1), ("a loss", ["--lower", "bought"], -1)]:
    case(f"looks that may give up on {name}", "analyze", [("a", 5_000, 100), ("b", 5_010, 101)],
         ["--totals", "n", "--metric", "bought", "--looks", "5", "--look", "2", "--information", "0.22,0.5", "--futility"] + metric,
         {f"comparisons[0].sequential.schedule[{i}].futility": sign * low for i, low in enumerate(lows)}
         | {"comparisons[0].sequential.futility": sign * lows[1], "comparisons[0].more.times": 2}, ["variant", "n", "bought"])

# What is still needed
n1, x1, n2, x2 = 9_871, 203, 10_042, 221
p1, p2 = x1 / n1, x2 / n2
se = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
reach = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
times = (reach * se / (p2 - p1)) ** 2
case("what an inconclusive test still needs", "analyze", [("a", n1, x1), ("b", n2, x2)],
     ["--totals", "n", "--metric", "bought", "--days", "7"],
     {"comparisons[0].more.detectable": reach * se, "comparisons[0].more.times": times,
      "comparisons[0].more.units": math.ceil((n1 + n2) * (times - 1)), "comparisons[0].more.days": math.ceil(7 * (times - 1))},
     ["variant", "n", "bought"])

versions = {m.__name__: m.__version__ for m in (np, scipy, statsmodels)}
print(json.dumps({"versions": versions, "cases": cases}, indent=0, sort_keys=True))
