// SPDX-License-Identifier: Apache-2.0

/// What the seller wants: product, keywords, market, target, deadline, budget, guardrails, and how to try.
///
/// Read from a goal file (`Files`), kept whole in every campaign that attempts it.
package struct Goal: Hashable, Codable, Sendable {
    /// A short name for people, unique enough to tell campaigns apart.
    package var name: String
    /// What is sold.
    package var product: Product
    /// Where it is sold.
    package var marketplace: Marketplace
    /// The search words whose ranks count.
    package var keywords: [String]
    /// The metric, its direction and the value to reach.
    package var objective: Objective
    /// How long a campaign may take.
    package var deadline: TimeSpan
    /// How long the present setting is measured before the first trial, and the winner after the last.
    package var baseline: TimeSpan
    /// The levers and their values.
    package var factors: [Factor]
    /// What must not be combined.
    @OmittedByDefault package var forbidden: [ForbiddenCombination]
    /// Metrics that are wanted besides the objective's.
    @OmittedByDefault package var furtherObjectives: [FurtherObjective]
    /// The bounds that every trial must keep.
    package var guardrails: [Guardrail]
    /// How one trial is run.
    package var trial: TrialTemplate
    /// What combinations are applied to: listings, ad groups, stores.
    ///
    /// At least one.
    package var units: [String]
    /// How much is tried, and by which search strategy.
    package var effort: Effort
    /// What a campaign may spend.
    package var budget: Budget
    /// Whether a person must agree before a campaign starts.
    package var approval: ApprovalRule
    /// The weights of a combination's score.
    package var score: ScoreWeights
    /// What happens at the end.
    package var ending: Ending
    /// The IANA time zone in which days begin and hours of the day are read.
    package var timeZone: String
    /// The seed of every random choice.
    package var seed: UInt64
    /// How a rehearsal's market behaves; nil for the documented defaults.
    package var simulation: SimulationSettings?

    /// Creates a goal; `Files` checks the values that come from outside.
    package init(
        name: String,
        product: Product = Product(),
        marketplace: Marketplace = .none,
        keywords: [String] = [],
        objective: Objective,
        deadline: TimeSpan = .days(30),
        baseline: TimeSpan = .zero,
        factors: [Factor],
        forbidden: [ForbiddenCombination] = [],
        furtherObjectives: [FurtherObjective] = [],
        guardrails: [Guardrail] = [],
        trial: TrialTemplate,
        units: [String] = ["default"],
        effort: Effort = Effort(),
        budget: Budget = Budget(),
        approval: ApprovalRule = .none,
        score: ScoreWeights = ScoreWeights(),
        ending: Ending = Ending(),
        timeZone: String = "Asia/Seoul",
        seed: UInt64 = 1,
        simulation: SimulationSettings? = nil
    ) {
        self.name = name
        self.product = product
        self.marketplace = marketplace
        self.keywords = keywords
        self.objective = objective
        self.deadline = deadline
        self.baseline = baseline
        self.factors = factors
        self.forbidden = forbidden
        self.furtherObjectives = furtherObjectives
        self.guardrails = guardrails
        self.trial = trial
        self.units = units
        self.effort = effort
        self.budget = budget
        self.approval = approval
        self.score = score
        self.ending = ending
        self.timeZone = timeZone
        self.seed = seed
        self.simulation = simulation
    }

    /// The seller's present setting as a combination.
    package var control: Combination { Combination(factors.map(\.control)) }

    /// Whether observers look at the ranks of its units: on the simulated market, and where a marketplace's interface tells them.
    ///
    /// On Naver units are keywords, or there is one, which has all of them.
    package var observesRanks: Bool {
        guard objective.isRank else { return false }
        if trial.kind == .simulated { return true }
        return marketplace == .naver && (units.count == 1 || units.allSatisfy(keywords.contains))
    }

    /// Whether its trials are measured through a rank source and a lever, not by a program of the user's.
    package var measuresByRankSource: Bool {
        trial.kind == .simulated || (observesRanks && trial.measure == nil)
    }

    /// How many combinations the factors span; nil when the number does not fit.
    package var combinationCount: Int? {
        factors.reduce(Int?(1)) { count, factor in
            guard let count else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: factor.levels.count)
            return overflow ? nil : product
        }
    }

    /// The levels of a combination by factor name, in the order of the factors.
    package func settings(of combination: Combination) -> [(factor: String, level: LevelValue)] {
        zip(factors, combination.levels).map { factor, level in (factor.name, factor.levels[level]) }
    }
}

