// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Foundation

/// What a program is told about the combination that it shall apply or measure.
package struct ProgramTrial: Sendable, Hashable {
    /// The trial; nil when levers are put back outside a trial.
    package var trial: TrialID?
    /// The campaign; nil when levers are put back outside a trial.
    package var campaign: CampaignID?
    package var unit: String
    /// The level of every factor, by the factor's name.
    package var settings: [String: LevelValue]

    /// Creates the input of a program.
    package init(trial: TrialID?, campaign: CampaignID?, unit: String, settings: [String: LevelValue]) {
        self.trial = trial
        self.campaign = campaign
        self.unit = unit
        self.settings = settings
    }

    /// The program's standard input: `{"campaign","settings":{factor: level},"trial","unit"}` as canonical JSON and a
    /// line's end.
    package func input() throws -> Data {
        var data = try CanonicalJSON.encode(
            JSONValue.object([
                "trial": trial.map { .string($0.text) } ?? .null,
                "campaign": campaign.map { .string($0.text) } ?? .null,
                "unit": .string(unit),
                "settings": .object(settings.mapValues(\.json)),
            ])
        )
        data.append(0x0A)
        return data
    }

    /// The same as environment variables: `DURE_TRIAL` and `DURE_CAMPAIGN` (empty outside a trial), `DURE_UNIT`, and one
    /// per factor.
    ///
    /// A factor's variable is `DURE_` and its name in upper case, with `_` for all but ASCII letters and digits. A name
    /// that has
    /// none of these, or whose variable is already taken, is `DURE_FACTOR_n` instead, n being its place from 1 among
    /// the names in order.
    package var environment: [String: String] {
        var variables = [
            "DURE_TRIAL": trial?.text ?? "",
            "DURE_CAMPAIGN": campaign?.text ?? "",
            "DURE_UNIT": unit,
        ]
        for (index, setting) in settings.sorted(by: { $0.key < $1.key }).enumerated() {
            let plain = Self.variable(setting.key)
            let name = plain.flatMap { variables[$0] == nil ? $0 : nil } ?? "DURE_FACTOR_\(index + 1)"
            variables[name] = setting.value.description
        }
        return variables
    }

    private static func variable(_ factor: String) -> String? {
        var name = "DURE_"
        for scalar in factor.uppercased().unicodeScalars {
            let isKept = ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            name.unicodeScalars.append(isKept ? scalar : "_")
        }
        return name.dropFirst(5).contains { $0 != "_" } ? name : nil
    }
}
