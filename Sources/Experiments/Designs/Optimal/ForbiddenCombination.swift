// SPDX-License-Identifier: Apache-2.0

/// Levels that must not occur together in a run.
package struct ForbiddenCombination: Hashable, Sendable {
    /// A level of a factor.
    package struct Setting: Hashable, Sendable {
        /// The factor's index.
        package let factor: Int
        /// The level's index.
        package let level: Int

        /// Creates a setting.
        package init(factor: Int, level: Int) {
            self.factor = factor
            self.level = level
        }
    }

    /// The settings; a run that has all of them is forbidden.
    package let settings: [Setting]

    /// Creates a combination of one setting or more.
    package init(_ settings: [Setting]) {
        self.settings = settings
    }

    /// Whether a run has all the settings.
    package func forbids(_ levels: [Int]) -> Bool {
        !settings.isEmpty && settings.allSatisfy { levels[$0.factor] == $0.level }
    }
}
