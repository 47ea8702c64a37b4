// SPDX-License-Identifier: Apache-2.0

import Domain
import Files

/// Headlines that nobody wrote: ten weeks of a made-up market in Korean and English, drawn from a seed.
///
/// Most days are chatter and boilerplate. In the last week a product catches on, in the last two days another perhaps begins to.
struct SampleNews {
    /// The last day of the sample, after which nothing is.
    static let end = Timestamp(milliseconds: 1_773_014_400_000)
    static let days = 70
    /// What catches on, as `--watch` takes it.
    static let subject = "Moonmist humidifier,달무리 가습기"
    static let remark =
        "Made up: a program drew these titles for the demonstration; no publisher wrote them, and nobody watched them."

    private struct Line {
        var title: String
        var summary: String
        var isKorean: Bool
        var category: String
    }

    private var random: SplitMix64
    private var rows: [[String]] = []

    init(seed: UInt64) {
        random = SplitMix64(seed: SplitMix64.seed(seed, "sample news"))
    }

    /// The sample as a CSV file.
    static func csv(seed: UInt64) -> String {
        var sample = SampleNews(seed: seed)
        for day in 0..<days { sample.write(day) }
        return CSVWriter.table(
            headers: ["published", "title", "description", "publisher", "url", "language", "category"],
            rows: sample.rows
        )
    }

    private mutating func write(_ day: Int) {
        let left = Self.days - day
        for _ in 0..<22 { add(chatter(isKorean: false), day) }
        for _ in 0..<18 { add(chatter(isKorean: true), day) }
        add(
            Line(
                title: "Today's weather and traffic for day \(day + 1)",
                summary: "",
                isKorean: false,
                category: "home"
            ),
            day
        )
        add(
            Line(
                title: "[오늘의 날씨] 전국 \(pick(Self.skiesKorean)), 낮 \(number(25))도",
                summary: "",
                isKorean: true,
                category: "생활"
            ),
            day
        )
        if day % 7 == 4 {
            for _ in 0..<3 {
                add(
                    Line(
                        title: "Weekend sale round-up: \(pick(Self.goods)) and \(pick(Self.goods))",
                        summary: "",
                        isKorean: false,
                        category: "deals"
                    ),
                    day
                )
            }
        }
        if left <= 7 { for _ in 0..<(2 + (7 - left)) { add(rising(isKorean: number(2) == 0), day) } }
        if left <= 2 { for _ in 0..<2 { add(early(), day) } }
    }

    private mutating func chatter(isKorean: Bool) -> Line {
        if isKorean {
            let (maker, goods, city) = (pick(Self.makersKorean), pick(Self.goodsKorean), pick(Self.citiesKorean))
            let verb = pick(Self.verbsKorean)
            let tail = pick(Self.tailsKorean)
            return Line(
                title: "\(maker), \(city)에서 \(goods) \(verb) \(tail)",
                summary: "",
                isKorean: true,
                category: "유통"
            )
        }
        let line =
            "\(pick(Self.makers)) \(pick(Self.verbs)) \(pick(Self.adjectives)) \(pick(Self.goods)) \(pick(Self.tails)) \(pick(Self.cities))"
        return Line(title: line, summary: "", isKorean: false, category: pick(["shopping", "retail", "home"]))
    }

    private mutating func rising(isKorean: Bool) -> Line {
        if isKorean {
            let title =
                "\(pick(Self.openingsKorean)) 달무리 가습기, \(pick(Self.citiesKorean)) \(pick(Self.goodsKorean)) 매장도 \(pick(Self.tailsKorean))"
            let summary =
                "\(pick(Self.citiesKorean)) 매장에서 달무리 가습기 재고가 \(2 + number(7))시간 만에 동났다. \(pick(Self.makersKorean))은 추가 물량을 준비한다고 밝혔다."
            return Line(title: title, summary: summary, isKorean: true, category: "유통")
        }
        let title =
            "\(pick(Self.openings)) Moonmist humidifier as \(pick(Self.makers)) \(pick(Self.verbs)) \(pick(Self.adjectives)) "
            + "\(pick(Self.goods)) in \(pick(Self.cities))"
        let summary =
            "Shoppers in \(pick(Self.cities)) queued for the Moonmist humidifier, and \(20 + number(70)) percent of the stock went in a day. "
            + "\(pick(Self.makers)) said that \(pick(Self.adjectives)) supplies would come."
        return Line(title: title, summary: summary, isKorean: false, category: "home")
    }

