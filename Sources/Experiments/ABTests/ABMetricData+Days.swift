// SPDX-License-Identifier: Apache-2.0

extension ABMetricData {
    /// The data as it was at the end of a day, from 0; nil when that is unknown or a variant had none.
    func through(_ day: Int) -> ABMetricData? {
        if let dailyTotals {
            guard dailyTotals.indices.contains(day), let samples = dailyTotals[day] else {
                return nil
            }
            return ABMetricData(metric: metric, samples: samples)
        }
        guard let days, days.count == samples.count else {
            return nil
        }
        let kept = days.map { list in list.indices.filter { list[$0] <= day } }
        var early: [ABSample] = []
        for (sample, places) in zip(samples, kept) {
            switch sample {
            case .values(let values):
                early.append(.values(places.map { values[$0] }))
            case .ratio(let numerators, let denominators):
                early.append(
                    .ratio(
                        numerators: places.map { numerators[$0] },
                        denominators: places.map { denominators[$0] }
                    )
                )
            case .successes, .events, .summary:
                return nil
            }
        }
        return ABMetricData(
            metric: metric,
            samples: early,
            covariates: covariates.map { zip($0, kept).map { list, places in places.map { list[$0] } } }
        )
    }
}
