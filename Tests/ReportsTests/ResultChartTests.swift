// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Statistics
import Testing

@testable import Reports

@Suite struct ResultChartTests {
    private static let wording = Wording(language: .korean)
    private static let counts = [0, 1, 2, 3, 50]

    /// Values of every kind of range, the same for a seed.
    private static func values(_ count: Int, scale: Double = 1, offset: Double = 0) -> [Double] {
        var generator = SplitMix64(seed: UInt64(count) + 5)
        return (0..<count).map { _ in (Double(generator.next() % 2_001) / 1_000 - 1) * scale + offset }
    }

    private static func name(_ index: Int) -> String {
        index.isMultiple(of: 3)
            ? "아주 긴 이름을 가진 요인과 <그 수준> & 그 밖의 여러 가지 설명이 붙은 \(index)번째 효과" : "광고 입찰가 \(index)"
    }

    private static func forest(_ values: [Double]) throws -> Picture {
        try Picture(
            EffectChart(
                title: "차이",
                description: "설명 \(values.count)",
                rows: values.enumerated().map { index, value in
                    .init(
                        name: name(index),
                        estimate: value,
                        interval: index == 2 ? nil : (value - 0.3, value + 0.4),
                        label: "\(index) ±",
                        isStrong: index.isMultiple(of: 2),
                        figure: Figure(value, "effects[\(index)].estimate")
                    )
                },
                axisTitle: "순위의 변화"
            )
            .svg(wording)
        )
    }

    @Test(arguments: counts)
    func `effects with intervals lie within the picture, one a line`(count: Int) throws {
        let values = Self.values(count)
        let picture = try Self.forest(values)
        #expect(picture.isWithinFrame)
        let dots = picture.all("circle")
        #expect(dots.count == count)
        #expect(picture.description == "설명 \(count)")
        // Greater effects lie further right.
        let x = dots.compactMap { $0.number("cx") }
        for (left, right) in zip(values.indices, values.indices.dropFirst()) where values[left] < values[right] {
            #expect(x[left] <= x[right])
        }
        #expect(picture.tooltips.count { $0.contains("±") } == count)
        let traced = picture.all("g").compactMap { $0.attributes["data-key"] }
        #expect(traced == values.indices.map { "effects[\($0)].estimate" })
    }

