// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What was found, and what is expected.
package protocol AnalyticsService: Sendable {
    /// Fits a model to the rows of a CSV file, as `dure analyze` does.
    func analyse(_ wish: AnalysisWish) async throws -> JSONValue
    /// The page of such an analysis, one response of it, as HTML.
    func analysisPage(_ wish: AnalysisWish, language: String) async throws -> String
    /// What the factors of a campaign do, by the newest analysis; nil when there is no such campaign.
    func effects(of id: CampaignID, in workspace: WorkspaceID) async throws -> EffectsView?
    /// What is expected of a combination of a campaign, with an interval; nil when there is no such campaign.
    func prediction(_ settings: [String: JSONValue], of id: CampaignID, in workspace: WorkspaceID) async throws
        -> PredictionView?
    /// The future of a campaign's metric; nil when there is no such campaign.
    func forecast(of id: CampaignID, in workspace: WorkspaceID) async throws -> ForecastView?
    /// A campaign's report as HTML, its times in a zone by its IANA name, or the goal's; nil when there is no such campaign.
    func report(of id: CampaignID, in workspace: WorkspaceID, language: String, zone: String?) async throws -> String?
    /// The trend runs whose pages are there, newest first.
    func trends(in workspace: WorkspaceID, paging: Paging) async throws -> Page<TrendView>
    /// A trend run's page as HTML, in another language where it was not written in this one; nil when there is none.
    func trendPage(_ id: String, in workspace: WorkspaceID, language: String) async throws -> String?
}

/// What shall be analysed.
package struct AnalysisWish: Codable, Hashable, Sendable, Described {
    /// The file: a header line, one row per run, UTF-8.
    package var csv: String
    package var responses: [String]
    package var factors: [String]?
    package var blocks: [String]?
    package var numeric: [String]?
    /// The model, as in R.
    package var model: String?
    /// What is best: higher, lower or nominal:<target>; one for all or one each.
    package var goal: String?
    package var confidence: Double?

    /// Creates a wish.
    package init(
        csv: String,
        responses: [String],
        factors: [String]? = nil,
        blocks: [String]? = nil,
        numeric: [String]? = nil,
        model: String? = nil,
        goal: String? = nil,
        confidence: Double? = nil
    ) {
        self.csv = csv
        self.responses = responses
        self.factors = factors
        self.blocks = blocks
        self.numeric = numeric
        self.model = model
        self.goal = goal
        self.confidence = confidence
    }

    package static var schema: Schema {
        let column = Schema.string(least: 1, most: 200)
        return .named(
            "AnalysisRequest",
            .request([
                .required("csv", .string(least: 1, most: 4_000_000), "A header line, then one row per run."),
                .required("responses", .array(column, most: 20), "The columns that were measured."),
                .optional("factors", .array(column, most: 100), "The columns of factors; found where left out."),
                .optional("blocks", .array(column, most: 20), "Columns fitted only to take out disturbance."),
                .optional("numeric", .array(column, most: 100), "Columns that enter as straight lines."),
                .optional("model", .string(least: 1, most: 2_000), "The model, as in R: A*B + C."),
                .optional("goal", .string(least: 1, most: 200), "higher, lower or nominal:<target>."),
                .optional("confidence", .number(least: 0.5, most: 0.999), "Of intervals; 0.95 by default."),
            ])
        )
    }
}

/// An estimate and its interval.
package struct IntervalView: Codable, Hashable, Sendable, Described {
    package var estimate: Double
    package var lower: Double
    package var upper: Double
    package var confidence: Double

    /// Creates an interval.
    package init(estimate: Double, lower: Double, upper: Double, confidence: Double) {
        self.estimate = estimate
        self.lower = lower
        self.upper = upper
        self.confidence = confidence
    }

    package static var schema: Schema {
        .named(
            "Interval",
            .answer([
                .required("estimate", .number), .required("lower", .number), .required("upper", .number),
                .required("confidence", .share),
            ])
        )
    }
}

