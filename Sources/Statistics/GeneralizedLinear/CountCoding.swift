// SPDX-License-Identifier: Apache-2.0

/// Which columns of a design stand for which term, by sum-to-zero contrasts.
struct CountCoding {
    /// A factor with the levels that occur, or a covariate with its centre.
    enum Variable {
        case factor(levels: [Int])
        case covariate(centre: Double)
    }

    let terms: [ModelTerm]
    /// The columns of each term; column 0 is the intercept.
    let columns: [Range<Int>]
    let width: Int
    private let names: [String]
    private let variables: [Variable]
    private let termVariables: [[Int]]

    init(terms: [ModelTerm], names: [String], variables: [Variable]) {
        self.terms = terms
        self.names = names
        self.variables = variables
        termVariables = terms.map { term in term.variables.compactMap { names.firstIndex(of: $0) } }
        var ranges: [Range<Int>] = []
        var start = 1
        for members in termVariables {
            let size = members.reduce(1) { size, member in
                switch variables[member] {
                case .factor(let levels): size * max(0, levels.count - 1)
                case .covariate: size
                }
            }
            ranges.append(start..<(start + size))
            start += size
        }
        columns = ranges
        width = start
    }

    /// The columns of a row given by one value per variable, nil for the mean over levels (and a covariate's centre).
    func row(_ values: [Value?]) -> [Double] {
        var row = [1.0]
        row.reserveCapacity(width)
        for members in termVariables {
            var products = [1.0]
            for member in members {
                let own = contrasts(member, values[member])
                products = products.flatMap { left in own.map { left * $0 } }
            }
            row += products
        }
        return row
    }

    /// A level's index, or a covariate's value.
    enum Value {
        case level(Int)
        case number(Double)
    }

    private func contrasts(_ variable: Int, _ value: Value?) -> [Double] {
        switch (variables[variable], value) {
        case (.factor(let levels), .level(let level)?):
            guard let place = levels.firstIndex(of: level) else {
                return Array(repeating: 0, count: levels.count - 1)
            }
            return (0..<(levels.count - 1)).map { place == $0 ? 1 : place == levels.count - 1 ? -1 : 0 }
        case (.factor(let levels), _):
            return Array(repeating: 0, count: levels.count - 1)
        case (.covariate(let centre), .number(let number)?):
            return [number - centre]
        case (.covariate, _):
            return [0]
        }
    }
}