/// What is sold.
package struct Product: Hashable, Codable, Sendable {
    /// The marketplace's own number of the product.
    package var identifier: String?
    /// The product's page.
    package var url: String?
    /// The product's name.
    package var title: String?
    /// The product's price.
    package var price: Money?
    /// The numbers or pages of products whose ranks are looked at beside its own.
    @OmittedByDefault package var competitors: [String]

    /// Creates a product.
    package init(
        identifier: String? = nil,
        url: String? = nil,
        title: String? = nil,
        price: Money? = nil,
        competitors: [String] = []
    ) {
        self.identifier = identifier
        self.url = url
        self.title = title
        self.price = price
        self.competitors = competitors
    }
}

/// Where a product is sold, or that the goal is about something else.
package enum Marketplace: String, Codable, Sendable, CaseIterable {
    /// No marketplace: a program or a process is tuned.
    case none
    case naver
    case coupang
    /// The simulated market.
    case simulated
}

/// How one trial is run.
package struct TrialTemplate: Hashable, Codable, Sendable {
    /// What applies a combination and measures it.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// The simulated market.
        case simulated
        /// The user's own programs.
        case command
    }

    /// What runs the trial.
    package var kind: Kind
    /// How long a combination stays applied; zero for a program that measures at once.
    package var window: TimeSpan
    /// The first part of the window, whose measurements are kept but not counted.
    package var washOut: TimeSpan
    /// How often a rank is measured within the window.
    package var every: TimeSpan
    /// The program that applies a combination; nil when `measure` does both.
    package var apply: Command?
    /// The program that measures; nil for a simulated trial.
    package var measure: Command?
    /// How many times a failed trial is tried, the first time included.
    package var attempts: Int
    /// What one trial costs; nil for nothing.
    package var cost: Money?

    /// Creates a template.
    package init(
        kind: Kind,
        window: TimeSpan = .zero,
        washOut: TimeSpan = .zero,
        every: TimeSpan = .minutes(30),
        apply: Command? = nil,
        measure: Command? = nil,
        attempts: Int = 3,
        cost: Money? = nil
    ) {
        self.kind = kind
        self.window = window
        self.washOut = washOut
        self.every = every
        self.apply = apply
        self.measure = measure
        self.attempts = attempts
        self.cost = cost
    }
}

/// A program of the user's: it reads the combination as JSON on standard input and from `DURE_…` environment variables.
package struct Command: Hashable, Codable, Sendable {
    /// The program and its arguments; the first is looked up in `PATH` unless it has a slash.
    package var arguments: [String]
    /// The folder it runs in, absolute once a goal file has been read.
    package var directory: String?
    /// How long it may run before it is ended.
    package var timeout: TimeSpan
    /// Environment variables added to Dure's own.
    package var environment: [String: String]

    /// Creates a command.
    package init(
        arguments: [String],
        directory: String? = nil,
        timeout: TimeSpan = .minutes(1),
        environment: [String: String] = [:]
    ) {
        self.arguments = arguments
        self.directory = directory
        self.timeout = timeout
        self.environment = environment
    }
}

