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
        let difference = table(
            "D12",
            [
                "111111111111", "111122223333", "112312331223", "113213232132", "123132133212", "123211323321",
                "121333122123", "122331211332", "132123313122", "132221132313", "133323221211", "131232312231",
            ],
            columnLevels: [Int](repeating: 3, count: 12)
        )
        let twelve = plackettBurman.runs
        return OrthogonalArray(
            name: "L36",
            runs: zip(twelve, difference.runs).flatMap { two, three in
                (0..<3).map { shift in two + three.map { ($0 + shift) % 3 } }
            },
            columnLevels: [Int](repeating: 2, count: 11) + difference.columnLevels
        )
    }

    /// An array from rows of digits that count levels from 1.
    private static func table(_ name: String, _ rows: [String], columnLevels: [Int]) -> OrthogonalArray {
        OrthogonalArray(
            name: name,
            runs: rows.map { row in row.utf8.map { Int($0) - 49 } },
            columnLevels: columnLevels
        )
    }
}
