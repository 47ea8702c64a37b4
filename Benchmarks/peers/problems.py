# SPDX-License-Identifier: Apache-2.0
"""problems.py [SEED]: writes four synthetic problems of search as JSON, each with its exact optimum.

B1 has 1 factor of 2 levels and 7 of 3, B2 10 of 4, B3 20 of 5; B4 is like B2 with six interactions of three factors.
The noise-free value is a sum of main effects and interactions of mean 0; interactions hold 30 % of the variance (and
those of three factors a quarter of B4's). Only the standard library is used, so that any python3 writes the same.
"""

import itertools
import json
import math
import sys

MASK = (1 << 64) - 1


class Draws:
    """SplitMix64 (Steele, Lea and Flood, 2014)."""

    def __init__(self, seed):
        self.state = seed & MASK

    def word(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return mixed ^ (mixed >> 31)

    def unit(self):
        return (self.word() >> 11) * 2.0**-53

    def normal(self):
        return math.sqrt(-2 * math.log(1 - self.unit())) * math.cos(2 * math.pi * self.unit())

    def shuffled(self, items):
        return [item for _, item in sorted(((self.word(), item) for item in items), key=lambda pair: pair[0])]


def centred(table, shape):
    """Takes every margin's mean off a table (a dictionary by index), so that only the interaction is left."""
    for axis in range(len(shape)):
        for rest in itertools.product(*[range(n) for position, n in enumerate(shape) if position != axis]):
            line = [rest[:axis] + (level,) + rest[axis:] for level in range(shape[axis])]
            mean = sum(table[index] for index in line) / len(line)
            for index in line:
                table[index] -= mean
    return table


def power(table):
    return sum(value * value for value in table.values()) / len(table)


def scaled(tables, share):
    total = sum(power(table) for table in tables.values())
    factor = math.sqrt(share / total) if total > 0 else 0
    return {key: {index: round(value * factor, 4) for index, value in table.items()} for key, table in tables.items()}


def largest(levels, tables):
    """The greatest sum of the tables, by eliminating one factor after another (Bertele and Brioschi, 1972)."""
    tables = [(scope, dict(table)) for scope, table in tables.items()]
    constant = 0.0
    left = set(range(len(levels)))
    while left:
        def reach(factor):
            return set().union({factor}, *[scope for scope, _ in tables if factor in scope])

        factor = min(left, key=lambda candidate: (len(reach(candidate)), candidate))
        scope = tuple(sorted(reach(factor) - {factor}))
        own = [entry for entry in tables if factor in entry[0]]
        tables = [entry for entry in tables if factor not in entry[0]]
        result = {}
        for index in itertools.product(*[range(levels[other]) for other in scope]):
            at = dict(zip(scope, index))
            best = -math.inf
            for level in range(levels[factor]):
                at[factor] = level
                best = max(best, sum(table[tuple(at[other] for other in s)] for s, table in own))
            result[index] = best
        if scope:
            tables.append((scope, result))
        else:
            constant += result[()]
        left.remove(factor)
    return constant


def build(name, levels, seed, noise, active, pairs, triples):
    draws = Draws(seed)
    count = len(levels)
    kinds = ["ordinal" if factor % 2 else "nominal" for factor in range(count)]
    strong = set(draws.shuffled(range(count))[:active])
    main = {}
    for factor, n in enumerate(levels):
        if kinds[factor] == "ordinal":
            peak = draws.unit() * (n - 1)
            values = [-(((level - peak) / (n - 1)) ** 2) for level in range(n)]
        else:
            values = [draws.normal() for _ in range(n)]
        table = centred({(level,): value for level, value in enumerate(values)}, (n,))
        size = (1.0 if factor in strong else 0.15) * (0.5 + draws.unit()) / max(math.sqrt(power(table)), 1e-9)
        main[(factor,)] = {index: value * size for index, value in table.items()}

    def interactions(order, wanted):
        scopes = list(itertools.combinations(range(count), order))
        inner = draws.shuffled([scope for scope in scopes if set(scope) <= strong])
        outer = draws.shuffled([scope for scope in scopes if not set(scope) <= strong])
        half = min((wanted + 1) // 2, len(inner))
        tables = {}
        for scope in sorted(inner[:half] + outer[: wanted - half]):
            shape = [levels[factor] for factor in scope]
            table = {index: draws.normal() for index in itertools.product(*[range(n) for n in shape])}
            tables[scope] = centred(table, shape)
        return tables

    third = 0.25 if triples else 0.0
    main = scaled(main, 0.7 * (1 - third))
    second = scaled(interactions(2, pairs), 0.3 * (1 - third))
    higher = scaled(interactions(3, triples), third) if triples else {}
    tables = {**main, **second, **higher}
    mean = sum(sum(table.values()) / len(table) for table in tables.values())

    def nested(table, shape, prefix=()):
        if not shape:
            return table[prefix]
        return [nested(table, shape[1:], prefix + (level,)) for level in range(shape[0])]

    def listed(scope, table):
        return nested(table, [levels[factor] for factor in scope])

    problem = {
        "name": name,
        "levels": levels,
        "kinds": kinds,
        "noise_sd": noise,
        "f_opt": round(largest(levels, tables), 6),
        "f_mean": round(mean, 8),
        "main": [listed(scope, table) for scope, table in main.items()],
        "inter": [{"i": scope[0], "j": scope[1], "table": listed(scope, table)} for scope, table in second.items()],
    }
    if higher:
        problem["third"] = [{"ijk": list(scope), "table": listed(scope, table)} for scope, table in higher.items()]
    return problem


def main(seed):
    problems = [
        build("B1", [2] + [3] * 7, seed + 1, 0.5, 4, 5, 0),
        build("B2", [4] * 10, seed + 2, 0.75, 5, 8, 0),
        build("B3", [5] * 20, seed + 3, 1.0, 8, 16, 0),
        build("B4", [4] * 10, seed + 4, 0.75, 5, 8, 6),
    ]
    json.dump({"version": 1, "problems": problems}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20260101)
