// SPDX-License-Identifier: Apache-2.0

/// The rank that several observers' looks make likely, and which of them erred.
///
/// JSON keys are the names of the properties.
package struct RankEstimate: Sendable, Equatable, Codable {
    /// An observer whose look probably was a fault.
    package struct Flag: Sendable, Equatable, Codable {
        /// The observer.
        package let observer: String
        /// The probability of a fault, above 0.5.
        package let probability: Double
        /// Which fault it was most likely.
        package let fault: ObserverModel.Fault
    }

    /// The series.
    package let series: RankSeriesKey
    /// The time of the looks.
    package let time: Int
    /// The most likely state: the median rank, or off the list.
    package let outcome: RankOutcome
    /// The probability that the product is not within the depth.
    package let offListProbability: Double
    /// The interval of the rank; its ends lie between ranks, and beyond the depth where that is not excluded.
    package let interval: Interval
    /// How many observers looked.
    package let observers: Int
    /// Those that probably erred, by name.
    package let flags: [Flag]
}
