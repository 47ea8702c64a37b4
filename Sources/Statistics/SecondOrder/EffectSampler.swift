// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The observations' part of the sampler that does not change between sweeps.
struct EffectEvidence: Sendable {
    let layout: EffectLayout
    let prior: EffectPrior
    let count: Int
    /// The cell of every observation in every group, group by group.
    let cells: [UInt16]
    /// The observations' weight in each cell.
    let counts: [Double]
    let responses: [Double]
    let weights: [Double]
    /// For each kind of block: the block of every observation and the weight in each block.
    let blocks: [(codes: [Int], weights: [Double])]
    /// The standard deviation of the screening responses, in which scales are measured.
    let unit: Double
    let centre: Double
    /// For each group and shape: turned columns and their information.
    let columns: [Double]
    let information: [Double]
    let columnStart: [Int]
    let informationStart: [Int]
    let widths: [Int]
    /// The first shape of each group, and one more at the end.
    let shapeStart: [Int]

    /// Prepares observations that were validated; the first `screening` of them stand for the whole space.
    init(layout: EffectLayout, prior: EffectPrior, observations: [EffectObservation], screening: Int) {
        self.layout = layout
        self.prior = prior
        responses = observations.map(\.response)
        weights = observations.map(\.weight)
        count = observations.count
        var cells: [UInt16] = []
        cells.reserveCapacity(layout.groups.count * count)
        var counts = [Double](repeating: 0, count: layout.size)
        for group in layout.groups {
            for observation in observations {
                let cell = layout.cell(group, observation.levels)
                cells.append(UInt16(truncatingIfNeeded: cell))
                counts[group.offset + cell] += observation.weight
            }
        }
        self.cells = cells
        self.counts = counts
        blocks = Self.blocks(observations)
        let first = responses.prefix(max(2, min(count, screening)))
        let wide = responses.prefix(max(2, min(count, 3 * screening)))
        centre = first.isEmpty ? 0 : first.reduce(0, +) / Double(first.count)
        let mean = wide.isEmpty ? 0 : wide.reduce(0, +) / Double(wide.count)
        let variance = wide.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, wide.count - 1))
        unit = variance > 0 && variance.isFinite ? variance.squareRoot() : 1
        let nominal = layout.levelCounts.map { EffectBasis.nominal(levels: $0) }
        let smooth = zip(layout.levelCounts, layout.isOrdinal).map { levels, ordinal in
            ordinal && levels > 2 ? EffectBasis.smooth(levels: levels) : nil
        }
        var columns: [Double] = []
        var information: [Double] = []
        var columnStart: [Int] = []
        var informationStart: [Int] = []
        var widths: [Int] = []
        var shapeStart = [0]
        for group in layout.groups {
            var shapes: [EffectBasis] = []
            if let second = group.second {
                shapes.append(.product(nominal[group.first], nominal[second]))
                if prior.smoothPairs, smooth[group.first] != nil || smooth[second] != nil {
                    shapes.append(
                        .product(smooth[group.first] ?? nominal[group.first], smooth[second] ?? nominal[second])
                    )
                }
            } else {
                shapes.append(nominal[group.first])
                if let basis = smooth[group.first] {
                    shapes.append(basis)
                }
            }
            for shape in shapes {
                let turned = shape.turned(counts: counts[group.offset..<(group.offset + group.cells)])
                columnStart.append(columns.count)
                informationStart.append(information.count)
                widths.append(shape.width)
                columns += turned.columns
                information += turned.information
            }
            shapeStart.append(widths.count)
        }
        self.columns = columns
        self.information = information
        self.columnStart = columnStart
        self.informationStart = informationStart
        self.widths = widths
        self.shapeStart = shapeStart
    }

    /// The blocks of each kind that has more than one.
    private static func blocks(_ observations: [EffectObservation]) -> [(codes: [Int], weights: [Double])] {
        let kinds = observations.map(\.blocks.count).min() ?? 0
        return (0..<kinds).compactMap { kind in
            let codes = observations.map { $0.blocks[kind] }
            let count = (codes.max() ?? 0) + 1
            guard count > 1 else {
                return nil
            }
            var weights = [Double](repeating: 0, count: count)
            for observation in observations {
                weights[observation.blocks[kind]] += observation.weight
            }
            return (codes, weights)
        }
    }
}

