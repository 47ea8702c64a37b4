# SPDX-License-Identifier: Apache-2.0
"""search.py run FILE PROBLEM BUDGET SEEDS | ask FILE PROBLEM TRIALS: Optuna's TPE and a genetic algorithm of DEAP.

The noise is the stream of Benchmarks/SearchProtocol: the same for evaluation k of seed s, whoever asks. After every
evaluation the regret of the best measured combination is looked at. Prints lines `key value`; `-` where more than half
of the runs did not get to 5 %.
"""

import json
import math
import random
import statistics
import sys
import time

MASK = (1 << 64) - 1


def mixed(word):
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


def noise(seed, index):
    base = seed * 0x9E3779B97F4A7C15
    first, second = (mixed((base + (2 * index + part) * 0xD1B54A32D192ED03) & MASK) for part in (1, 2))
    radius = math.sqrt(-2 * math.log(((first >> 11) + 1) * 2.0**-53))
    return radius * math.cos(2 * math.pi * (second >> 11) * 2.0**-53)


class Campaign:
    """Measures combinations of one problem with one seed's noise, and keeps the best one's regret."""

    def __init__(self, problem, seed):
        self.problem = problem
        self.seed = seed
        self.regrets = []
        self.best = -math.inf

    def truth(self, x):
        problem = self.problem
        total = sum(effects[level] for effects, level in zip(problem["main"], x))
        total += sum(pair["table"][x[pair["i"]]][x[pair["j"]]] for pair in problem["inter"])
        for triple in problem.get("third", []):
            i, j, k = triple["ijk"]
            total += triple["table"][x[i]][x[j]][x[k]]
        return total

    def measure(self, x):
        truth = self.truth(x)
        value = truth + self.problem["noise_sd"] * noise(self.seed, len(self.regrets))
        regret = (self.problem["f_opt"] - truth) / (self.problem["f_opt"] - self.problem["f_mean"])
        if value > self.best:
            self.best = value
            self.regrets.append(regret)
        else:
            self.regrets.append(self.regrets[-1])
        return value


def distributions(problem):
    import optuna

    return {
        f"f{index}": optuna.distributions.IntDistribution(0, count - 1)
        if kind == "ordinal"
        else optuna.distributions.CategoricalDistribution(list(range(count)))
        for index, (count, kind) in enumerate(zip(problem["levels"], problem["kinds"]))
    }


def study_of(seed):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))


def levels_of(trial, problem):
    return [trial.params[f"f{index}"] for index in range(len(problem["levels"]))]


def tpe(campaign, budget):
    study = study_of(campaign.seed)
    space = distributions(campaign.problem)
    for _ in range(budget):
        trial = study.ask(fixed_distributions=space)
        study.tell(trial, campaign.measure(levels_of(trial, campaign.problem)))


def genetic(campaign, budget, size=50):
    """Generations of 10 % elite, 40 % crossed, 40 % mutated and 10 % random combinations."""
    from deap import base, creator, tools

    if not hasattr(creator, "BenchIndividual"):
        creator.create("BenchFitness", base.Fitness, weights=(1.0,))
        creator.create("BenchIndividual", list, fitness=creator.BenchFitness)
    random.seed(campaign.seed)
    levels = campaign.problem["levels"]
    highest = [count - 1 for count in levels]

    def fresh():
        return creator.BenchIndividual(random.randrange(count) for count in levels)

    def copy(individual):
        return creator.BenchIndividual(individual)

    def evaluate(individuals):
        for individual in individuals:
            if len(campaign.regrets) >= budget:
                return
            individual.fitness.values = (campaign.measure(individual),)

    population = [fresh() for _ in range(size)]
    evaluate(population)
    while len(campaign.regrets) < budget:
        population = [individual for individual in population if individual.fitness.valid]
        children = []
        for _ in range(size // 5):
            pair = [copy(parent) for parent in tools.selTournament(population, 2, tournsize=3)]
            children += tools.cxUniform(*pair, 0.5)
        for _ in range(size * 2 // 5):
            child = copy(tools.selTournament(population, 1, tournsize=3)[0])
            children += tools.mutUniformInt(child, [0] * len(levels), highest, 2 / len(levels))
        children += [fresh() for _ in range(size // 10)]
        evaluate(children)
        population = tools.selBest(population, size // 10) + children


def courses(problem, optimiser, budget, seeds):
    firsts, settled, at = [], [], []
    for seed in range(1, seeds + 1):
        campaign = Campaign(problem, seed)
        optimiser(campaign, budget)
        good = [n for n, regret in enumerate(campaign.regrets, 1) if regret <= 0.05]
        bad = [n for n, regret in enumerate(campaign.regrets, 1) if regret > 0.05]
        firsts.append(good[0] if good else math.inf)
        last = bad[-1] if bad else 0
        settled.append(last + 1 if last < budget else math.inf)
        at.append(campaign.regrets[min(504, budget) - 1])
    return statistics.median(firsts), statistics.median(settled), statistics.mean(at)


def shown(number):
    return f"{number:g}" if math.isfinite(number) else "-"


def ask(problem, trials):
    """How long 18 asks take with so many finished trials: random ones, which are quick to make."""
    import optuna

    study = study_of(1)
    space = distributions(problem)
    draws = random.Random(1)
    campaign = Campaign(problem, 1)
    for _ in range(trials):
        x = [draws.randrange(count) for count in problem["levels"]]
        params = {f"f{index}": level for index, level in enumerate(x)}
        study.add_trial(
            optuna.trial.create_trial(params=params, distributions=space, value=campaign.measure(x))
        )
    times = []
    for _ in range(3):
        start = time.perf_counter()
        asked = [study.ask(fixed_distributions=space) for _ in range(18)]
        times.append((time.perf_counter() - start) * 1e3)
        for trial in asked:
            study.tell(trial, campaign.measure(levels_of(trial, problem)))
    print("ask.milliseconds", statistics.median(times))


def main(arguments):
    with open(arguments[1], encoding="utf-8") as file:
        problem = next(entry for entry in json.load(file)["problems"] if entry["name"] == arguments[2])
    if arguments[0] == "ask":
        ask(problem, int(arguments[3]))
        return
    for name, optimiser in (("tpe", tpe), ("deap", genetic)):
        first, settled, regret = courses(problem, optimiser, int(arguments[3]), int(arguments[4]))
        print(f"{name}.first", shown(first))
        print(f"{name}.settled", shown(settled))
        print(f"{name}.regret", f"{regret:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