    @Test(arguments: [(0.0, 0.0), (1e-9, 0), (1, 1e9), (1e12, -1e12), (1e308, 0), (1, 1_000.25)])
    func `ranges of every size are drawn without a hole`(scale: Double, offset: Double) throws {
        let values = Self.values(12, scale: scale, offset: offset) + [.nan, .infinity, -.infinity]
        #expect(try Self.forest(values).isWithinFrame)
        let picture = try Picture(Self.pareto(values, limits: [.nan, 0.5, 1e300]).svg(Self.wording))
        #expect(picture.isWithinFrame)
        #expect(try Picture(Self.halfNormal(values, limits: [0.5, 0.9]).svg(Self.wording)).isWithinFrame)
        for svg in Self.residuals(values).all(Self.wording) { #expect(try Picture(svg).isWithinFrame) }
        #expect(try Picture(Self.sequence(values).svg(Self.wording)).isWithinFrame)
    }

    private static func pareto(_ values: [Double], limits: [Double]) -> ParetoChart {
        ParetoChart(
            title: "파레토",
            description: "크기순",
            bars: values.enumerated().map { .init(name: name($0.offset), effect: $0.element, label: "e\($0.offset)") },
            limits: limits.map { .init(value: $0, name: "한계 \($0)") },
            axisTitle: "크기"
        )
    }

    @Test(arguments: counts)
    func `bars stand in the order of their sizes whatever their signs`(count: Int) throws {
        let chart = Self.pareto(Self.values(count), limits: [0.4, 0.8])
        let sizes = chart.ordered.map(\.effect.magnitude)
        #expect(sizes == sizes.sorted(by: >))
        let picture = try Picture(chart.svg(Self.wording))
        #expect(picture.isWithinFrame)
        let bars = picture.all("rect")
        #expect(bars.count == count)
        let widths = bars.compactMap { $0.number("width") }
        #expect(widths == widths.sorted(by: >))
        #expect(picture.all("line", "c-limit").count == 2)
        // A bar passes a limit's line exactly when its effect is greater than the limit.
        let lines = picture.all("line", "c-limit").compactMap { $0.number("x1") }
        for (bar, effect) in zip(bars, sizes) {
            let end = (bar.number("x") ?? 0) + (bar.number("width") ?? 0)
            for (line, limit) in zip(lines, [0.4, 0.8]) where (effect - limit).magnitude > 0.01 {
                #expect((end > line) == (effect > limit))
            }
        }
    }

    private static func halfNormal(_ values: [Double], limits: [Double]) -> HalfNormalChart {
        HalfNormalChart(
            title: "반정규",
            description: "효과",
            effects: values.enumerated().map {
                .init(name: name($0.offset), effect: $0.element, label: "e\($0.offset)")
            },
            standardError: 0.2,
            limits: limits.map { .init(value: $0, name: "ME \($0)") },
            axisTitle: "크기",
            quantileTitle: "분위수"
        )
    }

    @Test(arguments: counts)
    func `half-normal points rise, and those beyond the limit are named where no name hides another`(count: Int) throws
    {
        let values = Self.values(count)
        let picture = try Picture(Self.halfNormal(values, limits: [0.7]).svg(Self.wording))
        #expect(picture.isWithinFrame)
        #expect(picture.all("g").count == count)
        let named = picture.all("text", "c-strong").compactMap { $0.number("y") }
        let beyond = values.count { $0.magnitude > 0.7 }
        #expect(named.count <= beyond)
        #expect(named.count >= min(beyond, 6))
        #expect(zip(named, named.dropFirst()).allSatisfy { $1 - $0 > 11.9 })
        #expect(picture.all("circle").count == values.count { $0 >= 0 })
        #expect(picture.all("polygon").count == values.count { $0 < 0 })
    }

    @Test func `half-normal quantiles are the published ones`() {
        // C. Daniel 1959 with p = (i − 0.5) / m: for 15 effects the greatest lies at Φ⁻¹(0.5 + 0.5 × 14.5 / 15).
        #expect((HalfNormalChart.quantile(14, of: 15) - 2.128_045_234).magnitude < 1e-6)
        #expect((HalfNormalChart.quantile(0, of: 15) - 0.041_789_1).magnitude < 1e-4)
        // G. Blom 1958: the middle of an odd number is 0, and the ends mirror each other.
        #expect(ResidualCharts.blom(4, of: 9).magnitude < 1e-12)
        #expect((ResidualCharts.blom(0, of: 9) + ResidualCharts.blom(8, of: 9)).magnitude < 1e-12)
    }

    private static func interaction(_ first: Int, _ second: Int) -> InteractionChart {
        let means = values(max(1, first * second))
        let lines = (0..<second).map { line in
            InteractionChart.Line(
                name: name(line),
                cells: (0..<first).map { level in
                    guard (line + level) % 7 != 6 else { return nil }
                    let mean = means[line * first + level]
                    return .init(mean: mean, interval: (mean - 0.2, mean + 0.2))
                }
            )
        }
        let ends = means + means.map { $0 - 0.2 } + means.map { $0 + 0.2 }
        return InteractionChart(
            title: "가격 × 쿠폰",
            description: "함께",
            factor: "가격",
            levels: (0..<first).map { "수준 \($0)" },
            lineFactor: "쿠폰",
            lines: lines,
            y: Axis(spanning: ends, title: "판매", wording: wording)
        )
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 5), (5, 12), (0, 3), (3, 0)])
    func `an interaction plot draws each cell once and names each line apart from the others`(
        first: Int,
        second: Int
    ) throws {
        let chart = Self.interaction(first, second)
        let picture = try Picture(chart.svg(Self.wording))
        #expect(picture.isWithinFrame)
        let cells = chart.lines.flatMap(\.cells).compactMap(\.self).count
        #expect(picture.all("g").count == cells)
        let names = picture.all("text").filter {
            $0.attributes["font-size"] == "10.5" && $0.attributes["text-anchor"] == "start"
        }
        let y = names.compactMap { $0.number("y") }.sorted()
        for (above, below) in zip(y, y.dropFirst()) { #expect(below - above > 9) }
    }

    private static func residuals(_ values: [Double]) -> ResidualCharts {
        ResidualCharts(
            fitted: values.map { $0 * 2 + 1 },
            residuals: values,
            order: Array((1...max(1, values.count)).prefix(values.count)),
            residualTitle: "잔차"
        )
    }

    @Test(arguments: [3, 50, 4_000])
    func `residuals are drawn three ways, and thinned only where it is said`(count: Int) throws {
        let charts = Self.residuals(Self.values(count))
        let pictures = try charts.all(Self.wording).map { try Picture($0) }
        #expect(pictures.count == 3)
        for picture in pictures {
            #expect(picture.isWithinFrame)
            #expect(picture.all("circle").count == min(count, ResidualCharts.limit))
            #expect(picture.description.contains(Self.wording.count(min(count, ResidualCharts.limit))))
        }
        // The quantile plot rises.
        let points = pictures[1].all("circle").map { ($0.number("cx") ?? 0, $0.number("cy") ?? 0) }
        #expect(zip(points, points.dropFirst()).allSatisfy { $0.0 <= $1.0 && $0.1 >= $1.1 })
    }

    @Test func `few residuals are not drawn at all`() {
        #expect(Self.residuals([]).all(Self.wording).isEmpty)
        #expect(Self.residuals([0.1, -0.1]).all(Self.wording).isEmpty)
        #expect(Self.residuals([0, 0, 0]).all(Self.wording).count == 3)
    }

    private static func sequence(_ values: [Double]) -> ConfidenceSequenceChart {
        ConfidenceSequenceChart(
            title: "재구매율",
            description: "구간",
            points: values.enumerated().map { index, value in
                let half = 2 / Double(index + 1).squareRoot()
                return .init(
                    x: Double(index + 1) * 1_000,
                    estimate: value,
                    lower: value - half,
                    upper: value + half,
                    label: "\(index)"
                )
            },
            xTitle: "방문자",
            yTitle: "차이"
        )
    }

    @Test(arguments: counts)
    func `a confidence sequence keeps its band around its line`(count: Int) throws {
        let picture = try Picture(Self.sequence(Self.values(count)).svg(Self.wording))
        #expect(picture.isWithinFrame)
        #expect(picture.all("polygon", "c-band").count == (count > 1 ? 1 : 0))
        #expect(picture.all("circle").count == count)
        #expect(picture.all("line", "c-zero").count == 1)
    }

    @Test func `looks that cross a boundary are drawn beyond it, looks to come only with their boundary`() throws {
        let boundaries = [8.0, 4.05, 3.31, 2.86, 2.56, 2.34, 2.16, 2.02]
        let statistics = [0.4, 1.1, 1.9, 2.9]
        let looks = boundaries.enumerated().map { index, boundary in
            BoundaryChart.Look(
                x: Double(index + 1) / 8,
                statistic: statistics.indices.contains(index) ? statistics[index] : nil,
                boundary: boundary,
                label: "look \(index + 1)",
                figure: Figure(statistics.indices.contains(index) ? statistics[index] : nil, "z[\(index)]")
            )
        }
        let chart = BoundaryChart(
            title: "경계",
            description: "통계량",
            looks: looks,
            xTitle: "비율",
            yTitle: "z",
            boundaryName: "경계",
            statisticName: "통계량"
        )
        let picture = try Picture(chart.svg(Self.wording))
        #expect(picture.isWithinFrame)
        let made = picture.all("circle", "c-fill").filter { $0.attributes["r"] == "4" }
        #expect(made.count == 4)
        let crossing = try #require(made.last?.number("cy"))
        let upper = picture.all("circle", "c-alert").filter { $0.number("cx") == made.last?.number("cx") }
            .compactMap { $0.number("cy") }.min()
        #expect(crossing < (try #require(upper)))
        #expect(picture.tooltips.filter { $0.hasPrefix("look") }.count == 4)
    }

    @Test(arguments: [1, 2, 3, 50])
    func `the search's progress has a band where there is a model`(count: Int) throws {
        let points = (0..<count).map { index -> SearchProgressChart.Point in
            let value = 80 / Double(index + 1)
            return .init(
                trials: (index + 1) * 18,
                expected: index > 0 ? value + 3 : nil,
                lower: index > 0 ? value : nil,
                upper: index > 0 ? value + 7 : nil,
                measured: value - 2
            )
        }
        let chart = SearchProgressChart(
            title: "진행",
            description: "탐색",
            points: points.reversed(),
            x: Axis(spanning: points.map { Double($0.trials) }, title: "시험", wording: Self.wording),
            y: Axis(ofRanks: SearchProgressChart.values(of: points) + [20], title: "순위") { String($0) },
            expectedName: "기대",
            measuredName: "측정",
            targets: [.init(value: 20, name: "목표"), .init(value: 500, name: "밖의 목표")]
        )
        let picture = try Picture(chart.svg())
        #expect(picture.isWithinFrame)
        #expect(picture.all("polygon", "c-band").count == (count > 2 ? 1 : 0))
        #expect(picture.labels.contains("목표"))
    }

    @Test func `main effects have bands only where every level has an interval`() throws {
        func chart(_ interval: (lower: Double, upper: Double)?) throws -> Picture {
            let levels = (0..<3).map { (index: Int) -> MainEffectsChart.Level in
                let mean = Double(index)
                let own: (lower: Double, upper: Double) = (mean - 0.5, mean + 0.5)
                return MainEffectsChart.Level(
                    name: "수준 \(index)",
                    mean: mean,
                    interval: index == 1 ? interval : own,
                    isPresent: index == 0,
                    isRecommended: index == 2
                )
            }
            let axis = Axis(spanning: [-1, 3], title: "y", wording: Self.wording)
            return try Picture(
                MainEffectsChart(title: "t", description: "d", y: axis, panels: [.init(factor: "가격", levels: levels)])
                    .svg()
            )
        }
        #expect(try chart((0.4, 1.6)).all("polygon", "c-band").count == 1)
        #expect(try chart(nil).all("polygon", "c-band").isEmpty)
        #expect(try chart((.nan, 1)).all("polygon", "c-band").isEmpty)
        #expect(try chart(nil).isWithinFrame)
    }

    @Test func `equal charts give equal bytes`() {
        let one = Self.halfNormal(Self.values(50), limits: [0.5]).svg(Self.wording)
        let two = Self.halfNormal(Self.values(50), limits: [0.5]).svg(Self.wording)
        #expect(one == two)
    }

    @Test func `labels of an axis have the decimals that its steps need`() {
        let axis = Axis(spanning: [1_000.1, 1_000.5], title: "x", wording: Self.wording)
        #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count)
        let share = Axis(spanning: [-0.013, 0.001], title: "x", wording: Self.wording, isShare: true)
        #expect(share.ticks.allSatisfy { $0.label.hasSuffix(" %") })
        #expect(Set(share.ticks.map(\.label)).count == share.ticks.count)
    }
}
