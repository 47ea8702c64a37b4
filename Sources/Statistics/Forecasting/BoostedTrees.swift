// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A sum of small regression trees, each grown on what the ones before left unexplained.
///
/// Gradient boosting on binned features: every tree splits where the gradients' squared means gain most, on a random half
/// of the rows, and its leaves hold the quantile of the residuals (or one Newton step for a probability). Source:
/// J. H. Friedman, Annals of Statistics 29 (2001), and Computational Statistics and Data Analysis 38 (2002).
struct BoostedTrees: Sendable {
    /// What is minimised.
    enum Loss: Sendable {
        /// The quantile of this order.
        case quantile(Double)
        /// The log loss of a 0 or 1; scores are log odds.
        case logistic
    }

    /// How many and how large the trees are.
    struct Settings: Sendable {
        var trees = 160
        var rate = 0.05
        var depth = 4
        var leastLeaf = 80
        /// The share of rows that a tree sees.
        var share = 0.5
    }

    private struct Node: Sendable {
        /// The column to look at, or −1 for a leaf.
        var column: Int32
        /// Values up to this go to the next node, others to `right`; the value of a leaf.
        var value: Float
        var bin: UInt8
        var right: Int32
    }

    private var nodes: [Node] = []
    private var roots: [Int] = []
    private let base: Double
    private let columns: Int

    /// Grows trees; without rows the score is 0.
    init(
        _ features: BinnedFeatures,
        targets: [Float],
        loss: Loss,
        settings: Settings = Settings(),
        using generator: inout some RandomNumberGenerator
    ) {
        columns = features.columns
        base = Self.start(targets, loss)
        var grower = Grower(features, targets, loss, settings, base)
        for _ in 0..<(targets.isEmpty ? 0 : settings.trees) {
            roots.append(nodes.count)
            grower.grow(&nodes, using: &generator)
        }
    }

    /// The score of the row that starts at an offset of row-major values.
    func score(_ values: [Float], at offset: Int) -> Double {
        var sum = base
        for root in roots {
            var index = root
            while nodes[index].column >= 0 {
                let node = nodes[index]
                index = values[offset + Int(node.column)] <= node.value ? index + 1 : Int(node.right)
            }
            sum += Double(nodes[index].value)
        }
        return sum
    }

    /// The scores of all rows.
    func scores(_ values: [Float]) -> [Double] {
        columns == 0 ? [] : stride(from: 0, to: values.count, by: columns).map { score(values, at: $0) }
    }

    private static func start(_ targets: [Float], _ loss: Loss) -> Double {
        guard !targets.isEmpty else { return 0 }
        switch loss {
        case .quantile(let order):
            return targets.map { Double($0) }.quantile(order) ?? 0
        case .logistic:
            let share = (targets.reduce(0) { $0 + Double($1) } + 0.5) / (Double(targets.count) + 1)
            return log(share / (1 - share))
        }
    }

    /// The state of growing.
    private struct Grower {
        let features: BinnedFeatures
        let targets: [Float]
        let loss: Loss
        let settings: Settings
        var scores: [Float]
        var gradients: [Float]
        var rows: [Int32] = []

        init(_ features: BinnedFeatures, _ targets: [Float], _ loss: Loss, _ settings: Settings, _ base: Double) {
            self.features = features
            self.targets = targets
            self.loss = loss
            self.settings = settings
            scores = [Float](repeating: Float(base), count: targets.count)
            gradients = [Float](repeating: 0, count: targets.count)
        }

        /// By column and bin: the sum of the gradients in x, the number of rows in y, both in one load (numbers up to 2^24 are exact).
        typealias Histogram = [SIMD2<Float>]

        mutating func grow(_ nodes: inout [Node], using generator: inout some RandomNumberGenerator) {
            rows.removeAll(keepingCapacity: true)
            let limit = UInt64(settings.share * 4_294_967_296)
            for row in targets.indices {
                gradients[row] = gradient(row)
                if generator.next() & 0xffff_ffff < limit { rows.append(Int32(row)) }
            }
            let root = nodes.count
            split(0..<rows.count, histogram(0..<rows.count), 0, &nodes)
            for row in targets.indices {
                var index = root
                while nodes[index].column >= 0 {
                    let node = nodes[index]
                    let bin = features.bins[row &* features.columns &+ Int(node.column)]
                    index = bin <= node.bin ? index &+ 1 : Int(node.right)
                }
                scores[row] += nodes[index].value
            }
        }

        private func gradient(_ row: Int) -> Float {
            switch loss {
            case .quantile(let order): targets[row] < scores[row] ? Float(order - 1) : Float(order)
            case .logistic: targets[row] - 1 / (1 + exp(-scores[row]))
            }
        }

