// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct StudentizedRangeTests {
    @Test func `upper tails agree with sums at 30 digits`() throws {
        for entry in try AnalysisReference.load().studentizedRange {
            let range = StudentizedRange(groups: entry.groups, degreesOfFreedom: entry.df ?? .infinity)
            #expect(isClose(range?.sf(entry.q), entry.sf, relative: 1e-12, absolute: 0), "\(entry)")
        }
    }

    @Test func `of two groups it is Student's t times the root of two`() throws {
        for freedom in [1.0, 4, 33] {
            let range = try #require(StudentizedRange(groups: 2, degreesOfFreedom: freedom))
            let t = try #require(StudentT(degreesOfFreedom: freedom))
            for x in [0.1, 1.0, 3.0, 12.0] {
                #expect(isClose(range.sf(x * 2.squareRoot()), t.twoSidedP(x), relative: 1e-12, absolute: 0))
            }
            #expect(isClose(range.quantile(0.95), t.quantile(0.975).map { $0 * 2.squareRoot() }, relative: 1e-11))
        }
    }

    @Test(arguments: [0.001, 0.5, 0.9, 0.95, 0.999])
    func `a quantile has its share below it`(_ p: Double) throws {
        for (groups, freedom) in [(3, 2.0), (8, 21), (60, 500), (5, .infinity)] {
            let range = try #require(StudentizedRange(groups: groups, degreesOfFreedom: freedom))
            let quantile = try #require(range.quantile(p))
            #expect(isClose(range.cdf(quantile), p, relative: 1e-11))
        }
    }

    @Test func `what is undefined is nil and never NaN`() throws {
        #expect(StudentizedRange(groups: 1, degreesOfFreedom: 5) == nil)
        #expect(StudentizedRange(groups: 3, degreesOfFreedom: 0) == nil)
        #expect(StudentizedRange(groups: 3, degreesOfFreedom: .nan) == nil)
        let range = try #require(StudentizedRange(groups: 3, degreesOfFreedom: 5))
        #expect(range.sf(.nan) == nil)
        #expect(range.sf(-1) == 1)
        #expect(range.sf(.infinity) == 0)
        #expect(range.quantile(1) == nil)
    }
}

@Suite struct ResidualTests {
    @Test func `Shapiro and Wilk's test agrees with SciPy`() throws {
        for entry in try AnalysisReference.load().shapiroWilk {
            let test = try ShapiroWilkTest(entry.x)
            #expect(isClose(test.w, entry.w, relative: 1e-9), "\(entry.x.count): \(test.w) \(entry.w)")
            #expect(isClose(test.p, entry.p, relative: 1e-6, absolute: 1e-12), "\(entry.x.count): \(test.p) \(entry.p)")
        }
    }

    @Test func `Levene's and Brown and Forsythe's tests agree with SciPy`() throws {
        for entry in try AnalysisReference.load().levene {
            let centre: EqualVarianceTest.Centre = entry.centre == "mean" ? .mean : .median
            let test = try EqualVarianceTest(entry.groups, centre: centre)
            #expect(isClose(test.f, entry.f))
            #expect(isClose(test.p, entry.p))
        }
    }

    @Test func `Durbin and Watson's exact p value agrees with quadrature of Imhof's integral`() throws {
        for entry in try AnalysisReference.load().durbinWatson {
            let test = try DurbinWatsonTest(residuals: entry.residuals, design: entry.design)
            #expect(isClose(test.statistic, entry.d))
            #expect(isClose(test.p, entry.p, relative: 1e-8))
            #expect(test.isExact)
        }
    }

    @Test func `the exact chances of runs sum to one and match a count by hand`() throws {
        // Of the 6 orders of two highs and two lows, 2 have 2 runs, 2 have 3 and 2 have 4.
        #expect(isClose(try RunsTest([1, 2, 3, 4]).p, 2.0 / 3))
        #expect(isClose(try RunsTest([1, 3, 2, 4]).p, 2.0 / 3))
        #expect(try RunsTest([1, 2, 3, 4]).expected == 3)
        // 10 below, then 10 above: 2 runs, whose chance is 2 / C(20, 10).
        let test = try RunsTest((0..<20).map(Double.init))
        #expect(test.runs == 2)
        #expect(isClose(test.p, 4 / 184_756.0))
    }

