# SPDX-License-Identifier: Apache-2.0
"""Writes reference.json, the values that the tests of Statistics compare with.

Made with Python 3.11, NumPy 2.4.6, SciPy 1.17.1 and statsmodels 0.15.0:
    pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0
    python make_reference.py > reference.json
"""
import itertools
import json

import numpy as np
import pandas
import scipy
import statsmodels
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import zt_ind_solve_power

random = np.random.default_rng(20_240_501)
out = {"versions": {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__}}

points, shares = [-8.0, -2.5, -0.3, 0.0, 0.7, 1.96, 6.0], [1e-9, 0.01, 0.25, 0.5, 0.9, 0.975, 0.999999]
rows = []


def table(name, dist, parameters, xs):
    for x in xs:
        rows.append({"name": name, "parameters": parameters, "x": x, "cdf": dist.cdf(x), "sf": dist.sf(x)})
    for p in shares:
        rows.append({"name": name, "parameters": parameters, "p": p, "quantile": dist.ppf(p)})


table("normal", stats.norm(), [], points)
for df in [1, 2.5, 30, 1e6]:
    table("t", stats.t(df), [df], points)
for pair in [(1, 4), (3, 54), (20, 2), (7.5, 1000)]:
    table("f", stats.f(*pair), list(pair), [0.0, 0.1, 1.0, 3.7, 30.0])
for df in [1, 4, 120]:
    table("chi-squared", stats.chi2(df), [df], [0.0, 0.5, 4.0, 130.0])
out["distributions"] = rows

# An unbalanced layout with blocks: type II table, least-squares means (equal weights), prediction.
n = 47
frame = pandas.DataFrame({
    "a": random.integers(0, 3, n), "b": random.integers(0, 4, n), "c": random.integers(0, 2, n),
    "block": random.integers(0, 5, n),
})
frame["y"] = (100 + 3 * frame.a + np.where(frame.b == 2, -4, 0) + frame.block * 1.5 + random.normal(0, 2, n)).round(3)
model = smf.ols("y ~ C(a) + C(b) + C(c) + C(block)", frame).fit()
anova = sm.stats.anova_lm(model, typ=2)
names = {"a": 3, "b": 4, "c": 2, "block": 5}


def row(fixed):
    choices = [[fixed[name]] if name in fixed else range(count) for name, count in names.items()]
    grid = pandas.DataFrame(list(itertools.product(*choices)), columns=list(names))
    return np.asarray(design(grid)).mean(axis=0)


def design(grid):
    columns = {"Intercept": np.ones(len(grid))}
    for name, count in names.items():
        for level in range(1, count):
            columns[f"C({name})[T.{level}]"] = (grid[name] == level).to_numpy(float)
    return pandas.DataFrame(columns)[model.params.index]


def linear(weights):
    value = float(weights @ model.params.to_numpy())
    error = float(np.sqrt(weights @ model.cov_params().to_numpy() @ weights))
    return value, error


means = {}
for name, count in names.items():
    means[name] = [dict(zip(("mean", "se"), linear(row({name: level})))) for level in range(count)]
contrasts = []
for name in ["a", "b", "c"]:
    for level in range(1, names[name]):
        value, error = linear(row({name: level}) - row({name: 0}))
        contrasts.append({"term": name, "level": str(level), "difference": value, "se": error,
                          "p": float(2 * stats.t(model.df_resid).sf(abs(value / error)))})
for contrast, p in zip(contrasts, multipletests([c["p"] for c in contrasts], method="holm")[1]):
    contrast["holm"] = float(p)
best = {name: int(np.argmax([m["mean"] for m in means[name]])) for name in ["a", "b", "c"]}
value, error = linear(row(best))
gain, gain_error = linear(row(best) - row({"a": 0, "b": 0, "c": 0}))
quantile = float(stats.t(model.df_resid).ppf(0.975))
out["blocked"] = {
    "data": {name: frame[name].tolist() for name in frame},
    "df_resid": int(model.df_resid), "ss_resid": float(model.ssr),
    "r2": float(model.rsquared), "adj_r2": float(model.rsquared_adj), "sigma": float(np.sqrt(model.scale)),
    "rows": [{"term": t, "df": int(anova.df[f"C({t})"]), "ss": float(anova.sum_sq[f"C({t})"]),
              "f": float(anova.F[f"C({t})"]), "p": float(anova["PR(>F)"][f"C({t})"])} for t in names],
    "means": means, "contrasts": contrasts, "best": best,
    "prediction": {"mean": value, "se": error, "ci": [value - quantile * error, value + quantile * error],
                   "pi": [value - quantile * float(np.sqrt(error**2 + model.scale)),
                          value + quantile * float(np.sqrt(error**2 + model.scale))]},
    "gain": {"difference": gain, "se": gain_error},
}

p_values = [0.01, 0.04, 0.03, 0.005, 0.8, 0.04]
out["multiple"] = {"p": p_values, "holm": multipletests(p_values, method="holm")[1].tolist(),
                   "bh": multipletests(p_values, method="fdr_bh")[1].tolist()}

rank_sum = []
samples = [([1, 2, 3.5], [4, 5, 6, 7]), ([1.1, 9, 3], [2, 8, 7.5, 10, 11]), (list(range(8)), [4.5, 9, 10, 20])]
for first, second in samples:
    result = stats.mannwhitneyu(first, second, method="exact")
    rank_sum.append({"a": first, "b": second, "u": result.statistic, "p": result.pvalue, "exact": True})
for first, second in [([5, 5, 6, 7], [7, 7, 8, 9, 5]), ([1, 1, 1], [1, 2])]:
    pooled, k = stats.rankdata(first + second), len(first)
    centre = k * (len(pooled) + 1) / 2
    sums = [sum(pooled[list(c)]) for c in itertools.combinations(range(len(pooled)), k)]
    observed = abs(sum(pooled[:k]) - centre)
    rank_sum.append({"a": first, "b": second, "u": stats.mannwhitneyu(first, second).statistic, "exact": True,
                     "p": sum(abs(s - centre) >= observed - 1e-9 for s in sums) / len(sums)})
first, second = random.integers(1, 30, 40).tolist(), random.integers(5, 40, 35).tolist()
result = stats.mannwhitneyu(first, second, method="asymptotic", use_continuity=True)
rank_sum.append({"a": first, "b": second, "u": result.statistic, "p": result.pvalue, "exact": False})
out["rank_sum"] = rank_sum

groups = [random.integers(1, 20, k).tolist() for k in (9, 7, 12)]
h = stats.kruskal(*groups)
out["kruskal"] = {"groups": groups, "h": h.statistic, "p": h.pvalue}

first, second = random.normal(5, 1, 12).round(3).tolist(), random.normal(6, 3, 9).round(3).tolist()
w = stats.ttest_ind(first, second, equal_var=False)
interval = w.confidence_interval(0.95)
out["welch"] = {"a": first, "b": second, "t": w.statistic, "df": w.df, "p": w.pvalue,
                "ci": [interval.low, interval.high]}
paired = stats.ttest_rel(first[:9], second)
interval = paired.confidence_interval(0.95)
out["paired"] = {"a": first[:9], "b": second, "t": paired.statistic, "p": paired.pvalue,
                 "ci": [interval.low, interval.high]}
out["power"] = {"n": 30, "effect": 0.6, "power": float(zt_ind_solve_power(effect_size=0.6, nobs1=30, alpha=0.05)),
                "needed": int(np.ceil(zt_ind_solve_power(effect_size=0.6, alpha=0.05, power=0.8)))}

print(json.dumps(out, indent=1, sort_keys=True))
