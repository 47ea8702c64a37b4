// SPDX-License-Identifier: Apache-2.0

/// The commented goal file that a new user starts from.
extension GoalFile {
    /// Two kinds of first goal file.
    package enum Template: String, Sendable, CaseIterable {
        /// A program of the user's is tuned.
        case command
        /// A listing's rank is improved, rehearsed against the simulated market.
        case marketplace
    }

    /// A commented goal file that is valid as it stands; `name` is put in quotes.
    package static func template(_ template: Template = .command, name: String = "my first goal") -> String {
        let escaped = name.map { character in
            switch character {
            case "\"", "\\": "\\\(character)"
            default: character.isNewline || character == "\t" ? " " : String(character)
            }
        }
        let title = "name: \"\(escaped.joined())\"\n"
        return switch template {
        case .command: head + title + command + tail
        case .marketplace: head + title + marketplace + tail
        }
    }

    private static let head = """
        # A goal for Dure. Check it by `dure validate`, rehearse it by `dure rehearse`, run it by `dure run`.
        # Every key is explained in docs/goal-file.md.
        version: 1

        """

    private static let command = """

        # What is measured. The measuring program prints it in a JSON object on its last line: {"score": 1.25}
        metric:
          name: score
          direction: higher        # or lower
          # target: 2              # the value to reach; without one: as good as it gets

        # What is changed. Two values or more each; `control` is the present setting (the first value unless given).
        factors:
          - name: mode
            levels: [fast, balanced, small]
            control: balanced
          - name: threads
            levels: [1, 2, 4]
          - name: cache
            levels: [false, true]

        # How one trial is run. The program gets the combination as DURE_MODE, DURE_THREADS, DURE_CACHE,
        # and as JSON on standard input. Replace the echo by your own program, such as ./measure.sh.
        trial:
          kind: command
          measure: |
            echo "{\\"score\\": $DURE_THREADS}"
          timeout: 60s
          attempts: 3

        # How much is tried.
        effort:
          generation_size: 9       # combinations per generation
          replicates: 2            # trials per combination
          block_size: 10           # trials in a row that form a block; each block holds the control too
        budget:
          trials: 100
        deadline: 1h

        """

    private static let marketplace = """

        # What is sold, where, and the search words whose ranks count.
        product:
          title: My product
          price: 39000 KRW
        marketplace: simulated     # or naver, coupang, none
        keywords: [my search word]

        # The metric and the value to reach.
        metric:
          name: rank
          depth: 100               # places that count in the score
        target: 20
        deadline: 30d

        # What is changed. Two values or more each; `control` is the present setting (the first value unless given).
        factors:
          - name: title
            levels: [present, benefit first, brand first]
          - name: coupon
            levels: [none, 5%, 10%]
          - name: shipping
            levels: [standard, next day]

        # Bounds that every trial must keep; `stop: true` ends the campaign at a breach.
        guardrails:
          - metric: margin
            min: 0.1

        # How one trial is run: six hours on one listing, of which the first is not counted.
        trial:
          kind: simulated
          window: 6h
          wash_out: 1h
          every: 30m
          cost: 100 KRW

        # The listings: a count or a list of names.
        units: 6

        # How much is tried and spent.
        effort:
          generation_size: 18
          replicates: 4
        budget:
          amount: 500000 KRW

        """

    private static let tail = """

        # What happens at the end.
        ending:
          keep_winner: false       # true leaves the best combination applied
          confirmation_replicates: 10
          next_campaign: propose   # or none, start

        # approval: required       # a person must agree before anything is changed
        time_zone: Asia/Seoul
        seed: 1

        """
}