/// One chain that draws tables of effects, the intercept, the error and the prior's weights in turn.
///
/// Each group's scale is drawn with its cells integrated out, then its cells are drawn: a collapsed Gibbs step
/// (George and McCulloch 1997; mixtures of fixed scales as in Erbe et al. 2012 and Stephens 2017).
struct EffectSampler {
    private let evidence: EffectEvidence
    private var noise: FastNoise
    /// The tables of all groups, the present draw.
    private(set) var tables: [Double]
    /// The present draw of each group's expected table given all else, for smoother means.
    private(set) var expected: [Double]
    private(set) var intercept: Double
    private(set) var error: Double
    /// The present shape · scales + scale of each group, -1 for nothing.
    private(set) var component: [Int]
    private var residuals: [Double]
    /// The effects of each kind of block and their variance.
    private var blockEffects: [[Double]]
    private var blockVariances: [Double]
    private var inclusion: [Double]
    private var mainScales: [Double]
    private var pairScales: [Double]
    private var sums: [Double]
    private var projected: [Double]
    private var weights: [Double]
    private var fresh: [Double]

    init(_ evidence: EffectEvidence, seed: UInt64) {
        self.evidence = evidence
        noise = FastNoise(seed: seed)
        tables = [Double](repeating: 0, count: evidence.layout.size)
        expected = tables
        intercept = evidence.centre
        error = 0.5 * evidence.unit * evidence.unit
        component = [Int](repeating: -1, count: evidence.layout.groups.count)
        residuals = evidence.responses.map { $0 - evidence.centre }
        blockEffects = evidence.blocks.map { [Double](repeating: 0, count: $0.weights.count) }
        blockVariances = evidence.blocks.map { _ in 0.1 * evidence.unit * evidence.unit }
        let prior = evidence.prior
        inclusion = [prior.mainOdds.some / (prior.mainOdds.some + prior.mainOdds.none)]
        inclusion += prior.pairOdds.map { $0.some / ($0.some + $0.none) }
        let scales = prior.scales.count
        mainScales = [Double](repeating: 1 / Double(scales), count: scales)
        pairScales = mainScales
        let widest = evidence.layout.groups.map(\.cells).max() ?? 1
        sums = [Double](repeating: 0, count: widest)
        fresh = sums
        let shapes = zip(evidence.shapeStart, evidence.shapeStart.dropFirst()).map { $1 - $0 }.max() ?? 1
        projected = [Double](repeating: 0, count: widest * shapes)
        weights = [Double](repeating: 0, count: scales * shapes + 1)
    }

    /// Draws everything once.
    mutating func sweep() {
        for group in evidence.layout.groups.indices {
            update(group)
        }
        for kind in evidence.blocks.indices {
            drawBlocks(kind)
        }
        drawIntercept()
        drawError()
        drawWeights()
    }

    private func isActive(_ factor: Int) -> Bool {
        component[factor] >= 0 && component[factor] % evidence.prior.scales.count >= evidence.prior.activeScale
    }

    private func pairClass(_ group: EffectGroup) -> Int {
        guard let second = group.second else {
            return 0
        }
        return 1 + (isActive(group.first) ? 1 : 0) + (isActive(second) ? 1 : 0)
    }

    /// The log-odds that a main effect's mattering gives by the pairs it is in.
    private func heredity(_ factor: Int) -> Double {
        var sum = 0.0
        for pair in evidence.layout.pairsOf[factor] {
            let group = evidence.layout.groups[pair]
            let other = group.first == factor ? (group.second ?? factor) : group.first
            let base = 1 + (isActive(other) ? 1 : 0)
            let ratio =
                component[pair] >= 0
                ? inclusion[base + 1] / inclusion[base]
                : (1 - inclusion[base + 1]) / (1 - inclusion[base])
            sum += log(ratio)
        }
        return sum
    }