/// How much is tried, and by which strategy.
package struct Effort: Hashable, Codable, Sendable {
    /// How many combinations the first generation has, and later ones too.
    package var generationSize: Int
    /// How many trials each combination of a generation gets.
    package var replicates: Int
    /// How many control trials every block has.
    package var controlsPerBlock: Int
    /// How many trials in a row make a block where there is a single unit.
    package var blockSize: Int
    /// The search strategy's name, one of `StrategyName`.
    package var strategy: String
    /// How many observers measure ranks.
    package var observers: Int

    /// Creates an effort; the defaults are those of the product (50 combinations, 10 trials each, 4 observers).
    package init(
        generationSize: Int = 50,
        replicates: Int = 10,
        controlsPerBlock: Int = 1,
        blockSize: Int = 10,
        strategy: String = "genetic",
        observers: Int = 4
    ) {
        self.generationSize = generationSize
        self.replicates = replicates
        self.controlsPerBlock = controlsPerBlock
        self.blockSize = blockSize
        self.strategy = strategy
        self.observers = observers
    }
}

/// What a campaign may spend; a limit that is nil does not bind.
package struct Budget: Hashable, Codable, Sendable {
    /// Money.
    package var amount: Money?
    /// Trials, controls and confirmation included.
    package var trials: Int?

    /// Creates a budget.
    package init(amount: Money? = nil, trials: Int? = nil) {
        self.amount = amount
        self.trials = trials
    }
}

/// Whether a person must agree before a campaign starts.
package enum ApprovalRule: String, Codable, Sendable, CaseIterable {
    case none
    case required
}

/// What happens when a campaign ends.
package struct Ending: Hashable, Codable, Sendable {
    /// What follows a finished campaign.
    package enum NextCampaign: String, Codable, Sendable, CaseIterable {
        /// Nothing.
        case none
        /// The next campaign is made from the best combination and waits for approval.
        case propose
        /// The next campaign is made from the best combination and started.
        case start
    }

    /// Whether the winner stays applied; otherwise the levers go back to the control.
    package var keepsWinner: Bool
    /// How many trials each of winner and control get in the confirmation run; 0 for none.
    package var confirmationReplicates: Int
    /// How many of the best combinations are measured again before one is chosen.
    package var finalists: Int
    /// What follows.
    package var nextCampaign: NextCampaign
    /// Whether the search ends when a further generation is not worth its price.
    @OmittedByDefault package var stopsWhenNotWorth: Bool
    /// What one unit of the metric is worth over the time in which the winner is used; nil when nobody said.
    package var valuePerUnit: Money?

    /// Creates an ending.
    package init(
        keepsWinner: Bool = false,
        confirmationReplicates: Int = 10,
        finalists: Int = 5,
        nextCampaign: NextCampaign = .propose,
        stopsWhenNotWorth: Bool = false,
        valuePerUnit: Money? = nil
    ) {
        _stopsWhenNotWorth = OmittedByDefault(wrappedValue: stopsWhenNotWorth)
        self.valuePerUnit = valuePerUnit
        self.keepsWinner = keepsWinner
        self.confirmationReplicates = confirmationReplicates
        self.finalists = finalists
        self.nextCampaign = nextCampaign
    }
}

/// How a rehearsal's market behaves.
package struct SimulationSettings: Hashable, Codable, Sendable {
    /// The rank, on average over units, at which the control stands.
    package var startRank: Double
    /// How many products compete for a keyword.
    package var competitors: Int
    /// When a competitor's shock hits, from the campaign's start; nil for none.
    package var shockAt: TimeSpan?
    /// When a worker dies, from the campaign's start; nil for none.
    package var workerDeathAt: TimeSpan?
    /// The share of the response's variance across combinations that interactions of two factors make, 0 to 1.
    package var interactionShare: Double
    /// The standard deviation of a trial's response, as a share of the standard deviation across combinations.
    package var noise: Double
    /// How many times as fast as the clock the market lives, 1 or more; nil for 1.
    package var speed: Int?

    /// Creates settings.
    package init(
        startRank: Double = 80,
        competitors: Int = 150,
        shockAt: TimeSpan? = nil,
        workerDeathAt: TimeSpan? = nil,
        interactionShare: Double = 0.3,
        noise: Double = 0.5,
        speed: Int? = nil
    ) {
        self.startRank = startRank
        self.competitors = competitors
        self.shockAt = shockAt
        self.workerDeathAt = workerDeathAt
        self.interactionShare = interactionShare
        self.noise = noise
        self.speed = speed
    }
}
