// SPDX-License-Identifier: Apache-2.0

extension OrthogonalArray {
    /// Arrays of 8 to 64 runs with as many columns of four and eight levels as factors need, and two levels beside them.
    ///
    /// A column of four levels takes the place of three of two, one of eight that of seven: Addelman, "Orthogonal
    /// main-effect plans for asymmetrical factorial experiments", Technometrics 4 (1962). Empty unless some factor has
    /// four or eight levels (or a number that these hold) and some other fewer.
    static func merged(for levelCounts: [Int]) -> [OrthogonalArray] {
        let eights = levelCounts.count { (5...8).contains($0) }
        let fours = levelCounts.count { (3...4).contains($0) }
        guard levelCounts.allSatisfy({ $0 <= 8 }), eights + fours > 0 else { return [] }
        return (3...6).compactMap { dimensions in
            let array = linear("L\(1 << dimensions)", order: 2, dimensions: dimensions)
            return array.replacing(dimensions, eights: eights, fours: fours)
        }
    }

    /// This array of two levels with flats of columns replaced by columns of four and eight levels; nil without room.
    private func replacing(_ dimensions: Int, eights: Int, fours: Int) -> OrthogonalArray? {
        let points = 1 << dimensions
        var isFree = [Bool](repeating: true, count: points)
        var flats: [[Int]] = []
        func take(_ generators: [Int]) {
            let members = (1..<(1 << generators.count)).map { choice in
                generators.indices.reduce(0) { choice >> $1 & 1 == 1 ? $0 ^ generators[$1] : $0 }
            }
            for member in members { isFree[member] = false }
            flats.append(generators)
        }
        func isOpen(_ generators: [Int]) -> Bool {
            (1..<(1 << generators.count)).allSatisfy { choice in
                let member = generators.indices.reduce(0) { choice >> $1 & 1 == 1 ? $0 ^ generators[$1] : $0 }
                return member != 0 && isFree[member]
            }
        }
        for _ in 0..<eights {
            guard let found = Self.flat(points, dimension: 3, isOpen) else { return nil }
            take(found)
        }
        for _ in 0..<fours {
            guard let found = Self.flat(points, dimension: 2, isOpen) else { return nil }
            take(found)
        }
        let singles = (1..<points).filter { isFree[$0] }
        let runs = runs.map { run in
            flats.map { flat in flat.reduce(0) { 2 * $0 + run[$1 - 1] } } + singles.map { run[$0 - 1] }
        }
        let levels = flats.map { 1 << $0.count } + singles.map { _ in 2 }
        let merged = [(8, eights), (4, fours), (2, singles.count)].filter { $0.1 > 0 }
        return OrthogonalArray(
            name: "\(name) (\(merged.map { "\($0.0)^\($0.1)" }.joined(separator: " ")))",
            runs: runs,
            columnLevels: levels
        )
    }

    /// The first generators of a flat of columns that are all free.
    private static func flat(_ points: Int, dimension: Int, _ isOpen: ([Int]) -> Bool) -> [Int]? {
        var generators: [Int] = []
        func extend(from first: Int) -> Bool {
            if generators.count == dimension { return true }
            for point in first..<points {
                generators.append(point)
                if isOpen(generators), extend(from: point + 1) { return true }
                generators.removeLast()
            }
            return false
        }
        return extend(from: 1) ? generators : nil
    }
}
