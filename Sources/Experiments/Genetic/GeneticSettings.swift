// SPDX-License-Identifier: Apache-2.0

/// How a population is bred.
package struct GeneticSettings: Hashable, Codable, Sendable {
    /// How many individuals a generation has, at least 1.
    package var population: Int
    /// The share of a generation that survives unchanged: the fittest.
    package var eliteShare: Double
    /// The share of a generation that has each gene from one of two parents.
    package var crossoverShare: Double
    /// The share of a generation that is one parent with 1 or 2 genes changed; the rest is random.
    package var mutationShare: Double
    /// How many individuals compete to be a parent, at least 1.
    package var tournament: Int

    /// Creates settings; the defaults are 10 % elite, 40 % crossover, 40 % mutation, 10 % random and tournaments of 3.
    package init(
        population: Int = 1_000,
        eliteShare: Double = 0.1,
        crossoverShare: Double = 0.4,
        mutationShare: Double = 0.4,
        tournament: Int = 3
    ) {
        self.population = population
        self.eliteShare = eliteShare
        self.crossoverShare = crossoverShare
        self.mutationShare = mutationShare
        self.tournament = tournament
    }

    /// Where in a generation elite, crossover and mutation end.
    var bounds: (elite: Int, crossover: Int, mutation: Int) {
        let elite = Int(Double(population) * eliteShare)
        let crossover = elite + Int(Double(population) * crossoverShare)
        return (elite, crossover, crossover + Int(Double(population) * mutationShare))
    }

    /// Throws for a number out of range.
    func validate() throws {
        guard population >= 1 else {
            throw ExperimentError.invalidRequest(field: "population", value: population, least: 1)
        }
        guard tournament >= 1 else {
            throw ExperimentError.invalidRequest(field: "tournament", value: tournament, least: 1)
        }
        var sum = 0.0
        for (field, share) in [
            ("eliteShare", eliteShare), ("crossoverShare", crossoverShare), ("mutationShare", mutationShare),
        ] {
            guard share >= 0, share <= 1 else {
                throw ExperimentError.invalidNumber(field: field, value: share, remedy: "give a share from 0 to 1")
            }
            sum += share
        }
        guard sum <= 1 + 1e-9 else {
            throw ExperimentError.invalidNumber(field: "the shares' sum", value: sum, remedy: "give at most 1")
        }
    }
}

/// What a population is bred for.
package protocol GeneticFitness: Sendable {
    /// How good an individual is, higher being better; −∞ for one that must not be.
    ///
    /// `genes` holds one level per factor. Called at once from several threads; a number that is not a number counts as −∞.
    func fitness(of genes: Span<UInt8>) throws -> Double
}
