# SPDX-License-Identifier: Apache-2.0
"""peeking.py: a two-sided z test of 5 % looked at on each of 14 days, as without planned looks.

2 % conversion, 2,000 visitors per arm and day, 20,000 simulated tests. Prints the shares that ever cross the bound.
"""

import numpy
from scipy import stats


def share(lift, generator, tests=20_000, looks=14, visitors=2_000, rate=0.02):
    control = generator.binomial(visitors, rate, (tests, looks)).cumsum(axis=1)
    treatment = generator.binomial(visitors, rate * (1 + lift), (tests, looks)).cumsum(axis=1)
    count = visitors * numpy.arange(1, looks + 1)
    pooled = (control + treatment) / (2 * count)
    error = numpy.sqrt(2 * pooled * (1 - pooled) / count)
    return float((numpy.abs((treatment - control) / count) > stats.norm.ppf(0.975) * error).any(axis=1).mean())


def main():
    generator = numpy.random.default_rng(14)
    print("peeking.false", f"{share(0, generator):.4f}")
    print("peeking.power", f"{share(0.2, generator):.4f}")


if __name__ == "__main__":
    main()
