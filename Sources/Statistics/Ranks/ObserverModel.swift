// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What has been learned about one observer: its bias, its scatter and how often it errs.
///
/// An observer that works sees rank t as a normal value around t · (1 + bias) with deviation scatter · (10 + t). One
/// that errs says nothing of t: a wrong product (any rank), not found, or its own last answer again.
package struct ObserverModel: Sendable, Equatable {
    /// How an observer that errs does so.
    package enum Fault: String, Sendable, Codable, CaseIterable {
        /// A rank that has nothing to do with the product.
        case wrongItem
        /// Not found, though the product is listed.
        case notFound
        /// The answer of its last look, though the product has moved.
        case stale
    }

    /// Ranks at which the deviation is that of rank 0 and as much again: jitter is a floor and a share of the rank.
    static let offset = 10.0

    /// The share by which it sees ranks too deep.
    package private(set) var bias = 0.0
    /// Deviation over (10 + rank).
    package private(set) var scatter = 0.05
    /// How many looks were learned from.
    package private(set) var looks = 0

    private var squares = 20 * 0.05 * 0.05
    private var weight = 20.0
    private var biasSquares = 5.0
    private var biasProducts = 0.0
    private var faults = (wrongItem: 0.5, notFound: 0.3, stale: 0.3)

    package init() {}

    package static func == (left: ObserverModel, right: ObserverModel) -> Bool {
        left.bias == right.bias && left.scatter == right.scatter && left.looks == right.looks
            && left.faults == right.faults
    }

    /// The share of its looks that end in a fault.
    package func rate(of fault: Fault) -> Double {
        let sum =
            switch fault {
            case .wrongItem: faults.wrongItem
            case .notFound: faults.notFound
            case .stale: faults.stale
            }
        return sum / Double(looks + 20)
    }

    /// The deviation of its answers at a rank.
    package func deviation(at rank: Double) -> Double {
        scatter * (Self.offset + rank)
    }

    /// What a look taught: the posterior weights of its having worked, and its errors under them.
    struct Lesson {
        /// The probability that it worked.
        var worked = 0.0
        var biasSquares = 0.0
        var biasProducts = 0.0
        var squares = 0.0
        var weight = 0.0
        /// The probability of the fault `stale`, given a fault.
        var staleShare = 0.0
        var isNotFound = false
    }

    mutating func learn(_ lesson: Lesson) {
        looks += 1
        let fault = max(0, 1 - lesson.worked)
        if lesson.isNotFound {
            faults.notFound += fault
        } else {
            faults.stale += fault * lesson.staleShare
            faults.wrongItem += fault * (1 - lesson.staleShare)
        }
        biasSquares += lesson.biasSquares
        biasProducts += lesson.biasProducts
        squares += lesson.squares
        weight += lesson.weight
        bias = min(max(biasProducts / biasSquares, -0.8), 4)
        scatter = max((squares / weight).squareRoot(), 0.002)
    }

    /// Moves the bias by the anchor's.
    mutating func anchor(_ shift: Double) {
        bias = max(bias - shift, -0.8)
    }
}
