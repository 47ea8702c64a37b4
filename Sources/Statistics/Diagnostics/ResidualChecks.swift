// SPDX-License-Identifier: Apache-2.0

/// Whether a model's residuals look as its tests and intervals take for granted, in numbers and in words.
///
/// JSON keys are the names of the properties. A check that cannot be made is listed with the reason and without a
/// p value. Residuals are looked at as standardised where their leverages differ.
package struct ResidualChecks: Sendable, Equatable, Codable {
    /// What is checked.
    package enum Kind: String, Sendable, Codable {
        /// Shapiro and Wilk's test.
        case normality
        /// Brown and Forsythe's test by the levels of a factor.
        case equalVariance = "equal_variance"
        /// Durbin and Watson's test of neighbours in time.
        case order
        /// Runs on one side of the median, in time.
        case runs
        /// The greatest residual, its p value times the number of rows (R. D. Cook and S. Weisberg 1982).
        case outlier
    }

    /// One check.
    package struct Check: Sendable, Equatable, Codable {
        package let kind: Kind
        /// The factor whose levels are compared, or the row (from 1) of the greatest residual.
        package let subject: String?
        /// W, F, the Durbin-Watson statistic, the number of runs or the studentised residual.
        package let statistic: Double?
        package let p: Double?
        /// Whether the p value is below the limit.
        package let isConcern: Bool
        /// The result in one English sentence.
        package let text: String
    }

    /// All checks, in the order of ``Kind``.
    package let checks: [Check]
    /// The p value below which a check is a concern: 0.05 shared among the checks of a kind.
    package let limit: Double

    /// The texts of the concerns; empty when there is none.
    package var concerns: [String] { checks.filter(\.isConcern).map(\.text) }

    /// What is needed of a fit.
    package struct Fit: Sendable {
        /// Observed less fitted, one per row.
        package let residuals: [Double]
        /// Residuals over their standard errors; nil where a row determines its own fitted value.
        package let standardised: [Double?]
        /// The residual degrees of freedom.
        package let df: Int
        /// The line of the file or table of each row, from 1, for messages.
        package let rowNumbers: [Int]
        /// The columns of the model, without which the order of rows is not checked.
        package let design: [[Double]]
        /// The rows in time order; nil when it is not known.
        package let order: [Int]?
        /// Whether the response is counted: such residuals are not tested for normality, nor is a transformation advised.
        package let isCounted: Bool

        /// Puts the parts together.
        package init(
            residuals: [Double],
            standardised: [Double?],
            df: Int,
            rowNumbers: [Int],
            design: [[Double]] = [],
            order: [Int]? = nil,
            isCounted: Bool = false
        ) {
            self.isCounted = isCounted
            self.residuals = residuals
            self.standardised = standardised
            self.df = df
            self.rowNumbers = rowNumbers
            self.design = design
            self.order = order
        }
    }

    /// Checks residuals; `groups` are factors with one level index per row.
    package init(
        _ fit: Fit,
        groups: [(name: String, codes: [Int])],
        limit: Double = 0.05
    ) throws(StatisticsError) {
        guard fit.residuals.count == fit.standardised.count, fit.residuals.count == fit.rowNumbers.count else {
            throw .lengthMismatch(
                column: "standardised residuals",
                found: fit.standardised.count,
                expected: fit.residuals.count
            )
        }
        for group in groups where group.codes.count != fit.residuals.count {
            throw .lengthMismatch(column: group.name, found: group.codes.count, expected: fit.residuals.count)
        }
        self.limit = limit
        let known = fit.standardised.compactMap(\.self)
        guard fit.df > 0, !known.isEmpty else {
            checks = [
                Check(
                    kind: .normality,
                    subject: nil,
                    statistic: nil,
                    p: nil,
                    isConcern: false,
                    text: "Residuals cannot be checked: the model leaves none."
                )
            ]
            return
        }
        let own = fit.isCounted ? [] : [Self.normality(known, fit.df, limit)]
        let orders = fit.isCounted && fit.order == nil ? [] : Self.orders(fit, limit)
        checks = own + Self.variances(fit, groups, limit) + orders + [Self.outlier(fit, known.count, limit)]
    }

    /// Says of counts that there is too little to check, and why.
    package init(tooFew reason: String, limit: Double = 0.05) {
        self.limit = limit
        checks = [
            Check(kind: .outlier, subject: nil, statistic: nil, p: nil, isConcern: false, text: reason)
        ]
    }

    private static func normality(_ values: [Double], _ df: Int, _ limit: Double) -> Check {
        func check(_ statistic: Double?, _ p: Double?, _ text: String) -> Check {
            Check(
                kind: .normality,
                subject: nil,
                statistic: statistic,
                p: p,
                isConcern: (p ?? 1) < limit,
                text: text
            )
        }
        guard df >= 3 else {
            return check(nil, nil, "Normality cannot be checked with fewer than 3 residual degrees of freedom.")
        }
        do {
            let test = try ShapiroWilkTest(values)
            let words =
                test.p < limit
                ? "Residuals are not normal (Shapiro-Wilk \(shown(test.p))): p values are approximate; see the advice "
                    + "on a transformation and look for outliers."
                : "Residuals look normal (Shapiro-Wilk \(shown(test.p)))."
            return check(test.w, test.p, words)
        } catch StatisticsError.invalidArgument where values.count > 5_000 {
            return check(
                nil,
                nil,
                "Normality was not tested: with \(values.count) rows means are normal enough for the tests."
            )
        } catch {
            return check(nil, nil, "Normality cannot be checked: the residuals are equal or too few.")
        }
    }

    private static func variances(
        _ fit: Fit,
        _ groups: [(name: String, codes: [Int])],
        _ limit: Double
    ) -> [Check] {
        let found = groups.map { group -> (name: String, test: EqualVarianceTest?) in
            var samples = [[Double]](repeating: [], count: (group.codes.max() ?? 0) + 1)
            for (row, code) in group.codes.enumerated() where code >= 0 {
                if let value = fit.standardised[row] {
                    samples[code].append(value)
                }
            }
            let isLarge = samples.allSatisfy { $0.isEmpty || $0.count > 2 }
            do {
                return (group.name, isLarge ? try EqualVarianceTest(samples) : nil)
            } catch {
                return (group.name, nil)
            }
        }
        let tests = max(1, found.count { $0.test != nil })
        return found.map { name, test in
            guard let test else {
                return Check(
                    kind: .equalVariance,
                    subject: name,
                    statistic: nil,
                    p: nil,
                    isConcern: false,
                    text: "Equal scatter by \(name) cannot be checked: it takes 3 residuals that differ at each level."
                )
            }
            let isConcern = test.p < limit / Double(tests)
            let words =
                isConcern
                ? "The scatter differs by \(name) (Brown-Forsythe \(shown(test.p))): intervals are too wide at some "
                    + "levels and too narrow at others; \(fit.isCounted ? "take in what differs there" : "consider a transformation")."
                : "No clear difference of scatter between the levels of \(name) (Brown-Forsythe \(shown(test.p)))."
            return Check(
                kind: .equalVariance,
                subject: name,
                statistic: test.f,
                p: test.p,
                isConcern: isConcern,
                text: words
            )
        }
    }

    private static func orders(_ fit: Fit, _ limit: Double) -> [Check] {
        guard let order = fit.order, order.count == fit.residuals.count else {
            return [
                Check(
                    kind: .order,
                    subject: nil,
                    statistic: nil,
                    p: nil,
                    isConcern: false,
                    text: "The order of the runs is not known, so that a drift over time was not looked for."
                )
            ]
        }
        let residuals = order.map { fit.residuals[$0] }
        var checks: [Check] = []
        do {
            let test = try DurbinWatsonTest(
                residuals: residuals,
                design: fit.design.map { column in order.map { column[$0] } }
            )
            let isConcern = test.p < limit
            let way = test.statistic < 2 ? "are alike, as by a drift" : "alternate"
            let words =
                isConcern
                ? "Residuals of neighbouring runs \(way) (Durbin-Watson \(number(test.statistic)), \(shown(test.p))): "
                    + "the runs do not count as independent; take time in as a block."
                : "No sign of a drift over time (Durbin-Watson \(number(test.statistic)), \(shown(test.p)))."
            checks.append(
                Check(
                    kind: .order,
                    subject: nil,
                    statistic: test.statistic,
                    p: test.p,
                    isConcern: isConcern,
                    text: words
                )
            )
        } catch {
            checks.append(
                Check(
                    kind: .order,
                    subject: nil,
                    statistic: nil,
                    p: nil,
                    isConcern: false,
                    text: "A drift over time cannot be checked with fewer than 3 residual degrees of freedom."
                )
            )
        }
        if let check = runs(residuals, fit.df, limit) {
            checks.append(check)
        }
        return checks
    }

    /// Runs take residuals for independent, which they are nearly when the model is small beside the data.
    private static func runs(_ residuals: [Double], _ df: Int, _ limit: Double) -> Check? {
        guard 2 * df > residuals.count else {
            return nil
        }
        do {
            let test = try RunsTest(residuals)
            return Check(
                kind: .runs,
                subject: nil,
                statistic: Double(test.runs),
                p: test.p,
                isConcern: test.p < limit,
                text: "Residuals make \(test.runs) runs above and below their median, where random order gives "
                    + "\(number(test.expected)) (\(shown(test.p)))."
            )
        } catch {
            return nil
        }
    }

    private static func outlier(_ fit: Fit, _ count: Int, _ limit: Double) -> Check {
        var greatest: (row: Int, value: Double) = (0, 0)
        for (row, value) in fit.standardised.enumerated() {
            if let value, value.magnitude > greatest.value.magnitude {
                greatest = (row, value)
            }
        }
        let freedom = Double(fit.df)
        let rest = freedom - greatest.value * greatest.value
        let number = fit.rowNumbers[greatest.row]
        guard fit.df > 1, let t = StudentT(degreesOfFreedom: freedom - 1) else {
            return Check(
                kind: .outlier,
                subject: nil,
                statistic: nil,
                p: nil,
                isConcern: false,
                text: "Outliers cannot be looked for with so few residual degrees of freedom."
            )
        }
        // A residual that is all there is has an infinite studentised value.
        let studentised = rest > 1e-9 * freedom ? greatest.value * ((freedom - 1) / rest).squareRoot() : nil
        let p = studentised.map { min(1, (t.twoSidedP($0) ?? 1) * Double(count)) } ?? 0
        let isConcern = p < limit
        let words =
            isConcern
            ? "Line \(number) lies far off what the model expects (\(shown(p)) allowing for \(count) rows): check it "
                + "before trusting the rest."
            : "No row lies far off (the farthest is line \(number), \(shown(p)))."
        return Check(
            kind: .outlier,
            subject: "\(number)",
            statistic: studentised,
            p: p,
            isConcern: isConcern,
            text: words
        )
    }

    private static func shown(_ p: Double) -> String {
        p < 0.0001
            ? "p below 0.0001" : "p \(p < 0.01 ? (p * 10_000).rounded() / 10_000 : (p * 1_000).rounded() / 1_000)"
    }

    private static func number(_ value: Double) -> String {
        "\((value * 100).rounded() / 100)"
    }
}
