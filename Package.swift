// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// The language settings of every Swift target: the newest rules, and no warning left standing.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
]

/// Declares one of our targets with the house settings.
func target(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, exclude: ["README.md"], resources: resources, swiftSettings: house)
}

/// Declares one of our targets that compute: it is optimised in debug builds too, where its loops would take most of the tests' time.
func computing(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        exclude: ["README.md"],
        swiftSettings: house + [.unsafeFlags(["-O"], .when(configuration: .debug))]
    )
}

/// Declares the test target that belongs to one of our targets.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

/// Declares a program that measures; `make bench` runs it.
func benchmark(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: "Benchmarks/\(name)", swiftSettings: house)
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "dure",
    products: [
        .executable(name: "dure", targets: ["dure"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(
            url: "https://github.com/apple/swift-configuration",
            from: "1.4.0",
            traits: [.defaults, "YAML", "Reloading", "CommandLineArguments", "Logging"]
        ),
        .package(url: "https://github.com/apple/swift-crypto", "3.0.0"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.90.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.35.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        target("Domain"),
        .target(
            name: "CDistributions",
            exclude: ["README.md"],
            linkerSettings: [.linkedLibrary("m"), .linkedLibrary("stdc++")]
        ),
        .systemLibrary(name: "CLAPACK"),
        .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        computing("Statistics", ["CDistributions", "CLAPACK"]),
        .target(name: "CProcess", exclude: ["README.md"]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CXML2", dependencies: ["CLibXML2"], exclude: ["README.md"]),
        target("Feeds", ["Domain", "CXML2"]),
        target("Files", ["Domain", "CZlib", "Yams"]),
        computing("Experiments", ["Domain", "Statistics"]),
        .target(name: "CMeCab", exclude: ["README.md"]),
        .target(name: "CCurl", exclude: ["README.md"], linkerSettings: [.linkedLibrary("curl")]),
        computing("TrendAnalysis", ["Domain", "Statistics", "CMeCab"]),
        computing("MarketSimulation", ["Domain"]),
        target(
            "Messaging",
            [
                "Domain", logging,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        target("Jobs", ["Domain", "CProcess", logging]),
        target("Agents", ["Domain", "Statistics", "Experiments", "TrendAnalysis", "Messaging", "Jobs", logging]),
        target("Storage", ["Domain", "CPQ", logging, grdb, .product(name: "GRDBSQLite", package: "GRDB.swift")]),
        target(
            "Reports",
            [
                "Domain", "Statistics", "Experiments", "TrendAnalysis", subprocess,
                .product(name: "Mustache", package: "swift-mustache"),
            ]
        ),
        target(
            "Dashboard",
            ["Domain", "Reports", .product(name: "Mustache", package: "swift-mustache")],
            resources: [
                .embedInCode("Resources/layout.mustache"), .embedInCode("Resources/section.mustache"),
                .embedInCode("Resources/dure.css"), .embedInCode("Resources/dure.js"),
                .embedInCode("Resources/dure.svg"),
            ]
        ),
        target(
            "Operations",
            [
                "Domain", "CProcess", "Yams", logging,
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),
        target(
            "Server",
            [
                "Domain", "Jobs", "Operations", "Files", "Reports", "Dashboard", "CZlib", logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        target(
            "Connectors",
            [
                "Domain", "Jobs", "Feeds", "Files", "CCurl", logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .executableTarget(
            name: "dure",
            dependencies: [
                "Domain", "Files", "Statistics", "Experiments", "MarketSimulation", "Messaging", "Jobs", "Agents",
                "Storage", "Reports", "Dashboard", "Operations", "Server", "Connectors", "Feeds", "TrendAnalysis",
                logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            exclude: ["README.md"],
            resources: [.embedInCode("Resources/demo-goal.yaml")],
            swiftSettings: house
        ),
        benchmark("SearchProtocol", ["Experiments", "Statistics", "Domain"]),
        benchmark("RankProtocol", ["Statistics", "Domain"]),
        benchmark("GeneticBenchmark", ["Experiments", "Domain"]),
        benchmark("ABCalibration", ["Experiments", "Statistics", "Domain"]),
        benchmark("AnalysisBenchmark", ["Files", "Statistics", "Domain"]),
        benchmark("TrendProtocol", ["TrendAnalysis", "Statistics", "Domain"]),
        benchmark("PostgresBenchmark", ["Storage", "Domain", logging]),
        benchmark("FeedProtocol", ["Feeds", "Domain"]),
        .testTarget(
            name: "StatisticsTests",
            dependencies: ["Statistics"],
            exclude: ["Reference"],
            swiftSettings: house
        ),
        .testTarget(
            name: "FilesTests",
            dependencies: ["Domain", "Files", "Statistics"],
            exclude: ["Sentences", "Wrong"],
            swiftSettings: house
        ),
        tests("FeedsTests", ["Feeds", "Domain"]),
        .target(
            name: "StandIns",
            dependencies: ["Connectors", "Domain"],
            path: "Tests/StandIns",
            exclude: ["README.md"],
            swiftSettings: house
        ),
        tests(
            "ConnectorsTests",
            [
                "Connectors", "StandIns", "Feeds", "Domain", "Jobs",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        tests("ExperimentsTests", ["Experiments", "Domain", "Statistics"]),
        tests("TrendAnalysisTests", ["TrendAnalysis", "Domain", "Statistics"]),
        tests("MarketSimulationTests", ["MarketSimulation", "Domain"]),
        tests(
            "MessagingTests",
            [
                "Messaging", "Jobs", "Domain",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        tests("DomainTests", ["Domain"]),
        tests(
            "OperationsTests",
            [
                "Operations", "Jobs", "Storage", "Domain", logging,
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        tests(
            "ServerTests",
            [
                "Server", "Jobs", "Operations", "Connectors", "Storage", "Domain", logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        tests("SimulationTests", ["Server", "Jobs", "Messaging", "Storage", "Domain", logging]),
        tests("JobsTests", ["Jobs", "Domain", "CProcess", "Storage", logging]),
        tests(
            "AgentsTests",
            [
                "Agents", "Domain", "Statistics", "Experiments", "TrendAnalysis", "Messaging", "Jobs", "Storage",
                logging,
            ]
        ),
        tests(
            "DureTests",
            [
                "dure", "Agents", "Connectors", "Dashboard", "Domain", "Experiments", "Files", "Jobs", "Operations",
                "Reports",
                "Server", "StandIns", "Statistics", "Storage", "TrendAnalysis", logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        tests(
            "DashboardTests",
            [
                "Dashboard", "Reports", "Domain",
                .product(name: "Mustache", package: "swift-mustache"),
            ]
        ),
        tests("ReportsTests", ["Reports", "Domain", "Statistics", "Experiments", "TrendAnalysis"]),
        tests("StorageTests", ["Storage", "Jobs", "Domain", logging, .product(name: "GRDB", package: "GRDB.swift")]),
    ],
    cxxLanguageStandard: .cxx17
)
