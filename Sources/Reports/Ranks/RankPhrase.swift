// SPDX-License-Identifier: Apache-2.0

import Domain
package import Statistics

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
        goalSentence
    case goalSilent, goalNever, forecastCaption, oneObserver, observersCaption, noHabits, habitWeekday, habitHour,
        habitsCaption
    case methodConsensus, methodChanges, methodForecast, methodGoal, nothingListed, young, youngOne, youngChanges,
        better, worse
    case sectionAbsent, columnGone, columnLast, columnReturn, absentCaption, verdictOff, headlineOff, headlineNever
    case absentSince, absentNever, absentUnseen, lastOn, returnChance, returnUnknown, headlineNow, headlineReachOne
    case goalUnlikely, goalUntested, goalOut, unitMinutes, unitHours, unitDays
    case naive, recentMean, smoothing, halfSmoothing, dampedTrend, kriging, learned, blend
    case weekdays

    /// The text in a language; `{0}`, `{1}` … are places.
    func text(_ language: ReportLanguage) -> String { language == .korean ? korean : english }
}

extension RankForecastMethod {
    /// What a reader calls the method.
    package func name(in language: ReportLanguage) -> String {
        let phrase: RankPhrase =
            switch self {
            case .naive: .naive
            case .recentMean: .recentMean
            case .smoothing: .smoothing
            case .halfSmoothing: .halfSmoothing
            case .dampedTrend: .dampedTrend
            case .kriging: .kriging
            case .learned: .learned
            case .blend: .blend
            }
        return phrase.text(language)
    }
}

extension Wording {
    /// The length of a step in words.
    func length(_ unit: TimeSpan) -> String {
        let parts: [(TimeSpan, RankPhrase)] = [
            (.days(1), .unitDays), (.hours(1), .unitHours), (.minutes(1), .unitMinutes),
        ]
        for (part, phrase) in parts where unit >= part && unit.milliseconds % part.milliseconds == 0 {
            return self(phrase, count(Int(unit.milliseconds / part.milliseconds)))
        }
        return "\(unit)"
    }

    /// A phrase of the page on ranks with its places filled in.
    func callAsFunction(_ phrase: RankPhrase, _ arguments: String...) -> String {
        filled(phrase.text(language), arguments.map { Markup($0) }).plain
    }
}
