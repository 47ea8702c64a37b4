// SPDX-License-Identifier: Apache-2.0

/// Every sentence and label of a report; `{0}`, `{1}` … stand for what is filled in.
///
/// The texts are in `Phrase+English.swift` and `Phrase+Korean.swift`, nowhere else.
enum Phrase: String, CaseIterable, Sendable {
    // The page.
    case pageTitle
    case writtenAt
    case timesIn
    case period
    case periodOpen
    case notStarted
    case keywordsAre
    case recordedNote
    case yes
    case no
    case contents
    case tableNone

    // The answer.
    case answerTitle
    case verdictConfirmed
    case verdictRefuted
    case verdictInconclusive
    case verdictUnconfirmed
    case verdictKeep
    case verdictNothing
    case headlineKeep
    case headlineNothing
    case headlineChosen
    case gainUp
    case gainDown
    case gainMetric
    case sourceConfirmation
    case sourceModel
    case columnFactor
    case columnPresent
    case columnRecommended
    case columnChange
    case changed
    case unchanged
    case factTrials
    case factTrialsOfBudget
    case factMoney
    case factMoneyOfBudget
    case factReserved
    case factGoal
    case factCertainty
    case factGain
    case factApplied
    case factSpent
    case confirmedSentence
    case refutedSentence
    case inconclusiveSentence
    case unconfirmedSentence
    case probabilitySentence
    case claimedHeld
    case claimedMissed
    case goalReached
    case goalReachedShort
    case goalMissed
    case goalMissedShort
    case goalUnknown
    case goalNone
    case goalRaised
    case endReason
    case statusDraft
    case statusRunning
    case statusPaused
    case statusCompleted
    case statusStopped
    case statusFailed
    case statusRejected
    case appliedTitle
    case appliedNone
    case appliedRecommended
    case appliedPresent
    case appliedOther
    case columnUnits
    case columnApplied
    case columnSince
    case columnAnswered
    case unitCount
    case andMore

    // The metric over time.
    case overTimeRank
    case overTimeMetric
    case overTimeChartTitle
    case overTimeChartDescription
    case overTimeCaption
    case overTimeDownsampled
    case overTimeNothing
    case trialsChartTitle
    case trialsChartDescription
    case trialsCaption
    case axisTime
    case axisTrial
    case axisGeneration
    case axisTrials
    case legendTarget
    case marksTitle
    case marksOmitted
    case columnMark
    case columnTime
    case columnWhat
    case columnWhy
    case markDecision
    case stageBaseline
    case stageSearching
    case stageFinalists
    case stageConfirming
    case stageAfterwards
    case stageFinished

    // Main effects.
    case effectsTitle
    case effectsChartDescription
    case effectsCaption
    case effectsNothing
    case effectsLargest

    // Analysis of variance.
    case anovaTitle
    case anovaNothing
    case anovaCaption
    case columnTerm
    case columnDF
    case columnSS
    case columnMS
    case columnEta
    case columnContribution
    case columnVerdict
    case significant
    case notSignificant
    case blockTerm
    case pooledMark
    case aliasedMark
    case residual
    case total
    case anovaModel
    case anovaSaturated
    case anovaPerfect
    case anovaConstant
    case anovaPooled
    case anovaAliased
    case contributionChartTitle
    case contributionChartDescription

    // Generations.
    case generationsTitle
    case generationsNothing
    case generationsChartDescription
    case generationsCaption
    case columnGeneration
    case columnStrategy
    case columnOrigins
    case columnCompleted
    case columnMean
    case columnBest
    case legendBest
    case legendMean
    case originArray
    case originSpread
    case originElite
    case originCrossover
    case originMutation
    case originRandom
    case originFinalist
    case originWinner
    case originControl
    case candidatesTitle
    case columnCombination
    case columnObserved
    case columnExpected
    case columnScore
    case columnGrade
    case gradeElite
    case gradeSignificant
    case gradeDeprecated

    // Spend.
    case spendTitle
    case spendNothing
    case spendTrialsChart
    case spendMoneyChart
    case spendTrialsDescription
    case spendMoneyDescription
    case spendUnlimited
    case legendBudget
    case axisMoney

    // What was not significant.
    case weakTitle
    case weakNone
    case weakNothing
    case weakIntro
    case weakItem
    case weakItemPlain

    // Patterns and forecast.
    case futureTitle
    case patternsNone
    case patternsNothing
    case patternsIntro
    case forecastNothing
    case forecastNoChange
    case forecastMethod
    case forecastTarget
    case forecastNoTarget
    case forecastChartTitle
    case forecastChartDescription
    case methodDrift
    case methodLine
    case methodSmoothing
    case methodNaive

    // Failures.
    case failuresTitle
    case failuresNone
    case failuresSummary
    case failuresDiscarded
    case failuresAlerts
    case columnClass
    case columnCount
    case columnShare
    case columnExample
    case lastLines
    case failureTimeOut
    case failureRateLimit
    case failurePermission
    case failureNotFound
    case failureInvalid
    case failureUnknown
    case alertRankFell
    case alertWorkerSilent
    case alertWorkerIsolated
    case alertCampaignLate
    case alertChangePoint
    case alertGoalReached
    case alertGuardrailBreached
    case alertBudgetUsed
    case alertTrialFailed
    case alertEnvironmentChanged
    case alertAgentRestarted

    // What to do next.
    case nextTitle
    case nextApply
    case nextApplied
    case nextConfirm
    case nextMoreTrials
    case nextKeep
    case nextNoData
    case nextFixWeak
    case nextBeyond
    case nextNewLevers
    case nextRaise
    case nextFailures
    case nextCampaign
    case nextCampaignNone

    // How this was found.
    case methodTitle
    case methodDesign
    case methodBlocks
    case methodControl
    case methodRounds
    case methodModel
    case methodConfirmation
    case methodSimulated
    case methodNotes
    case factCampaign
    case factWorkspace
    case factDigest
    case factSeed
    case factGenerationSeeds
    case factStrategy
    case factCombinations
    case factTrialCounts
    case factPurposes
    case factBlocks
    case factUnits
    case factWindow
    case factRounds
    case factDecisions
    case factGuardrails
    case factTimes
    case factParent
    case trialCounts
    case purposeCounts
    case windowText
    case roundsText

    // The summary for a terminal.
    case summaryResult
    case summaryCertainty
    case summaryGoal
    case summarySpent
    case summaryNext

    // The metric's words.
    case rankValue
    case rankName
    case metricHigher
    case metricLower
    case interval
    case probabilityAlmostOne
    case probabilityAlmostZero
    case dayNumber
}
