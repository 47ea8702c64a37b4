# SPDX-License-Identifier: Apache-2.0
"""Writes linear_models.json, the values that the tests of linear models compare with.

Made with Python 3.11, NumPy 2.4.6, SciPy 1.17.1 and statsmodels 0.15.0 on data of its own:
    python make_linear_models.py > linear_models.json
Tables come from statsmodels where the design has full rank, and from ranks and residuals of least squares (NumPy)
where cells are empty. Both must agree wherever both exist.
"""
import itertools
import json

import numpy as np
import pandas
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import optimize, stats
from statsmodels.stats.outliers_influence import OLSInfluence

random = np.random.default_rng(20_261_121)


def sum_columns(frame, variables, levels):
    columns = np.ones((len(frame), 1))
    for variable in variables:
        if variable in levels:
            own = np.array([[float(v == l) - float(v == levels[variable][-1]) for l in levels[variable][:-1]]
                            for v in frame[variable]])
        else:
            own = (frame[[variable]] - frame[variable].mean()).to_numpy(float)
        columns = np.einsum("ij,ik->ijk", columns, own).reshape(len(frame), -1)
    return columns


def residual(blocks, y):
    x = np.hstack([np.ones((len(y), 1))] + blocks)
    solution = np.linalg.lstsq(x, y, rcond=1e-9)
    return float(np.sum((y - x @ solution[0]) ** 2)), int(np.linalg.matrix_rank(x, tol=1e-8))


def tables(frame, terms, levels):
    y = frame["y"].to_numpy(float)
    columns = [sum_columns(frame, t, levels) for t in terms]
    full, rank = residual(columns, y)
    df = len(y) - rank
    result = {"df_resid": df, "ss_resid": full}
    for kind in ["one", "two", "three"]:
        rows = []
        for i, term in enumerate(terms):
            if kind == "one":
                others = list(range(i))
            elif kind == "two":
                others = [j for j, t in enumerate(terms) if j != i and not set(term) < set(t)]
            else:
                others = [j for j in range(len(terms)) if j != i]
            without, rank_without = residual([columns[j] for j in others], y)
            both, rank_both = residual([columns[j] for j in others] + [columns[i]], y)
            d = rank_both - rank_without
            ss = without - both
            f = ss / d / (full / df) if d else None
            rows.append({"term": ":".join(term), "df": d, "ss": ss, "f": f,
                         "p": float(stats.f(d, df).sf(f)) if d else None})
        result[kind] = rows
    return result


def check(frame, formula, typ, rows):
    table = sm.stats.anova_lm(smf.ols(formula, frame).fit(), typ=typ)
    found = [(float(s), float(d)) for name, s, d in zip(table.index, table.sum_sq, table.df)
             if name not in ("Intercept", "Residual")]
    for (ss, d), row in zip(found, rows):
        assert int(d) == row["df"] and abs(ss - row["ss"]) < 1e-8 * max(1, abs(ss)), (formula, typ, row)


def data(frame):
    return {name: frame[name].tolist() for name in frame}


out = {}
# Three unbalanced factors with all interactions of two, and blocks.
n = 83
frame = pandas.DataFrame({
    "g": random.integers(0, 4, n), "a": random.integers(0, 3, n), "b": random.integers(0, 2, n),
    "c": random.integers(0, 3, n),
})
frame["y"] = (50 + 2 * frame.a - 3 * frame.b * (frame.a == 1) + frame.c + 0.7 * frame.g
              + random.normal(0, 1.5, n)).round(3)
levels = {k: sorted(frame[k].unique().tolist()) for k in ["g", "a", "b", "c"]}
terms = [("g",), ("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c")]
case = tables(frame, terms, levels)
right = " + ".join(":".join(f"C({v}, Sum)" for v in t) for t in terms)
for typ, kind in [(1, "one"), (2, "two"), (3, "three")]:
    check(frame, "y ~ " + right, typ, case[kind])
model = smf.ols("y ~ " + right, frame).fit()


def weights(fixed):
    row = [1.0]
    for t in terms:
        part = np.ones(1)
        for v in t:
            own = np.zeros(len(levels[v]) - 1)
            if v in fixed:
                i = levels[v].index(fixed[v])
                own = -np.ones(len(own)) if i == len(own) else np.eye(len(own))[i]
            part = np.outer(part, own).ravel()
        row.extend(part)
    return np.array(row)


order = []
for t in terms:
    for combination in itertools.product(*[levels[v][:-1] for v in t]):
        order.append(":".join(f"C({v}, Sum)[S.{l}]" for v, l in zip(t, combination)))
parameters = model.params[["Intercept"] + order].to_numpy()
covariance = model.cov_params().loc[["Intercept"] + order, ["Intercept"] + order].to_numpy()


