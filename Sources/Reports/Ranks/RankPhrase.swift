// SPDX-License-Identifier: Apache-2.0

/// The sentences and labels of the page on ranks, in English and Korean.
enum RankPhrase: String, CaseIterable, Sendable {
    case title, details, verdictChanged, verdictSource, verdictQuiet, verdictYoung, headlineChanged, headlineSource,
        headlineQuiet
    case headlineReach, factProducts, factKeywords, factSteps, factObservers, noteOwn, noteStep, noteDepth
    case sectionStanding, sectionChanges, sectionOutlook, sectionObservers, sectionHabits, sectionHow
    case columnProduct, columnList, columnNow, columnInterval, columnWeek, columnCourse, columnFlags, columnTold,
        columnMoved
    case columnFalse, columnHorizon, columnSkill, columnMethod, columnObserver, columnLooks, columnBias, columnScatter
    case columnWrong, columnMissed, columnStale, columnCycle, columnGoal, columnOff
    case own, competitor, offList, noChanges, changedTo, sourceChanged, standingCaption, changesCaption, more
    case skillTested, skillExpected, skillNone, skillUntested, chartTitle, chartDescription, rankAxis, goalTarget,
        goalSentence,
        goalLater
    case goalSilent, goalNever, forecastCaption, oneObserver, observersCaption, noHabits, habitWeekday, habitHour,
        habitsCaption
    case methodConsensus, methodChanges, methodForecast, methodGoal, nothingListed, young, youngOne, youngChanges,
        better, worse
    case naive, recentMean, smoothing, halfSmoothing, dampedTrend, kriging, learned, blend
    case weekdays

    /// The text in a language; `{0}`, `{1}` … are places.
    func text(_ language: ReportLanguage) -> String { language == .korean ? korean : english }
}

extension Wording {
    /// A phrase of the page on ranks with its places filled in.
    func callAsFunction(_ phrase: RankPhrase, _ arguments: String...) -> String {
        filled(phrase.text(language), arguments.map { Markup($0) }).plain
    }
}
