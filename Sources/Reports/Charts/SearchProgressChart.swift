// SPDX-License-Identifier: Apache-2.0

/// How a search went on: what the model expected of its best combination, with the interval, beside the best measured.
///
/// The best measured value is the luckiest of many; where it runs off from what is expected, that is the luck.
struct SearchProgressChart: Sendable {
    /// Where the search stood after so many trials.
    struct Point: Sendable, Equatable {
        var trials: Int
        /// The model's expected value of the combination it would recommend; nil before there is a model.
        var expected: Double?
        var lower: Double?
        var upper: Double?
        /// The best mean of a combination so far; nil before the first measurement.
        var measured: Double?
    }

    var title: String
    var description: String
    var points: [Point]
    var x: Axis
    var y: Axis
    var expectedName: String
    var measuredName: String
    /// A value to reach, and the raised one.
    var targets: [LineChart.Target] = []

    /// Axes values that cover everything that is drawn.
    static func values(of points: [Point]) -> [Double] {
        points.flatMap { [$0.expected, $0.lower, $0.upper, $0.measured].compactMap(\.self) }.filter(\.isDrawable)
    }

    /// The picture.
    func svg() -> String {
        let sorted = points.sorted { $0.trials < $1.trials }
        func line(_ value: (Point) -> Double?) -> [ChartPoint] {
            sorted.compactMap { point in value(point).map { ChartPoint(x: Double(point.trials), y: $0) } }
        }
        return LineChart(
            title: title,
            description: description,
            x: x,
            y: y,
            series: [
                .init(name: measuredName, style: .second, points: line(\.measured)),
                .init(name: expectedName, style: .line, points: line(\.expected)),
            ],
            band: sorted.compactMap { point in
                guard let lower = point.lower, let upper = point.upper else { return nil }
                return LineChart.Range(x: Double(point.trials), lower: lower, upper: upper)
            },
            targets: targets,
            height: 220
        )
        .svg()
    }
}