    private mutating func update(_ index: Int) {
        let group = evidence.layout.groups[index]
        let start = index * evidence.count
        let isOn = component[index] >= 0
        for cell in 0..<group.cells {
            sums[cell] = isOn ? evidence.counts[group.offset + cell] * tables[group.offset + cell] : 0
        }
        scatter(from: start)
        let scales = evidence.prior.scales
        let isMain = group.second == nil
        let chance = inclusion[isMain ? 0 : pairClass(group)]
        let bonus = isMain ? exp(max(-30, min(30, heredity(group.first)))) : 1
        let shapes = evidence.shapeStart[index]..<evidence.shapeStart[index + 1]
        var best = 0.0
        let inverse = 1 / error
        // log weights first, so that no exponential overflows
        for shape in shapes {
            let width = evidence.widths[shape]
            let local = shape - shapes.lowerBound
            let columns = evidence.columnStart[shape]
            for j in 0..<width {
                var sum = 0.0
                let column = columns + j * group.cells
                for cell in 0..<group.cells {
                    sum += evidence.columns[column + cell] * sums[cell]
                }
                projected[local * group.cells + j] = sum
            }
            for (place, scale) in scales.enumerated() {
                let variance = scale * scale * evidence.unit * evidence.unit * inverse
                var exponent = 0.0
                var product = 1.0
                var logs = 0.0
                for j in 0..<width {
                    let information = evidence.information[evidence.informationStart[shape] + j]
                    let ratio = 1 + variance * information
                    let value = projected[local * group.cells + j]
                    exponent += value * value / ratio
                    product *= ratio
                    if product > 1e200 {
                        logs += log(product)
                        product = 1
                    }
                }
                let weight = isMain ? mainScales[place] : pairScales[place]
                let favour = isMain && place >= evidence.prior.activeScale ? bonus : 1
                let prior = chance * weight * favour / Double(shapes.count)
                let value = log(prior) + exponent * variance * inverse / 2 - (logs + log(product)) / 2
                weights[local * scales.count + place] = value
                best = max(best, value)
            }
        }
        let count = shapes.count * scales.count
        let nothing = log(1 - chance)
        best = max(best, nothing)
        var total = exp(nothing - best)
        weights[count] = total
        for place in 0..<count {
            weights[place] = exp(weights[place] - best)
            total += weights[place]
        }
        var draw = noise.uniform() * total - weights[count]
        var chosen = -1
        if draw >= 0 {
            chosen = count - 1
            for place in 0..<count {
                draw -= weights[place]
                if draw < 0 {
                    chosen = place
                    break
                }
            }
        }
        if chosen < 0 && !isOn {
            return
        }
        replace(index, group, chosen, shapes.lowerBound)
    }

    /// Adds each observation's weighted residual to its cell's sum.
    private mutating func scatter(from start: Int) {
        let count = evidence.count
        unsafe evidence.cells.withUnsafeBufferPointer { cells in
            unsafe residuals.withUnsafeBufferPointer { residuals in
                unsafe evidence.weights.withUnsafeBufferPointer { weights in
                    unsafe sums.withUnsafeMutableBufferPointer { sums in
                        for row in 0..<count {
                            unsafe sums[Int(cells[start &+ row])] += residuals[row] * weights[row]
                        }
                    }
                }
            }
        }
    }

    /// Takes the changed table off every observation's residual.
    private mutating func subtractFresh(from start: Int) {
        let count = evidence.count
        unsafe evidence.cells.withUnsafeBufferPointer { cells in
            unsafe fresh.withUnsafeBufferPointer { fresh in
                unsafe residuals.withUnsafeMutableBufferPointer { residuals in
                    for row in 0..<count {
                        unsafe residuals[row] -= fresh[Int(cells[start &+ row])]
                    }
                }
            }
        }
    }

