// SPDX-License-Identifier: Apache-2.0

/// The columns that linear models are fitted to, all in memory.
package struct ModelColumns: Sendable {
    /// The categorical columns.
    package var factors: [CodedFactor]
    /// The numeric columns that enter as straight lines.
    package var covariates: [Covariate]
    /// The responses; each is fitted for itself by the same design.
    package var responses: [ResponseColumn]

    /// Puts columns together; fitting checks that their lengths agree.
    package init(factors: [CodedFactor], covariates: [Covariate] = [], responses: [ResponseColumn]) {
        self.factors = factors
        self.covariates = covariates
        self.responses = responses
    }

    /// The number of rows.
    package var rowCount: Int {
        responses.first?.values.count ?? factors.first?.rowCount ?? covariates.first?.values.count ?? 0
    }
}

/// A categorical column: labels of levels and, per row, the index of the row's level in one byte or four.
package struct CodedFactor: Sendable, Equatable {
    /// The indices of levels.
    package enum Codes: Sendable, Equatable {
        /// For at most 255 levels; 255 is a missing cell.
        case bytes([UInt8])
        /// For any number of levels; a negative number is a missing cell.
        case words([Int32])
    }

    /// The column's name.
    package let name: String
    /// The labels of the levels; the first observed one is the reference of contrasts unless another is named.
    package let levels: [String]
    /// One index into `levels` per row.
    package let codes: Codes

    /// Makes a column of at most 255 levels from codes of one byte; 255 is a missing cell.
    package init(name: String, levels: [String], codes: [UInt8]) {
        self.name = name
        self.levels = levels
        self.codes = .bytes(codes)
    }

    /// Makes a column from codes of four bytes; a negative code is a missing cell.
    package init(name: String, levels: [String], codes: [Int32]) {
        self.name = name
        self.levels = levels
        self.codes = .words(codes)
    }

    /// Makes a column from one label per row, nil for a missing cell; levels are in ``LevelOrder/sorted(_:)``'s order.
    package init(name: String, labels: [String?]) {
        let levels = LevelOrder.sorted(Array(Set(labels.compactMap(\.self))))
        let codeOf = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, Int32(clamping: $0)) })
        self.init(name: name, levels: levels, codes: labels.map { $0.flatMap { codeOf[$0] } ?? -1 })
    }

    /// The number of rows.
    package var rowCount: Int {
        switch codes {
        case .bytes(let codes): codes.count
        case .words(let codes): codes.count
        }
    }

    /// The level of a row; nil for a missing cell.
    ///
    /// The row must be one of the column's.
    package func level(row: Int) -> Int? {
        switch codes {
        case .bytes(let codes): codes[row] == .max ? nil : Int(codes[row])
        case .words(let codes): codes[row] < 0 ? nil : Int(codes[row])
        }
    }
}

/// A numeric column that enters a model as a straight line.
package struct Covariate: Sendable, Equatable {
    /// The column's name.
    package let name: String
    /// One value per row; NaN for a missing cell.
    package let values: [Double]

    /// Makes a column.
    package init(name: String, values: [Double]) {
        self.name = name
        self.values = values
    }
}

/// A response: what is measured in every row.
///
/// Values are sums of `origin` and `values[row]`, so that a part which all have in common can be taken off the decimal
/// text before it is rounded to a binary number. No digit is then lost to it.
package struct ResponseColumn: Sendable, Equatable {
    /// The column's name.
    package let name: String
    /// One value per row, less the origin; NaN for a missing one.
    package let values: [Double]
    /// What was taken off every value.
    package let origin: Double

    /// Makes a column.
    package init(name: String, values: [Double], origin: Double = 0) {
        self.name = name
        self.values = values
        self.origin = origin
    }
}
