// SPDX-License-Identifier: Apache-2.0

extension OrthogonalArray {
    /// The L18 of one column of two levels and seven of three, as Taguchi published it.
    ///
    /// Taguchi, "System of Experimental Design", 1987; also in Phadke, "Quality Engineering Using Robust Design", 1989.
    static var eighteen: OrthogonalArray {
        table(
            "L18",
            [
                "11111111", "11222222", "11333333", "12112233", "12223311", "12331122",
                "13121323", "13232131", "13313212", "21133221", "21211332", "21322113",
                "22123132", "22231213", "22312321", "23132312", "23213123", "23321231",
            ],
            columnLevels: [2] + [Int](repeating: 3, count: 7)
        )
    }

    /// The L36 of eleven columns of two levels and twelve of three.
    ///
    /// Each row of a difference matrix of twelve columns modulo 3, whose three translates share a row of the L12:
    /// Hedayat, Sloane and Stufken, "Orthogonal Arrays", chapter 6; the columns of three levels are Taguchi's.
    static var thirtySix: OrthogonalArray {
        translates("L36", twelveModuloThree.runs, beside: plackettBurman)
    }

    /// The L36 of three columns of two levels and thirteen of three: the L4 and a factor of three levels beside the
    /// difference matrix of the L36.
    static var thirtySixOfThree: OrthogonalArray {
        translates("L36'", twelveModuloThree.runs, beside: product(linear("L4", order: 2, dimensions: 2), ofLevels: 3))
    }

    /// Twelve columns modulo 3, the difference of any two of which holds 0, 1 and 2 four times each.
    private static var twelveModuloThree: OrthogonalArray {
        table(
            "D12",
            [
                "111111111111", "111122223333", "112312331223", "113213232132", "123132133212", "123211323321",
                "121333122123", "122331211332", "132123313122", "132221132313", "133323221211", "131232312231",
            ],
            columnLevels: [Int](repeating: 3, count: 12)
        )
    }

    private static func translates(
        _ name: String,
        _ rows: [[Int]],
        beside: OrthogonalArray
    ) -> OrthogonalArray {
        OrthogonalArray(
            name: name,
            runs: zip(beside.runs, rows).flatMap { other, row in
                (0..<3).map { shift in other + row.map { ($0 + shift) % 3 } }
            },
            columnLevels: beside.columnLevels + [Int](repeating: 3, count: rows.first?.count ?? 0)
        )
    }

    /// Every run of an array with every level of one more column, which comes last and changes fastest.
    private static func product(_ array: OrthogonalArray, ofLevels levels: Int) -> OrthogonalArray {
        OrthogonalArray(
            name: array.name,
            runs: array.runs.flatMap { run in (0..<levels).map { run + [$0] } },
            columnLevels: array.columnLevels + [levels]
        )
    }

    /// The L32' of one column of two levels and nine of four: a scheme of eight rows over the field of four elements.
    static var thirtyTwoOfFour: OrthogonalArray {
        guard let eight = GaloisField(order: 8), let four = GaloisField(order: 4) else { return empty }
        let beside = product(single(2), ofLevels: 4)
        return DifferenceScheme.products(of: eight, in: four).array(named: "L32'", beside: beside)
    }

    /// The L50 of one column of two levels and eleven of five: a scheme of ten rows modulo 5.
    static var fifty: OrthogonalArray {
        guard let five = GaloisField(order: 5) else { return empty }
        return DifferenceScheme.doubled(five).array(named: "L50", beside: product(single(2), ofLevels: 5))
    }

    /// The L54 of one column of two levels and 25 of three: a scheme of 18 rows modulo 3 beside the L18.
    static var fiftyFour: OrthogonalArray {
        guard let three = GaloisField(order: 3) else { return empty }
        let scheme = DifferenceScheme.sum(.doubled(three), .products(of: three, in: three))
        return scheme.array(named: "L54", beside: eighteen)
    }

    private static func single(_ levels: Int) -> OrthogonalArray {
        OrthogonalArray(name: "", runs: (0..<levels).map { [$0] }, columnLevels: [levels])
    }

    private static var empty: OrthogonalArray { OrthogonalArray(name: "", runs: [], columnLevels: []) }

    /// An array from rows of digits that count levels from 1.
    private static func table(_ name: String, _ rows: [String], columnLevels: [Int]) -> OrthogonalArray {
        OrthogonalArray(
            name: name,
            runs: rows.map { row in row.utf8.map { Int($0) - 49 } },
            columnLevels: columnLevels
        )
    }
}
