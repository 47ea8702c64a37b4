# SPDX-License-Identifier: Apache-2.0
"""anova.py l18 | million | oneway | nist CSV: times statsmodels and SciPy on the data of AnalysisBenchmark.

Prints lines `key value`. The data is the same to the last bit, so that the F ratios can be compared.
"""

import statistics
import sys
import time

import numpy

GAMMA = 0x9E3779B97F4A7C15
L18 = (
    "11111111 11222222 11333333 12112233 12223311 12331122 13121323 13232131 13313212 "
    "21133221 21211332 21322113 22123132 22231213 22312321 23132312 23213123 23321231"
).split()


def draws(seed, count):
    """SplitMix64's first numbers (Steele, Lea and Flood, 2014)."""
    with numpy.errstate(over="ignore"):
        state = numpy.uint64(seed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(GAMMA)
        state = (state ^ (state >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return state ^ (state >> numpy.uint64(31))


def units(words):
    return (words >> numpy.uint64(11)).astype(float) * 2.0**-53


def small():
    codes = numpy.array([[int(digit) - 1 for digit in run] for run in L18], dtype=numpy.int8)
    response = 10 + codes[:, 0] + 2.0 * codes[:, 1] + 3.0 * codes[:, 2] + units(draws(18, 18))
    return codes, response


def large(rows=1_000_000):
    words = draws(1_000_000, 5 * rows).reshape(rows, 5)
    digits = (words[:, 0] >> numpy.uint64(33)) % numpy.uint64(6561)
    codes = numpy.empty((rows, 8), dtype=numpy.int8, order="F")
    for factor in range(8):
        codes[:, factor] = digits % numpy.uint64(3)
        digits //= numpy.uint64(3)
    parts = units(words[:, 1:])
    noise = ((parts[:, 0] + parts[:, 1]) + parts[:, 2]) + parts[:, 3]
    return codes, codes[:, 0] * 0.1 + numpy.where(codes[:, 1] == 2, 0.05, 0.0) + (noise - 2)


def megabytes(name):
    """A line of /proc/self/status; None where the system has no such file."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return float(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    return None


def measured(key, repeats, work):
    """Times the work, and tells by how much the peak of memory rose over what was used before."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
        before = megabytes("VmRSS")
    except OSError:
        before = None
    times = []
    result = None
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        times.append((time.perf_counter() - start) * 1e3)
    print(f"{key}.milliseconds", statistics.median(times))
    if before is not None:
        print(f"{key}.megabytes", max(0.0, megabytes("VmHWM") - before))
    return result


def regression(key, codes, response, repeats, term):
    import pandas
    import statsmodels.formula.api as formula
    from statsmodels.stats.anova import anova_lm

    data = pandas.DataFrame(codes, columns=[f"f{index}" for index in range(codes.shape[1])])
    data["y"] = response
    model = "y ~ " + " + ".join(f"C(f{index})" for index in range(codes.shape[1]))
    table = measured(key, repeats, lambda: anova_lm(formula.ols(model, data).fit(), typ=2))
    print(f"{key}.f", repr(float(table["F"].iloc[term])))


def oneway(codes, response):
    from scipy import stats

    def work():
        columns = range(codes.shape[1])
        return [stats.f_oneway(*[response[codes[:, c] == level] for level in range(3)]) for c in columns]

    measured("oneway", 3, work)


def nist(path):
    import csv

    from scipy import stats

    sets = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            sets.setdefault(row["dataset"], {}).setdefault(row["treatment"], []).append(float(row["y"]))
    for name, groups in sets.items():
        print(f"nist.{name}", repr(float(stats.f_oneway(*groups.values()).statistic)))


def main(arguments):
    subject = arguments[0]
    if subject == "l18":
        regression("l18", *small(), 30, 1)
    elif subject == "million":
        regression("million", *large(), 1, 0)
    elif subject == "oneway":
        oneway(*large())
    elif subject == "nist":
        nist(arguments[1])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
