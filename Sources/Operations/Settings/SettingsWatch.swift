// SPDX-License-Identifier: Apache-2.0

import Configuration
import CoreMetrics
import Domain
package import Logging
import SystemPackage

/// Watches the files of settings, and tells of those that changed and hold at once.
package struct SettingsWatch: Sendable {
    /// How often the files are looked at; a change holds within a second.
    static let interval = Duration.milliseconds(250)

    private let source: SettingsSource
    private let judge: @Sendable (Settings) -> Settings
    private let logger: Logger

    /// Creates a watch; `judge` adds what is wrong with several settings together.
    package init(
        _ source: SettingsSource,
        judge: @escaping @Sendable (Settings) -> Settings = { $0 },
        logger: Logger
    ) {
        self.source = source
        self.judge = judge
        self.logger = logger
    }

    /// Calls `onChange` with the settings whenever some that may change did; until the task is cancelled.
    ///
    /// A file that is wrong changes nothing: what is wrong is logged, and the settings of before hold. Of a setting that cannot change while
    /// the process runs, the log says that it waits for a new start. SIGHUP has the files looked at at once.
    package func run(
        from settings: Settings,
        onChange: @escaping @Sendable (Settings, Set<String>) async -> Void
    ) async throws {
        let paths = [source.file, source.environmentFile].compactMap { $0 }
        guard !paths.isEmpty else { return }
        let present = Locked(settings)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for path in paths {
                let provider = try await ReloadingFileProvider<YAMLSnapshot>(
                    filePath: FilePath(path),
                    allowMissing: true,
                    pollInterval: Self.interval,
                    logger: logger,
                    metrics: NOOPMetricsHandler.instance
                )
                group.addTask { try await provider.run() }
                group.addTask {
                    try await provider.watchSnapshot { updates in
                        for await _ in updates { await reload(present, onChange) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func reload(
        _ present: Locked<Settings>,
        _ onChange: @Sendable (Settings, Set<String>) async -> Void
    ) async {
        let next: Settings
        do {
            next = judge(try await source.read())
        } catch {
            logger.error("The settings' file cannot be read; nothing changes.", metadata: ["error": "\(error)"])
            return
        }
        guard next.faults.isEmpty else {
            for fault in next.faults {
                logger.error("A setting is wrong; nothing changes.", metadata: ["fault": "\(fault)"])
            }
            return
        }
        let former = present.withLock { present in
            defer { present = next }
            return present
        }
        let changes = next.changes(from: former)
        for item in changes where !item.isLive {
            logger.warning(
                "A setting was changed that holds from the next start on.",
                metadata: ["setting": "\(item.key)"]
            )
        }
        let live = Set(changes.filter(\.isLive).map(\.key))
        guard !live.isEmpty else { return }
        logger.notice(
            "Settings were changed, and hold now.",
            metadata: ["settings": "\(live.sorted().joined(separator: ", "))"]
        )
        await onChange(next, live)
    }
}