def linear(w):
    return float(w @ parameters), float(np.sqrt(w @ covariance @ w))


means = {}
for t in [("a",), ("c",), ("a", "b")]:
    for combination in itertools.product(*[levels[v] for v in t]):
        value, error = linear(weights(dict(zip(t, combination))))
        means.setdefault(":".join(t), {})[":".join(map(str, combination))] = {"mean": value, "se": error}
pairs = []
for first, second in itertools.combinations(levels["a"], 2):
    value, error = linear(weights({"a": second}) - weights({"a": first}))
    q = abs(value / error) * np.sqrt(2)
    half = stats.studentized_range(3, case["df_resid"]).ppf(0.95) * error / np.sqrt(2)
    pairs.append({"level": str(second), "reference": str(first), "difference": value, "se": error,
                  "p": float(stats.studentized_range(3, case["df_resid"]).sf(q)), "lower": value - half,
                  "upper": value + half})
value, error = linear(weights({"a": 2, "b": 1, "c": 0}))
quantile = float(stats.t(case["df_resid"]).ppf(0.975))
new = float(np.sqrt(error**2 + model.scale))
influence = OLSInfluence(model)
sizes = []
for row in case["two"]:
    d, f, df = row["df"], row["f"], case["df_resid"]

    def bound(share):
        if stats.f(d, df).cdf(f) <= share:
            return 0.0
        return float(optimize.brentq(lambda l: stats.ncf(d, df, l).cdf(f) - share, 1e-12, 5000, xtol=1e-13))

    low, high = bound(0.975), bound(0.025)
    size = d + df + 1
    sizes.append({"term": row["term"], "eta": row["ss"] / (row["ss"] + case["ss_resid"]),
                  "omega": max(0.0, d * (f - 1) / (d * (f - 1) + n)), "lower": low / (low + size),
                  "upper": high / (high + size)})
case.update({
    "data": data(frame), "formula": "y ~ (a + b + c)^2", "blocks": ["g"], "means": means, "pairs": pairs,
    "prediction": {"mean": value, "se": error, "ci": [value - quantile * error, value + quantile * error],
                   "pi": [value - quantile * new, value + quantile * new]},
    "fitted": model.fittedvalues.tolist(), "leverage": influence.hat_matrix_diag.tolist(),
    "standardised": influence.resid_studentized_internal.tolist(), "cook": influence.cooks_distance[0].tolist(),
    "sizes": sizes,
})
out["crossed"] = case

# The same kind with empty cells: no row has a = 2 with b = 1, nor a = 0 with b = 2.
n = 61
frame = pandas.DataFrame({"a": random.integers(0, 3, n), "b": random.integers(0, 3, n)})
frame = frame[~((frame.a == 2) & (frame.b == 1)) & ~((frame.a == 0) & (frame.b == 2))].reset_index(drop=True)
frame["y"] = (10 + frame.a + 2 * frame.b - frame.a * frame.b + random.normal(0, 1, len(frame))).round(3)
levels = {k: sorted(frame[k].unique().tolist()) for k in ["a", "b"]}
case = tables(frame, [("a",), ("b",), ("a", "b")], levels)
case.update({"data": data(frame), "formula": "y ~ a * b", "blocks": []})
out["empty_cells"] = case

# A covariate with a common slope and one per level.
n = 40
frame = pandas.DataFrame({"a": random.integers(0, 3, n), "x": random.normal(100, 7, n).round(2)})
frame["y"] = (5 + frame.a + 0.4 * frame.x * (1 + 0.2 * frame.a) + random.normal(0, 1, n)).round(3)
levels = {"a": [0, 1, 2]}
case = tables(frame, [("a",), ("x",), ("a", "x")], levels)
frame["z"] = frame.x - frame.x.mean()
for typ, kind in [(1, "one"), (2, "two"), (3, "three")]:
    check(frame, "y ~ C(a, Sum) + z + C(a, Sum):z", typ, case[kind])
model = smf.ols("y ~ C(a)*z", frame).fit()
point = pandas.DataFrame({"a": [1], "z": [105 - frame.x.mean()]})
found = model.get_prediction(point).summary_frame(alpha=0.05).iloc[0]
case.update({"data": data(frame.drop(columns="z")), "formula": "y ~ a * x", "blocks": [],
             "prediction": {"mean": found["mean"], "se": found["mean_se"],
                            "ci": [found["mean_ci_lower"], found["mean_ci_upper"]],
                            "pi": [found["obs_ci_lower"], found["obs_ci_upper"]]}})
out["covariate"] = case

print(json.dumps(out, indent=1, sort_keys=True))