    private mutating func early() -> Line {
        Line(
            title:
                "Foldable kettle from \(pick(Self.makers)) \(pick(Self.tails)) \(pick(Self.cities)), beside \(pick(Self.goods))",
            summary: "",
            isKorean: false,
            category: "home"
        )
    }

    private mutating func add(_ line: Line, _ day: Int) {
        let first = Self.end - .days(Self.days - day)
        let instant = first + .minutes(number(1_440))
        let publishers = line.isKorean ? Self.publishersKorean : Self.publishers
        rows.append([
            instant.description, line.title, line.summary, pick(publishers), "https://news.example/\(rows.count)",
            line.isKorean ? "ko" : "en", line.category,
        ])
    }

    private mutating func number(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    private mutating func pick(_ words: [String]) -> String { words[number(words.count)] }
}

// What the sample is made of: no name of a company, publisher or product that there is.
extension SampleNews {
    private static let publishers = [
        "Harbour Courier", "The Plain Ledger", "Northmarket Daily", "Shopfront Weekly", "Example Post",
        "Morning Sample",
    ]
    private static let publishersKorean = ["견본일보", "한마을경제", "보기신문", "가상타임스", "들녘뉴스"]
    private static let makers = [
        "Alderway", "Brindle", "Corvane", "Dunmore Home", "Eastfold", "Farrowby", "Glassmere", "Hollin", "Ivycote",
        "Jessamy", "Kestrow",
        "Larkwell", "Merrow", "Nettlebed", "Oakhanger",
    ]
    private static let makersKorean = ["가람전자", "나래생활", "다온상사", "라온홈", "마루가전", "바다유통", "새솔", "아라마트", "한결산업", "푸른들"]
    private static let verbs = [
        "recalls", "reprices", "redesigns", "previews", "discontinues", "bundles", "imports", "tests", "advertises",
        "restocks", "patents",
        "ships", "reviews", "sponsors", "auctions", "insures", "repairs", "certifies",
    ]
    private static let verbsKorean = [
        "할인", "출시", "회수", "시연", "수입", "교환", "단종", "체험", "예약", "수출", "검사", "전시", "수리", "기부",
    ]
    private static let adjectives = [
        "compact", "solar", "wooden", "cordless", "bulk", "second-hand", "premium", "refillable", "quiet", "striped",
        "foldaway", "ceramic",
        "insulated", "vintage", "modular", "organic", "heated", "waterproof", "recycled", "hand-made",
    ]
    private static let goods = [
        "lamps", "kettles", "blankets", "headphones", "bicycles", "rice cookers", "umbrellas", "notebooks", "sneakers",
        "tents", "speakers",
        "pillows", "vacuum cleaners", "water bottles", "desks", "raincoats", "air fryers", "candles", "backpacks",
        "mirrors", "gloves",
        "curtains", "keyboards", "picnic mats",
    ]
    private static let goodsKorean = [
        "선풍기", "밥솥", "우산", "의자", "운동화", "이어폰", "텐트", "담요", "주전자", "자전거", "조명", "책상", "공기청정기", "물병", "베개", "장갑",
    ]
    private static let tails = [
        "after complaints in", "ahead of spring in", "for students in", "despite rain in", "following a survey in",
        "with new rules in",
        "at night markets in", "before holidays in", "through co-operatives in", "as rents rise in", "for commuters in",
        "beside stations in",
    ]
    private static let tailsKorean = [
        "소식에 관심", "행사 시작", "계획 밝혀", "고객 반응 조사", "물량 확대", "일정 조정", "현장 점검", "협약 맺어", "문의 이어져", "온라인 확대",
    ]
    private static let cities = [
        "Ashby", "Brightport", "Colmouth", "Denholm", "Elmstead", "Fenwick", "Graywater", "Highcombe", "Inverleigh",
        "Jarrow Bay", "Kingsmere",
        "Lowfield", "Marlow End", "Northgate",
    ]
    private static let citiesKorean = ["서울", "부산", "대구", "광주", "대전", "울산", "전주", "춘천", "제주", "수원", "포항", "강릉"]
    private static let skiesKorean = ["맑음", "흐림", "구름 많음", "비", "눈"]
    private static let openings = [
        "Queues for the", "Why everyone wants the", "Shops run out of the", "A second batch of the", "Review of the",
        "Resellers hoard the",
        "Doctors weigh in on the", "Students share the",
    ]
    private static let openingsKorean = ["품절 대란", "없어서 못 파는", "입소문 탄", "대기 줄 늘어난", "웃돈 붙은", "재입고된"]
}