    @Test func `the best power, its interval and the profile agree with SciPy`() throws {
        let entry = try AnalysisReference.load().boxCox
        let profile = try BoxCoxProfile(response: entry.y) { responses in
            responses.map { response in
                (0..<3).reduce(0) { sum, group in
                    let values = zip(response, entry.group).filter { $0.1 == group }.map(\.0)
                    return sum + Moments(values).sumOfSquaredDeviations
                }
            }
        }
        #expect(isClose(profile.lambda.estimate, entry.lambda, absolute: 1e-4))
        #expect(isClose(profile.lambda.lower, entry.lower, absolute: 1e-5))
        #expect(isClose(profile.lambda.upper, entry.upper, absolute: 1e-5))
        #expect(isClose(profile.profile[20].logLikelihood, entry.atZero))
        #expect(isClose(profile.profile[30].logLikelihood, entry.atOne))
        #expect(profile.advised == 0)
        #expect(profile.advice.hasPrefix("Analyse its logarithm instead of the response: the best power is"))
    }

    @Test func `responses that have no powers are refused`() {
        #expect(throws: StatisticsError.self) { try BoxCoxProfile(response: [1, 0, 2]) { $0.map { _ in 1 } } }
        #expect(throws: StatisticsError.self) { try BoxCoxProfile(response: [1, 2, 3]) { $0.map { _ in 0 } } }
        #expect(throws: StatisticsError.self) { try BoxCoxProfile(response: [1, .nan, 3]) { $0.map { _ in 1 } } }
    }

    @Test func `tests refuse what they cannot judge`() {
        #expect(throws: StatisticsError.self) { try ShapiroWilkTest([1, 1, 1, 1]) }
        #expect(throws: StatisticsError.self) { try ShapiroWilkTest([1, 2]) }
        #expect(throws: StatisticsError.self) { try EqualVarianceTest([[1, 2, 3], [4]]) }
        #expect(throws: StatisticsError.self) { try EqualVarianceTest([[1, 2], [4, 7]]) }
        #expect(throws: StatisticsError.self) { try RunsTest([1, 1, 1, 1]) }
        #expect(throws: StatisticsError.self) { try DurbinWatsonTest(residuals: [0, 0, 0, 0, 0], design: []) }
    }

    @Test func `checks say in words what is wrong with residuals`() throws {
        var generator = SeededGenerator(seed: 5)
        let rows = 60
        var residuals = (0..<rows).map { row in generator.normal() * (row % 2 == 0 ? 1 : 6) }
        residuals[7] = 60
        let checks = try ResidualChecks(
            .init(
                residuals: residuals,
                standardised: residuals.map { $0 / 6 },
                df: 58,
                rowNumbers: (2...61).map(\.self),
                design: [Array(repeating: 1, count: rows)],
                order: Array(0..<rows)
            ),
            groups: [("store", (0..<rows).map { $0 % 2 })]
        )
        let concerns = checks.checks.filter(\.isConcern).map(\.kind)
        #expect(concerns == [.normality, .equalVariance, .outlier])
        #expect(checks.checks.last?.subject == "9")
        #expect(checks.checks.first { $0.kind == .order }?.text.hasPrefix("No sign of a drift over time") == true)
        for check in checks.checks {
            #expect(!check.text.contains("nan") && !check.text.contains("inf"))
        }
    }

    @Test func `a model that leaves no residual is said to leave none`() throws {
        let checks = try ResidualChecks(
            .init(residuals: [0, 0], standardised: [nil, nil], df: 0, rowNumbers: [1, 2]),
            groups: []
        )
        #expect(checks.checks.map(\.text) == ["Residuals cannot be checked: the model leaves none."])
        #expect(checks.concerns.isEmpty)
    }

    @Test func `a drift is found in five of a hundred cases of pure chance`() throws {
        var generator = SeededGenerator(seed: 11)
        let design = [[Double](repeating: 1, count: 24), (0..<24).map { Double($0 % 3) }]
        var found = 0
        for _ in 0..<800 {
            let values = (0..<24).map { _ in generator.normal() }
            let mean = Moments(values).mean
            let centred = design[1].map { $0 - 1 }
            let slope =
                zip(centred, values).reduce(0) { $0 + $1.0 * $1.1 } / centred.reduce(0) { $0 + $1 * $1 }
            let residuals = zip(values, centred).map { $0 - mean - slope * $1 }
            found += try DurbinWatsonTest(residuals: residuals, design: design).p < 0.05 ? 1 : 0
        }
        #expect((22...60).contains(found), "\(found) of 800")
    }
}
