// SPDX-License-Identifier: Apache-2.0

/// A growing Cholesky factor, which refuses lines that depend on those before them.
struct LowerFactor {
    /// The lines one after the other, each with its diagonal element last: line i begins at i · (i + 1) / 2.
    private var elements: [Double] = []
    private var places: [Int] = []

    init(size: Int) {
        elements.reserveCapacity(size * (size + 1) / 2)
    }

    private static func start(_ line: Int) -> Int { line * (line + 1) / 2 }

    /// Adds a line of a symmetric matrix, given in full; false when less than `tolerance` of its diagonal is its own.
    mutating func append(_ line: [Double], _ place: Int, _ tolerance: Double) -> Bool {
        let own = forward(places.map { line[$0] })
        let rest = line[place] - Self.dot(own, own)
        guard rest > tolerance * line[place], rest > 0 else {
            return false
        }
        elements += own
        elements.append(rest.squareRoot())
        places.append(place)
        return true
    }

    /// Solves L·Lᵀ·x = b.
    func solve(_ right: [Double]) -> [Double] {
        var x = forward(right)
        for row in places.indices.reversed() {
            let start = Self.start(row)
            x[row] /= elements[start + row]
            let known = x[row]
            guard known != 0 else {
                continue
            }
            for column in 0..<row {
                x[column] -= elements[start + column] * known
            }
        }
        return x
    }

    /// vᵀ·(L·Lᵀ)⁻¹·v.
    func form(_ vector: [Double]) -> Double {
        let x = forward(vector)
        return Self.dot(x, x)
    }

    /// Solves L·x = b; zeros before the first other element stay so.
    private func forward(_ right: [Double]) -> [Double] {
        var x = right
        let first = right.firstIndex { $0 != 0 } ?? right.count
        for row in first..<max(first, places.count) {
            let start = Self.start(row)
            x[row] = (x[row] - Self.dot(x, first..<row, elements, start)) / elements[start + row]
        }
        return x
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { dot(a, a.indices, b, 0) }

    /// The inner product of a range of one array and as many elements of the other, in four sums at the same time.
    private static func dot(_ a: [Double], _ range: Range<Int>, _ b: [Double], _ offset: Int) -> Double {
        precondition(range.lowerBound >= 0 && range.upperBound <= a.count, "the range lies in a")
        precondition(offset >= 0 && offset + range.upperBound <= b.count, "the range lies in b")
        let left = a.span
        let right = b.span
        var sums = SIMD4<Double>.zero
        var index = range.lowerBound
        // Both ranges were checked above; a check of every element would keep the loop from four at a time.
        while index + 4 <= range.upperBound {
            let ours = unsafe four(left, index)
            let theirs = unsafe four(right, offset + index)
            sums += ours * theirs
            index += 4
        }
        var sum = sums.sum()
        while index < range.upperBound {
            sum += left[index] * right[offset + index]
            index += 1
        }
        return sum
    }

    /// Four elements from a place on; unsafe, for the caller checks that they are there.
    @unsafe
    @inline(__always)
    private static func four(_ values: Span<Double>, _ place: Int) -> SIMD4<Double> {
        let first = unsafe values[unchecked: place]
        let second = unsafe values[unchecked: place + 1]
        let third = unsafe values[unchecked: place + 2]
        let fourth = unsafe values[unchecked: place + 3]
        return SIMD4(first, second, third, fourth)
    }
}
