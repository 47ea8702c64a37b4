// SPDX-License-Identifier: Apache-2.0

extension TwoLevelFraction {
    /// The design of so many runs and factors whose defining relation has the fewest short words; nil unless runs are a
    /// power of two from 4 to 128 and there are fewer factors than runs.
    ///
    /// Minimum aberration in the sense of Fries and Hunter, Technometrics 22 (1980). Up to half as many factors as runs
    /// the generators are listed here: those of Box, Hunter and Hunter and of Montgomery's table for up to 11 factors,
    /// found by an exchange search beyond; tests compare the numbers of words with the published ones of Chen, Sun and
    /// Wu (1993) and Xu (2009). With more factors the design is what is left of all columns without the points of a
    /// subspace that a smaller such design does not use: Tang and Wu, Statistica Sinica 6 (1996); Chen and Hedayat,
    /// Annals of Statistics 24 (1996).
    package static func minimumAberration(runs: Int, factors: Int) -> TwoLevelFraction? {
        guard runs >= 2, runs <= 128, runs & (runs - 1) == 0, factors >= 1, factors < runs else { return nil }
        let basicCount = runs.trailingZeroBitCount
        guard factors >= basicCount, let columns = columns(basicCount, factors) else { return nil }
        return TwoLevelFraction(basicCount: basicCount, columns: columns)
    }

    /// A full factorial in two-level factors; nil for more than 16 factors.
    package static func full(factors: Int) -> TwoLevelFraction? {
        TwoLevelFraction(basicCount: factors, generators: [])
    }

    /// Columns of fewest short words; those that are independent need not span all runs.
    private static func columns(_ basicCount: Int, _ count: Int) -> [Int]? {
        let points = 1 << basicCount
        if count <= basicCount { return (0..<count).map { 1 << $0 } }
        if count == basicCount + 1, count <= points / 2 { return (0..<basicCount).map { 1 << $0 } + [points - 1] }
        if let listed = listed(basicCount, count) { return listed }
        guard count > points / 2 else { return nil }
        // What is not used lies in the smallest subspace that holds it, and so does what that leaves unused of it.
        let unused = points - 1 - count
        guard unused > 0 else { return Array(1..<points) }
        let dimension = Int.bitWidth - unused.leadingZeroBitCount
        guard let inner = columns(dimension, (1 << dimension) - 1 - unused) else { return nil }
        let left = Set(inner)
        return (1..<points).filter { $0 >= 1 << dimension || left.contains($0) }
    }