/// What the factors of a campaign do.
package struct EffectsView: Codable, Hashable, Sendable, Described {
    /// A line of the table of variances.
    package struct Term: Codable, Hashable, Sendable, Described {
        package var term: String
        package var degreesOfFreedom: Double
        package var sumOfSquares: Double
        package var f: Double?
        package var p: Double?

        /// Creates a line.
        package init(term: String, degreesOfFreedom: Double, sumOfSquares: Double, f: Double?, p: Double?) {
            self.term = term
            self.degreesOfFreedom = degreesOfFreedom
            self.sumOfSquares = sumOfSquares
            self.f = f
            self.p = p
        }

        private enum CodingKeys: String, CodingKey {
            case term
            case degreesOfFreedom = "degrees_of_freedom"
            case sumOfSquares = "sum_of_squares"
            case f
            case p
        }

        package static var schema: Schema {
            .named(
                "VarianceTerm",
                .answer([
                    .required("term", .string()), .required("degrees_of_freedom", .number),
                    .required("sum_of_squares", .number), .optional("f", .number), .optional("p", .number),
                ])
            )
        }
    }

    /// What is expected of a combination.
    package struct Candidate: Codable, Hashable, Sendable, Described {
        package var settings: [String: JSONValue]
        package var trials: Int
        package var expected: IntervalView
        package var score: Double
        package var grade: String

        /// Creates a candidate.
        package init(
            settings: [String: JSONValue],
            trials: Int,
            expected: IntervalView,
            score: Double,
            grade: String
        ) {
            self.settings = settings
            self.trials = trials
            self.expected = expected
            self.score = score
            self.grade = grade
        }

        package static var schema: Schema {
            .named(
                "Candidate",
                .answer([
                    .required("settings", .map(.anything)), .required("trials", .count),
                    .required("expected", IntervalView.schema), .required("score", .number),
                    .required("grade", .string()),
                ])
            )
        }
    }

    package var campaign: CampaignID
    /// Whether there is an analysis yet.
    package var isThere: Bool
    package var trials: Int
    package var anova: [Term]
    package var significant: [String]
    package var insignificant: [String]
    package var best: Candidate?
    package var control: Candidate?
    package var gain: IntervalView?
    package var candidates: [Candidate]
    package var notes: [String]

    /// Creates a view of a campaign that nothing was found of yet.
    package init(campaign: CampaignID) {
        self.campaign = campaign
        isThere = false
        trials = 0
        anova = []
        significant = []
        insignificant = []
        candidates = []
        notes = []
    }

    private enum CodingKeys: String, CodingKey {
        case campaign
        case isThere = "is_there"
        case trials
        case anova
        case significant
        case insignificant
        case best
        case control
        case gain
        case candidates
        case notes
    }

    package static var schema: Schema {
        .named(
            "Effects",
            .answer([
                .required("campaign", .identifier(Campaign.self)),
                .required("is_there", .boolean, "Whether there were enough results for an analysis yet."),
                .required("trials", .count), .required("anova", .list(Term.schema)),
                .required("significant", .list(.string())), .required("insignificant", .list(.string())),
                .optional("best", Candidate.schema), .optional("control", Candidate.schema),
                .optional("gain", IntervalView.schema, "Of the best over the present setting; better is positive."),
                .required("candidates", .list(Candidate.schema)), .required("notes", .list(.string())),
            ])
        )
    }
}

/// What a combination is expected to measure.
package struct PredictionView: Codable, Hashable, Sendable, Described {
    package var campaign: CampaignID
    package var settings: [String: JSONValue]
    package var trials: Int
    /// The mean that is expected; absent with too few results.
    package var mean: IntervalView?
    package var notes: [String]

    /// Creates a view.
    package init(
        campaign: CampaignID,
        settings: [String: JSONValue],
        trials: Int,
        mean: IntervalView?,
        notes: [String]
    ) {
        self.campaign = campaign
        self.settings = settings
        self.trials = trials
        self.mean = mean
        self.notes = notes
    }

    package static var schema: Schema {
        .named(
            "Prediction",
            .answer([
                .required("campaign", .identifier(Campaign.self)), .required("settings", .map(.anything)),
                .required("trials", .count),
                .optional("mean", IntervalView.schema, "What is expected on average; absent with too few results."),
                .required("notes", .list(.string())),
            ])
        )
    }
}

/// What shall be predicted.
package struct PredictionWish: Codable, Hashable, Sendable, Described {
    /// A level of factors by name; those left out stay as they are now.
    package var settings: [String: JSONValue]

    package static var schema: Schema {
        .named(
            "PredictionRequest",
            .request([
                .required(
                    "settings",
                    .map(.anything),
                    "A level of factors by name; those left out stay as they are now."
                )
            ])
        )
    }
}

/// The future of a campaign's metric.
package struct ForecastView: Codable, Hashable, Sendable, Described {
    /// The metric at an instant.
    package struct Point: Codable, Hashable, Sendable, Described {
        package var time: String
        package var value: Double
        package var interval: IntervalView?

        /// Creates a point.
        package init(time: String, value: Double, interval: IntervalView?) {
            self.time = time
            self.value = value
            self.interval = interval
        }

        package static var schema: Schema {
            .named(
                "ForecastPoint",
                .answer([
                    .required("time", .time), .required("value", .number),
                    .optional("interval", IntervalView.schema),
                ])
            )
        }
    }

    package var campaign: CampaignID
    package var isThere: Bool
    package var method: String?
    /// How much better than "no change" the method was in the past; 1 is perfect, 0 no better.
    package var skill: Double?
    package var points: [Point]
    package var targetDate: String?
    package var summary: String

    /// Creates a view of a campaign without a forecast.
    package init(campaign: CampaignID, summary: String) {
        self.campaign = campaign
        isThere = false
        points = []
        self.summary = summary
    }

    private enum CodingKeys: String, CodingKey {
        case campaign
        case isThere = "is_there"
        case method
        case skill
        case points
        case targetDate = "target_date"
        case summary
    }

    package static var schema: Schema {
        .named(
            "Forecast",
            .answer([
                .required("campaign", .identifier(Campaign.self)), .required("is_there", .boolean),
                .optional("method", .string()), .optional("skill", .number, "Over 'no change'; 1 is perfect."),
                .required("points", .list(Point.schema)), .optional("target_date", .time),
                .required("summary", .string()),
            ])
        )
    }
}

/// A trend run whose page is there.
package struct TrendView: Codable, Hashable, Sendable, Described {
    package var id: String
    package var kind: Kind
    package var startedAt: String
    package var endedAt: String?
    package var state: WorkflowRun.State

    /// What was looked at.
    package enum Kind: String, Codable, CaseIterable, Sendable {
        case news = "news_trend"
        case video = "video_trend"
    }

    /// Creates a view.
    package init(id: String, kind: Kind, startedAt: String, endedAt: String?, state: WorkflowRun.State) {
        self.id = id
        self.kind = kind
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.state = state
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case kind
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case state
    }

    package static var schema: Schema {
        .named(
            "TrendRun",
            .answer([
                .required("id", .string()), .required("kind", .word(Kind.self)), .required("started_at", .time),
                .optional("ended_at", .time), .required("state", .word(WorkflowRun.State.self)),
            ])
        )
    }
}
