// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct DistributionTests {
    private func values(_ entry: Reference.Distribution) -> (cdf: Double?, sf: Double?, quantile: Double?) {
        let x = entry.x ?? .nan
        let p = entry.p ?? .nan
        let parameters = entry.parameters
        switch entry.name {
        case "t":
            let t = StudentT(degreesOfFreedom: parameters[0])
            return (t?.cdf(x), t?.sf(x), t?.quantile(p))
        case "f":
            let f = FisherF(numerator: parameters[0], denominator: parameters[1])
            return (f?.cdf(x), f?.sf(x), f?.quantile(p))
        case "chi-squared":
            let chi = ChiSquared(degreesOfFreedom: parameters[0])
            return (chi?.cdf(x), chi?.sf(x), chi?.quantile(p))
        default:
            return (StandardNormal.cdf(x), StandardNormal.sf(x), StandardNormal.quantile(p))
        }
    }

    @Test func `every probability and quantile agrees with SciPy`() throws {
        let reference = try Reference.load().distributions
        #expect(reference.count > 100)
        for entry in reference {
            let found = values(entry)
            #expect(isClose(found.cdf, entry.cdf, absolute: 1e-300), "\(entry)")
            #expect(isClose(found.sf, entry.sf, absolute: 1e-300), "\(entry)")
            #expect(isClose(found.quantile, entry.quantile), "\(entry)")
        }
    }

    @Test func `what is undefined is nil and never NaN or infinite`() {
        #expect(StandardNormal.quantile(0) == nil)
        #expect(StandardNormal.quantile(1) == nil)
        #expect(StandardNormal.quantile(1.5) == nil)
        #expect(StandardNormal.cdf(.nan) == nil)
        #expect(StudentT(degreesOfFreedom: 0) == nil)
        #expect(StudentT(degreesOfFreedom: 3)?.quantile(1) == nil)
        #expect(FisherF(numerator: 2, denominator: -1) == nil)
        #expect(FisherF(numerator: 2, denominator: 3)?.sf(-1) == nil)
        #expect(ChiSquared(degreesOfFreedom: .infinity) == nil)
    }
}