    /// The columns that the list gives, the basic factors first.
    private static func listed(_ basicCount: Int, _ count: Int) -> [Int]? {
        let head = "\(1 << basicCount) \(count) "
        guard let line = list.first(where: { $0.hasPrefix(head) }) else { return nil }
        let text = line.dropFirst(head.count)
        let digits = Array(text.drop { $0 == "-" })
        let masks = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            Int(String(digits[$0...$0 + 1]), radix: 16)
        }
        guard text.hasPrefix("-") else { return (0..<basicCount).map { 1 << $0 } + masks }
        let unused = Set(masks)
        return (1..<(1 << basicCount)).filter { $0.nonzeroBitCount % 2 == 1 && !unused.contains($0) }
    }

    /// Runs, factors and, in two hexadecimal digits each, the basic factors of each added factor; after a minus the
    /// columns of an odd number of basic factors that are not used.
    private static let list: [String] = [
        "8 4 07",
        "8 5 0305",
        "8 6 030506",
        "8 7 03050607",
        "16 5 0f",
        "16 6 070e",
        "16 7 -0b",
        "16 8 -",
        "32 6 1f",
        "32 7 0f1b",
        "32 8 070b1e",
        "32 9 1e1d1b17",
        "32 10 0f171b1d1e",
        "32 11 -0b1315161f",
        "32 12 -0d0e1a1c",
        "32 13 -0b1315",
        "32 14 -191a",
        "32 15 -1a",
        "32 16 -",
        "64 7 3f",
        "64 8 0f33",
        "64 9 0f353c",
        "64 10 2e2d1b17",
        "64 11 1c0f233a39",
        "64 12 1d1e272c343b",
        "64 13 0f1a272932343e",
        "64 14 07232d2e3536393f",
        "64 15 0b1e23252c3437393a",
        "64 16 0f1315191e262b343a3d",
        "64 17 0b0e171a252c2f3334393e",
        "64 18 0d0e171b1c23262f3235393e",
        "64 19 0b0e13191a1c272a2d3235383f",
        "64 20 0b0d17191e2326292a2f32353b3c",
        "64 21 -070d191f2526292a2c3237",
        "64 22 -0d0e1316252a2c2f3b3d",
        "64 23 -0d0e1323262931323e",
        "64 24 -07161925262c313d",
        "64 25 -16232a32383d3e",
        "64 26 -1516252a2f3e",
        "64 27 -191c2c2f3e",
        "64 28 -1531383e",
        "64 29 -191c25",
        "64 30 -233d",
        "64 31 -38",
        "64 32 -",
        "128 8 7f",
        "128 9 6d76",
        "128 10 471e2d",
        "128 11 471e2d7f",
        "128 12 2d3f63747a",
        "128 13 1f2756586c75",
        "128 14 353b3e4a5d6d72",
        "128 15 172d345961676a7b",
        "128 16 1f2a474c566b71727f",
        "128 17 1f292e3c555662656f73",
        "128 18 0b16273a3f4e575b63727d",
        "128 19 25363b3d5f67686b6e71727c",
        "128 20 161b37393c474e5a5f65696a74",
        "128 21 171b272e3245494c4f516d737478",
        "128 22 0d151e27313b3d4c4f575b6365697a",
        "128 23 1719252e33343f4d535e66696f757a7c",
        "128 24 0f171b1d262d353c43454e56696f71777d",
        "128 25 070d23292f35363a555b5e62676c7073797f",
        "128 26 0b131f272e393a3c4546525b5c646a6d707376",
        "128 27 07151b1e232d2e31373c4e53565c5f6566696c74",
        "128 28 070e161b292c3335384549515a5c63666a74777b7e",
        "128 29 0b0e171d252633393a3c3f474d595c5f64696e707576",
        "128 30 0f15162d2e33343a3f43494e5154575a5d666a7275787e",
        "128 31 0b171e27292e33353a3c3f47494e515254585d666a6c777e",
        "128 32 070d1516191c2b2e31343f454b4e51545a646768707375767c",
        "128 33 0d0e13161a1f272b2c32353945494a5254585b64686f71767a7d",
        "128 34 0b0e1a1d262a2c2f33393e43454a51565b5c6164676b6e7275787f",
        "128 35 0b13191a1c1f232e35363b434d4e5556585b6566696a6c717274777e",
        "128 36 0f191a27292a2c313234383f454b4c5354585d5e6364686d6e70767b7c",
        "128 37 0f17191a1c27292a2c313234383f45464b4c5354585d63686d6e75767b7c",
        "128 38 0f171b1d1e272d2e313234383f47494a4c5355585f636566686f7077797a7c",
        "128 39 0f1315191e2325292e3132383f43464a4d5152575b5c6162676b6c7073767a7d",
        "128 40 0f13161a1d23262a2d313234383f43464a4d515254585f616264686f7073767a7d",
        "128 41 -0b13151a1c262c3134383e495254576267686b6e737c7f",
        "128 42 -0b0d13161a1c262f3437383b3d3e494c616b7375767f",
        "128 43 -0716191a2a2c2f323845464f5e616264686d76797f",
        "128 44 -0d23253132383d464a4c4f5758616b6d6e73757c",
        "128 45 -070b0d151c1f2526293237384c515457586770",
        "128 46 -0b0e161f232532384957616267686d6e7576",
        "128 47 -070d1a262c2f37383d4345465b626b6d7f",
        "128 48 -0b16191c23383d3e45494f515d5e6273",
        "128 49 -07161a23292c2f313738585b6b797c",
        "128 50 -132526293b3e434f57616768767c",
        "128 51 -07151f3138434c585d5e616d76",
        "128 52 -07131c25292c2f3145616270",
        "128 53 -0e1f2f313443454a67737f",
        "128 54 -0b262c45494a545e767f",
        "128 55 -131a233d494f64737c",
        "128 56 -07292c3b434a5262",
        "128 57 -071f2f3b585b75",
        "128 58 -1a525b5d5e79",
        "128 59 -1c25495157",
        "128 60 -1f26293e",
        "128 61 -1a385e",
        "128 62 -1531",
        "128 63 -4a",
        "128 64 -",
    ]
}
