// SPDX-License-Identifier: Apache-2.0

extension TrendPhrase {
    /// The English text.
    var english: String {
        switch self {
        case .newsTitle: "Trends in the news, {0} to {1}"
        case .daysInUTC: "Days are those of UTC."
        case .answerSource: "Titles from {0} to {1}, compared with the eight weeks before."
        case .found: "More is written than before of {0}."
        case .onlySigns: "There are first signs only, the strongest of {0}."
        case .nothingFound: "Nothing is written of so much more than before that it could be told from chance."
        case .verdictConfirmed: "Confirmed"
        case .verdictSigns: "First signs"
        case .nothingRead: "No title was read."
        case .verdictNoTrend: "No trend"
        case .factRead: "Items read"
        case .factInWindow: "Titles of the window"
        case .factRepeated: "{0} repeats of all were left out"
        case .factLanguages: "Languages"
        case .languageUnknown: "not told"
        case .tracedInFile:
            "Every figure on this page is in the machine-readable report (--format json, and the .json file of the same name); its place there is in the page's source."
        case .missingTitle: "What is missing"
        case .sourceMissing: "{0} is not in this report: {1}"
        case .sourcePartial: "{0} is not whole in this report: {1}"
        case .sourceUnnamed: "source unnamed"
        case .sectionTrends: "What is written of more than before"
        case .sectionWatched: "What you watch"
        case .sectionCategories: "By category"
        case .sectionSources: "Sources"
        case .columnSubject: "Subject"
        case .columnStage: "Stage"
        case .columnTitles: "Titles"
        case .columnUsual: "Expected"
        case .columnGrowth: "Times as many (95 %)"
        case .columnDays: "Titles a day"
        case .columnChance: "Chance"
        case .columnTrends: "Trends"
        case .columnCategory: "Category"
        case .columnSource: "Source"
        case .columnItems: "Items"
        case .columnKept: "From earlier runs"
        case .columnCalls: "Calls"
        case .columnProblem: "Problem"
        case .complete: "none"
        case .tableNote:
            "Confirmed: several sources or days wrote of it, and at most one in twenty of these is expected to be chance. Early: a first sign, most of which come to nothing. Dark bars are the days of the window."
        case .sparkTitle: "Titles a day: {0}"
        case .stageConfirmed: "confirmed"
        case .stageEarly: "early"
        case .otherTerms: "Also: {0}"
        case .evidence:
            "How it was found: {0}. Surprise {1} (chance alone spreads by one); false discovery rate {2}; chance that it is still written of in three days {3}. {4}; {5} to {6}."
        case .foundBySurge: "more titles than in any window before"
        case .foundByLevel: "a great part of all titles, against all history"
        case .foundBySign: "a first sign, more titles in two days than expected"
        case .foundByLasting: "a rise that will probably last"
        case .storySize: "{0} items"
        case .figuresIn: "{0} items have these figures"
        case .watchedTitle: "{0} is in the news"
        case .watchedSaid: "It is in {0} titles, where {1} were to be expected."
        case .watchedTrends: "Trends that name it: {0}."
        case .watchedNote: "Chance: how often so many mentions or more would come about if nothing had changed."
        case .categoriesNote: "Categories are named by the sources. A question mark stands behind first signs."
        case .limitTitles: "Counts are of titles, not of readers or buyers."
        case .limitEarly:
            "Two titles on a first day look the same whether a story comes of them or not: five early signs of six are gone three days later."
        case .limitSeason:
            "A weekly habit shows after three weeks, a yearly one after a year of history. Before that, a holiday is a trend each time."
        case .limitSources: "Only what these sources wrote was read; what they leave out is not here."
        case .methodCount:
            "Words and pairs of words of the titles are counted in the window and in the weeks before, by weekday and by last year's season where they tell more."
        case .methodTest:
            "A rise is judged against chance with the false discovery rate of all terms (Benjamini and Hochberg), and ranked by surprise and by its share of all history."
        case .methodStories: "Titles that tell the same are grouped into stories; copies and edited repeats count once."
        case .methodSummary:
            "Sentences are the sources' own, chosen by how much of the story they hold (LexRank); none was written by a machine, and a sentence whose figures its own item does not hold is left out."
        case .videoTitle: "Videos watched more than is usual, {0}"
        case .videoSource: "As counted up to {0}."
        case .videoFound: "Watched most beyond what is usual for its channel and age: {0}."
        case .videoGrowing: "No video is far beyond its usual pace; most views are to come for {0}."
        case .videoNothing: "No video was counted that could be ranked."
        case .videoVerdictViral: "Beyond the usual"
        case .videoVerdictUsual: "As usual"
        case .videoFactVideos: "Videos read"
        case .videoFactCounted: "Videos counted"
        case .videoFactSights: "counts: {0}"
        case .videoFactFalls: "Counts that fell"
        case .videoHow: "How each was found"
        case .videoEvidence:
            "{0}: {1}. {2} standard deviations above the usual, by {3} other videos of the channel; out since {4}."
        case .videoEvidenceOne:
            "{0}: {1}. {2} standard deviations above the usual, by {3} other video of the channel; out since {4}."
        case .videoEvidenceAlone:
            "{0}: {1}. {2} standard deviations above what is usual at its age, by no other video of its channel; out since {3}."
        case .videoWatchedTitle: "{0} is in videos"
        case .videoWatchedSaid: "{0} videos name it."
        case .videoWatchedSaidOne: "{0} video names it."
        case .videoLimitOnce: "A video that was counted once has a velocity that is guessed from its age."
        case .videoLimitUndated:
            "Videos that are not ranked, because they were counted once and their source does not say when they came out: {0}. A second count tells their velocity."
        case .videoLimitForecast:
            "The forecast is for the next day; a platform's recommendation can change it within hours."
        case .videoLimitList:
            "Only what these sources list was read. A source that lists what is popular leaves out what failed."
        case .videoPlan:
            "Counts that are planned within the next day: {0}; that wait for want of quota: {1}. Videos that are too old to be counted again: {2}."
        case .videoMethodPace:
            "A video's views an hour are compared with those of its channel's other videos at the same age, and with its category's where the channel has too few."
        case .videoMethodForecast:
            "The views of the next 24 hours follow from the latest velocity and how views fade with age."
        case .videoMethodCounts: "Counts that spring or fall are the platform's corrections, and not taken for views."
        case .sectionViral: "Beyond what is usual"
        case .sectionGrowing: "Most views to come"
        case .sectionTerms: "Subjects that rise in titles"
        case .viralNote:
            "Pace: views an hour by what is usual for the channel and category at that age. Forecast: views 24 hours on."
        case .growingNote:
            "Ordered by the views to come in 24 hours, those with them that a corrected count is expected to get back."
        case .columnVideo: "Video"
        case .columnVideos: "Videos"
        case .columnChannel: "Channel"
        case .columnViews: "Views"
        case .columnVelocity: "Views an hour"
        case .columnToCome: "To come in 24 hours"
        case .columnForecast: "In 24 hours"
        case .columnPace: "Pace"
        case .columnRanked: "Ranked videos"
        case .columnFastest: "Fastest"
        case .reasonGrowth: "among those that will gain most views"
        case .reasonChannel: "much faster than the channel's other videos at that age"
        case .reasonCategory: "much faster than its category's videos at that age"
        case .reasonEngagement: "liked and talked about more than is usual"
        case .reasonAcceleration: "twice as fast as a day before, or more"
        case .reasonReturning: "its count is below an earlier one and expected back"
        case .reasonCounted: "its count sprang, and may have been counted anew"
        case .reasonOnce: "counted once"
        }
    }
}
