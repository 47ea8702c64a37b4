// SPDX-License-Identifier: Apache-2.0

import Domain

extension Wording {
    /// What a search strategy is called on a page; one that nobody here knows keeps its name.
    func strategy(_ name: String) -> String {
        let words: (english: String, korean: String)
        switch StrategyName(rawValue: name) {
        case .auto: words = ("chosen by the data", "자료에 따라 선택")
        case .bayesian: words = ("Bayesian model", "베이즈 모형")
        case .gaussianProcess: words = ("Gaussian process", "가우스 과정")
        case .genetic: words = ("evolutionary search with a model", "모형을 쓰는 진화 탐색")
        case .geneticPlain: words = ("evolutionary search", "진화 탐색")
        case .random: words = ("random draws", "무작위 추출")
        case nil:
            switch name {
            case "finalists": words = ("the best again", "가장 좋은 조합을 다시")
            case "confirmation": words = ("confirmation", "확인")
            default: words = (name, name)
            }
        }
        return language == .korean ? words.korean : words.english
    }
}