        private func histogram(_ range: Range<Int>) -> Histogram {
            let columns = features.columns
            let width = BinnedFeatures.binLimit
            var result = Histogram(repeating: .zero, count: columns * width)
            unsafe result.withUnsafeMutableBufferPointer { cells in
                unsafe features.bins.withUnsafeBufferPointer { bins in
                    for position in range {
                        let row = Int(rows[position])
                        let item = SIMD2(gradients[row], 1)
                        let start = row &* columns
                        for column in 0..<columns {
                            unsafe cells[column &* width &+ Int(bins[start &+ column])] += item
                        }
                    }
                }
            }
            return result
        }

        /// Appends the subtree of some rows: a node, its left subtree, its right one.
        private mutating func split(_ range: Range<Int>, _ histogram: Histogram, _ depth: Int, _ nodes: inout [Node]) {
            let index = nodes.count
            guard depth < settings.depth, let cut = bestCut(histogram, range.count) else {
                nodes.append(Node(column: -1, value: leaf(range), bin: 0, right: 0))
                return
            }
            let edge = features.edges[cut.column][cut.bin]
            nodes.append(Node(column: Int32(cut.column), value: edge, bin: UInt8(cut.bin), right: 0))
            let middle = partition(range, column: cut.column, bin: UInt8(cut.bin))
            guard depth + 1 < settings.depth else {
                nodes.append(Node(column: -1, value: leaf(range.lowerBound..<middle), bin: 0, right: 0))
                nodes[index].right = Int32(nodes.count)
                nodes.append(Node(column: -1, value: leaf(middle..<range.upperBound), bin: 0, right: 0))
                return
            }
            let isLeftSmaller = middle - range.lowerBound <= range.upperBound - middle
            let smaller = self.histogram(isLeftSmaller ? range.lowerBound..<middle : middle..<range.upperBound)
            var larger = histogram
            for cell in larger.indices { larger[cell] -= smaller[cell] }
            split(range.lowerBound..<middle, isLeftSmaller ? smaller : larger, depth + 1, &nodes)
            nodes[index].right = Int32(nodes.count)
            split(middle..<range.upperBound, isLeftSmaller ? larger : smaller, depth + 1, &nodes)
        }

        private func bestCut(_ histogram: Histogram, _ count: Int) -> (column: Int, bin: Int)? {
            guard count >= 2 * settings.leastLeaf else { return nil }
            let width = BinnedFeatures.binLimit
            var best: (column: Int, bin: Int)?
            var bestGain: Float = 1e-6
            for column in 0..<features.columns {
                let start = column * width
                var total: Float = 0
                for cell in start..<(start + width) { total += histogram[cell].x }
                let whole = total * total / Float(count)
                var sum: Float = 0
                var below = 0
                for bin in features.edges[column].indices {
                    sum += histogram[start + bin].x
                    below += Int(histogram[start + bin].y)
                    guard below >= settings.leastLeaf else { continue }
                    guard count - below >= settings.leastLeaf else { break }
                    let rest = total - sum
                    let gain = sum * sum / Float(below) + rest * rest / Float(count - below) - whole
                    if gain > bestGain {
                        bestGain = gain
                        best = (column, bin)
                    }
                }
            }
            return best
        }

        private mutating func partition(_ range: Range<Int>, column: Int, bin: UInt8) -> Int {
            var middle = range.lowerBound
            for position in range
            where features.bins[Int(rows[position]) &* features.columns &+ column] <= bin {
                rows.swapAt(position, middle)
                middle += 1
            }
            return middle
        }

        private func leaf(_ range: Range<Int>) -> Float {
            guard !range.isEmpty else { return 0 }
            switch loss {
            case .quantile(let order):
                var residuals = range.map { targets[Int(rows[$0])] - scores[Int(rows[$0])] }
                return Float(settings.rate * residuals.selectQuantile(order))
            case .logistic:
                var slope: Float = 0
                var curvature: Float = 1e-3
                for position in range {
                    let row = Int(rows[position])
                    slope += gradients[row]
                    let share = 1 / (1 + exp(-scores[row]))
                    curvature += share * (1 - share)
                }
                return Float(settings.rate) * min(max(slope / curvature, -4), 4)
            }
        }
    }
}

extension [Float] {
    /// What `quantile` gives of the numbers, by selection: in linear time, leaving them in another order; 0 without any.
    fileprivate mutating func selectQuantile(_ share: Double) -> Double {
        guard !isEmpty else { return 0 }
        let position = share * Double(count - 1)
        let below = Swift.min(Int(position), count - 1)
        var low = 0
        var high = count - 1
        while low < high {
            let pivot = self[(low + high) / 2]
            var left = low
            var right = high
            while left <= right {
                while self[left] < pivot { left += 1 }
                while self[right] > pivot { right -= 1 }
                guard left <= right else { break }
                swapAt(left, right)
                left += 1
                right -= 1
            }
            if below <= right {
                high = right
            } else if below >= left {
                low = left
            } else {
                break
            }
        }
        let lower = Double(self[below])
        guard below + 1 < count, position > Double(below) else { return lower }
        // What stands behind a selected number is not less than it; the least of them is its neighbour.
        let upper = Double(self[(below + 1)...].min() ?? self[below])
        return lower + (position - Double(below)) * (upper - lower)
    }
}