    private mutating func replace(
        _ index: Int,
        _ group: EffectGroup,
        _ chosen: Int,
        _ firstShape: Int
    ) {
        let scales = evidence.prior.scales.count
        for cell in 0..<group.cells {
            fresh[cell] = 0
            expected[group.offset + cell] = 0
        }
        if chosen >= 0 {
            let local = chosen / scales
            let shape = firstShape + local
            let scale = evidence.prior.scales[chosen % scales] * evidence.unit
            let inverse = 1 / error
            for j in 0..<evidence.widths[shape] {
                let information = evidence.information[evidence.informationStart[shape] + j]
                let precision = information * inverse + 1 / (scale * scale)
                let mean = projected[local * group.cells + j] * inverse / precision
                let value = mean + noise.normal() / precision.squareRoot()
                let column = evidence.columnStart[shape] + j * group.cells
                for cell in 0..<group.cells {
                    fresh[cell] += value * evidence.columns[column + cell]
                    expected[group.offset + cell] += mean * evidence.columns[column + cell]
                }
            }
        }
        for cell in 0..<group.cells {
            let change = fresh[cell] - tables[group.offset + cell]
            tables[group.offset + cell] = fresh[cell]
            fresh[cell] = change
        }
        subtractFresh(from: index * evidence.count)
        component[index] = chosen
    }

    /// Draws the effects of one kind of block, normal about 0 with a variance that is drawn too.
    private mutating func drawBlocks(_ kind: Int) {
        let codes = evidence.blocks[kind].codes
        let weights = evidence.blocks[kind].weights
        var sums = [Double](repeating: 0, count: weights.count)
        for row in residuals.indices {
            sums[codes[row]] += residuals[row] * evidence.weights[row]
        }
        var squares = 0.0
        for block in weights.indices {
            let old = blockEffects[kind][block]
            let precision = weights[block] / error + 1 / blockVariances[kind]
            let mean = (sums[block] + weights[block] * old) / error / precision
            let value = mean + noise.normal() / precision.squareRoot()
            blockEffects[kind][block] = value
            squares += value * value
            sums[block] = value - old
        }
        for row in residuals.indices {
            residuals[row] -= sums[codes[row]]
        }
        let variance = evidence.unit * evidence.unit
        let rate = (squares + 0.02 * variance) / 2
        blockVariances[kind] = max(rate / noise.gamma((Double(weights.count) + 1) / 2), 1e-8 * variance)
    }

    private mutating func drawIntercept() {
        let variance = evidence.unit * evidence.unit
        var sum = 0.0
        var weight = 0.0
        for row in residuals.indices {
            sum += (residuals[row] + intercept) * evidence.weights[row]
            weight += evidence.weights[row]
        }
        let precision = weight / error + 1 / variance
        let mean = (sum / error + evidence.centre / variance) / precision
        let value = mean + noise.normal() / precision.squareRoot()
        let change = value - intercept
        intercept = value
        for row in residuals.indices {
            residuals[row] -= change
        }
    }

    private mutating func drawError() {
        let prior = evidence.prior
        let variance = evidence.unit * evidence.unit
        var squares = 0.0
        for row in residuals.indices {
            squares += residuals[row] * residuals[row] * evidence.weights[row]
        }
        let shape = (Double(evidence.count) + prior.errorWeight) / 2
        let rate = (squares + prior.errorWeight * prior.errorShare * variance) / 2
        error = max(rate / noise.gamma(shape), 1e-6 * variance)
    }

    private mutating func drawWeights() {
        let prior = evidence.prior
        var some = [Double](repeating: 0, count: inclusion.count)
        var none = some
        let scales = prior.scales.count
        var main = [Double](repeating: prior.scaleWeight, count: scales)
        var pair = main
        for (index, group) in evidence.layout.groups.enumerated() {
            let place = pairClass(group)
            if component[index] < 0 {
                none[place] += 1
            } else {
                some[place] += 1
                if group.second == nil {
                    main[component[index] % scales] += 1
                } else {
                    pair[component[index] % scales] += 1
                }
            }
        }
        for place in inclusion.indices {
            let odds = place == 0 ? prior.mainOdds : prior.pairOdds[place - 1]
            let a = noise.gamma(some[place] + odds.some)
            let b = noise.gamma(none[place] + odds.none)
            inclusion[place] = min(max(a / (a + b), 1e-4), 1 - 1e-4)
        }
        mainScales = dirichlet(main)
        pairScales = dirichlet(pair)
    }

    private mutating func dirichlet(_ weights: [Double]) -> [Double] {
        var draws = weights
        var sum = 0.0
        for place in draws.indices {
            draws[place] = noise.gamma(weights[place]) + 1e-12
            sum += draws[place]
        }
        return draws.map { $0 / sum }
    }
}
