// SPDX-License-Identifier: Apache-2.0

/// The sentences and labels of the pages on trends; none holds a figure: figures are filled in, so that each is traced.
enum TrendPhrase: String, CaseIterable, Sendable {
    case newsTitle
    case daysInUTC
    case answerSource
    case found
    case onlySigns
    case nothingFound
    case nothingRead
    case verdictConfirmed
    case verdictSigns
    case verdictNoTrend
    case factRead
    case factInWindow
    case factRepeated
    case factLanguages
    case languageUnknown
    case tracedInFile
    case missingTitle
    case sourceMissing
    case sourcePartial
    case sourceUnnamed
    case sectionTrends
    case sectionWatched
    case sectionCategories
    case sectionSources
    case columnSubject
    case columnStage
    case columnTitles
    case columnUsual
    case columnGrowth
    case columnDays
    case columnChance
    case columnTrends
    case columnCategory
    case columnSource
    case columnItems
    case columnKept
    case columnCalls
    case columnProblem
    case complete
    case tableNote
    case sparkTitle
    case stageConfirmed
    case stageEarly
    case otherTerms
    case evidence
    case foundBySurge
    case foundByLevel
    case foundBySign
    case foundByLasting
    case storySize
    case figuresIn
    case watchedTitle
    case watchedSaid
    case watchedTrends
    case watchedNote
    case categoriesNote
    case limitTitles
    case limitEarly
    case limitSeason
    case limitSources
    case methodCount
    case methodTest
    case methodStories
    case methodSummary
    case videoTitle
    case videoSource
    case videoFound
    case videoGrowing
    case videoNothing
    case videoVerdictViral
    case videoVerdictUsual
    case videoFactVideos
    case videoFactCounted
    case videoFactSights
    case videoFactFalls
    case videoHow
    case videoEvidence
    case videoEvidenceOne
    case videoEvidenceAlone
    case videoWatchedTitle
    case videoWatchedSaid
    case videoWatchedSaidOne
    case videoLimitOnce
    case videoLimitUndated
    case videoLimitForecast
    case videoLimitList
    case videoPlan
    case videoMethodPace
    case videoMethodForecast
    case videoMethodCounts
    case sectionViral
    case sectionGrowing
    case sectionTerms
    case viralNote
    case growingNote
    case columnVideo
    case columnVideos
    case columnChannel
    case columnViews
    case columnVelocity
    case columnToCome
    case columnForecast
    case columnPace
    case columnRanked
    case columnFastest
    case reasonGrowth
    case reasonChannel
    case reasonCategory
    case reasonEngagement
    case reasonAcceleration
    case reasonReturning
    case reasonCounted
    case reasonOnce
}

extension Wording {
    /// A phrase of a page on trends with its places filled in.
    func callAsFunction(_ phrase: TrendPhrase, _ arguments: String...) -> String {
        filled(language == .korean ? phrase.korean : phrase.english, arguments.map { Markup($0) }).plain
    }

    /// A phrase of a page on trends whose places are filled with marked texts.
    func marked(_ phrase: TrendPhrase, _ arguments: Markup...) -> Markup {
        filled(language == .korean ? phrase.korean : phrase.english, arguments)
    }
}
