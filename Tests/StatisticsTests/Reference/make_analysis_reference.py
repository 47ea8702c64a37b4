# SPDX-License-Identifier: Apache-2.0
"""Writes analysis.json, the values that the tests of two-level effects, counts and diagnostics compare with.

    pip install numpy scipy statsmodels mpmath
    python make_analysis_reference.py > analysis.json

The versions used are in the file. The studentized range is summed with mpmath at 30 digits, since SciPy's is accurate
to about 1e-9 only and takes infinite degrees of freedom for those above 100,000.
"""
import json

import mpmath
import numpy as np
import pandas
import scipy
import statsmodels
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import optimize, stats
from statsmodels.stats.stattools import durbin_watson

random = np.random.default_rng(20_240_502)
out = {"versions": {m.__name__: m.__version__ for m in (np, scipy, statsmodels, mpmath)}}

mpmath.mp.dps = 30


def range_sf(w, k, h=mpmath.mpf(1) / 12):
    w = mpmath.mpf(w)
    total = mpmath.mpf(0)
    for j in range(-int(14 / h), int(14 / h) + 1):
        z = w / 2 + j * h
        below, apart = mpmath.ncdf(z), mpmath.ncdf(z - w)
        total += mpmath.npdf(z) * (below ** (k - 1) - (below - apart) ** (k - 1))
    return k * total * h


def studentized_sf(q, k, df):
    if df is None:
        return range_sf(q, k)
    q, v = mpmath.mpf(q), mpmath.mpf(df)
    constant = mpmath.log(2) + v / 2 * mpmath.log(v / 2) - mpmath.loggamma(v / 2)
    middle = -mpmath.log(1 + q * q / (2 * v)) / 2
    h = min(mpmath.mpf(1) / 25, mpmath.mpf("0.37") / mpmath.sqrt(2 * v))

    def term(x):
        return mpmath.e ** (constant + v * x - v * mpmath.e ** (2 * x) / 2) * range_sf(q * mpmath.e ** x, k)

    total = term(middle)
    for step in (-h, h):
        j = 1
        while True:
            value = term(middle + j * step)
            total += value
            if value < total * mpmath.mpf(10) ** -19:
                break
            j += 1
    return total * h


cases = [(3, 2, 1.5), (3, 20, 3.0), (3, 20, 15.0), (4, 5, 4.5), (4, 12, 8.0), (5, 30, 3.0), (6, 60, 0.5),
         (10, 10, 4.5), (10, 1000, 8.0), (15, 3, 40.0), (20, 120, 4.5), (50, 25, 8.0), (100, 40, 4.5),
         (200, 1000000, 6.0), (3, None, 3.0), (10, None, 8.0), (100, None, 4.5), (1000, None, 7.0)]
out["studentized_range"] = [
    {"groups": k, "df": v, "q": q, "sf": float(studentized_sf(q, k, v))} for k, v, q in cases
]

samples = [random.normal(size=n) for n in (3, 4, 5, 6, 8, 11, 12, 25, 60, 300)]
samples += [random.exponential(size=n) for n in (7, 11, 12, 40)]
out["shapiro_wilk"] = []
for sample in samples:
    w, p = stats.shapiro(sample)
    out["shapiro_wilk"].append({"x": sample.tolist(), "w": w, "p": p})

out["levene"] = []
for sizes in [(5, 6, 7), (3, 3), (10, 4, 8, 12)]:
    groups = [random.normal(scale=1 + i, size=n) for i, n in enumerate(sizes)]
    for center in ("median", "mean"):
        f, p = stats.levene(*groups, center=center)
        out["levene"].append({"groups": [g.tolist() for g in groups], "centre": center, "f": f, "p": p})


def durbin_watson_tails(d, X):
    """Imhof's integral by adaptive quadrature on the eigenvalues."""
    n = len(X)
    A = np.diag([1.0] + [2.0] * (n - 2) + [1.0]) - np.eye(n, k=1) - np.eye(n, k=-1)
    q, _ = np.linalg.qr(X)
    M = np.eye(n) - q @ q.T
    weights = np.sort(np.linalg.eigvalsh(M @ (A - d * np.eye(n)) @ M))
    weights = weights[np.argsort(np.abs(weights))][X.shape[1]:]
    weights = weights / np.abs(weights).max()

    def f(x):
        u = mpmath.e ** x
        angle = mpmath.fsum(mpmath.atan(t * u) for t in weights) / 2
        decay = mpmath.fsum(mpmath.log1p((t * u) ** 2) for t in weights) / 4
        return mpmath.sin(angle) * mpmath.e ** -decay

    mpmath.mp.dps = 20
    integral = mpmath.quad(f, [-45, -10, -4, -2, 0, 1, 2, 3, 5, 8, 15, 40])
    return float(mpmath.mpf(0.5) - integral / mpmath.pi)


out["durbin_watson"] = []
for n, drift in [(12, 0.0), (20, 0.15), (40, 0.0)]:
    X = np.column_stack([np.ones(n), np.arange(n) % 2, np.arange(n) % 3 == 1]).astype(float)
    y = random.normal(size=n) + drift * np.arange(n)
    residuals = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    d = durbin_watson(residuals)
    lower = durbin_watson_tails(d, X)
    out["durbin_watson"].append({"residuals": residuals.tolist(), "design": X.T.tolist(), "d": d,
                                 "p": 2 * min(lower, 1 - lower)})

y = np.exp(random.normal(size=30) * 0.5 + np.repeat([1.0, 1.5, 2.0], 10))
group = np.repeat([0, 1, 2], 10)
X = np.column_stack([group == 0, group == 1, group == 2]).astype(float)


def profile(l):
    g = np.exp(np.log(y).mean())
    z = np.log(y / g) if abs(l) < 1e-12 else np.expm1(l * np.log(y / g)) / l
    rss = ((z - X @ np.linalg.lstsq(X, z, rcond=None)[0]) ** 2).sum()
    return -len(y) / 2 * np.log(rss) - np.log(y).sum()


best = optimize.minimize_scalar(lambda l: -profile(l), bounds=(-2, 2), method="bounded", options={"xatol": 1e-10}).x
limit = profile(best) - stats.chi2(1).ppf(0.95) / 2
out["box_cox"] = {"y": y.tolist(), "group": group.tolist(), "lambda": best,
                  "lower": optimize.brentq(lambda l: profile(l) - limit, -2, best),
                  "upper": optimize.brentq(lambda l: profile(l) - limit, best, 2),
                  "at_zero": profile(0.0), "at_one": profile(1.0)}

rows = []
for a in "123":
    for b in "xy":
        for c in "pq":
            trials = int(random.integers(40, 90))
            rate = 1 / (1 + np.exp(-(-1 + 0.4 * (a == "2") + 0.7 * (b == "y") * (c == "q"))))
            rows.append({"A": a, "B": b, "C": c, "trials": trials, "k": int(random.binomial(trials, rate)),
                         "events": int(random.poisson(trials * rate / 4))})
frame = pandas.DataFrame(rows).rename(columns={"A": "fa", "B": "fb", "C": "fc"})
frame["failures"] = frame.trials - frame.k


def binomial(formula):
    return smf.glm("k + failures ~ " + formula, frame, family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200)


def poisson(formula):
    return smf.glm("events ~ " + formula, frame, family=sm.families.Poisson(),
                   exposure=frame.trials).fit(tol=1e-14, maxiter=200)


first, second, third = "C(fa, Sum)", "C(fb, Sum)", "C(fc, Sum)"
out["glm"] = {"rows": rows}
for name, fit in [("binomial", binomial), ("poisson", poisson)]:
    full = fit(f"{first} + {second} + {third} + {second}:{third}")
    deviances = {
        "I": {"A": fit("1").deviance - fit(first).deviance,
              "B": fit(first).deviance - fit(f"{first} + {second}").deviance,
              "C": fit(f"{first} + {second}").deviance - fit(f"{first} + {second} + {third}").deviance,
              "B:C": fit(f"{first} + {second} + {third}").deviance - full.deviance},
        "II": {"A": fit(f"{second} * {third}").deviance - full.deviance,
               "B": fit(f"{first} + {third}").deviance - fit(f"{first} + {second} + {third}").deviance,
               "C": fit(f"{first} + {second}").deviance - fit(f"{first} + {second} + {third}").deviance,
               "B:C": fit(f"{first} + {second} + {third}").deviance - full.deviance},
    }
    treatment = fit("C(fa) + C(fb) + C(fc)")
    additive = fit(f"{first} + {second} + {third}")
    names = list(additive.params.index)
    column = next(i for i, n in enumerate(names) if n.startswith("C(fa") and n.endswith("[S.1]"))
    vector = np.zeros(len(names))
    vector[0] = vector[column] = 1
    eta = float(vector @ additive.params)
    se = float(np.sqrt(vector @ additive.cov_params() @ vector))
    inverse = (lambda x: 1 / (1 + np.exp(-x))) if name == "binomial" else np.exp
    z = stats.norm.ppf(0.975)
    out["glm"][name] = {
        "deviance": full.deviance, "null_deviance": full.null_deviance, "pearson": full.pearson_chi2,
        "df": int(full.df_resid), "rows": deviances,
        "log_ratio": float(treatment.params["C(fa)[T.2]"]), "log_ratio_se": float(treatment.bse["C(fa)[T.2]"]),
        "log_ratio_p": float(treatment.pvalues["C(fa)[T.2]"]),
        "rate_of_a1": [float(inverse(eta)), float(inverse(eta - z * se)), float(inverse(eta + z * se))],
    }

print(json.dumps(out, indent=1))
