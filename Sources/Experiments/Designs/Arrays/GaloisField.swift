// SPDX-License-Identifier: Apache-2.0

/// The finite field of `p^m` elements, as tables of sums and products.
///
/// An element is coded 0 up to `order - 1`: the digits of the code in base `p` are the coefficients of a polynomial,
/// the constant first. Products are taken modulo the first monic irreducible polynomial of degree `m`, so that the
/// tables are the same everywhere. Lidl and Niederreiter, "Finite Fields", Cambridge 1997.
package struct GaloisField: Sendable {
    /// The prime `p`.
    package let characteristic: Int
    /// The degree `m` over the prime field.
    package let degree: Int
    /// The number of elements.
    package let order: Int
    private let sums: [Int]
    private let products: [Int]

    /// The field of a prime power from 2 to 1,024 elements; nil for any other number.
    package init?(order: Int) {
        guard (2...1_024).contains(order), let (prime, degree) = Self.primePower(order) else { return nil }
        characteristic = prime
        self.degree = degree
        self.order = order
        let digits = (0..<order).map { Self.digits($0, prime, degree) }
        let modulus = Self.irreducible(prime, degree)
        var sums = [Int](repeating: 0, count: order * order)
        var products = sums
        for left in 0..<order {
            for right in 0..<order {
                let sum = zip(digits[left], digits[right]).map { ($0 + $1) % prime }
                sums[left * order + right] = Self.code(sum, prime)
                let product = Self.product(digits[left], digits[right], modulus, prime)
                products[left * order + right] = Self.code(product, prime)
            }
        }
        self.sums = sums
        self.products = products
    }

    /// The sum of two elements.
    package func sum(_ left: Int, _ right: Int) -> Int { sums[left * order + right] }

    /// The product of two elements.
    package func product(_ left: Int, _ right: Int) -> Int { products[left * order + right] }

    /// The element that added to `element` gives 0.
    package func negative(_ element: Int) -> Int {
        (0..<order).first { sum(element, $0) == 0 } ?? 0
    }

    /// The difference of two elements.
    package func difference(_ left: Int, _ right: Int) -> Int { sum(left, negative(right)) }

    /// 1 for a square other than 0, -1 for an element that is no square, 0 for 0: the quadratic character.
    package var quadraticCharacter: [Int] {
        var character = [Int](repeating: -1, count: order)
        for element in 1..<order {
            character[product(element, element)] = 1
        }
        character[0] = 0
        return character
    }

    /// The prime and the exponent of a prime power; nil for any other number.
    static func primePower(_ number: Int) -> (prime: Int, degree: Int)? {
        guard number >= 2, let prime = (2...number).first(where: { number % $0 == 0 }) else { return nil }
        var rest = number
        var degree = 0
        while rest % prime == 0 {
            rest /= prime
            degree += 1
        }
        return rest == 1 ? (prime, degree) : nil
    }

    private static func digits(_ code: Int, _ base: Int, _ count: Int) -> [Int] {
        var rest = code
        return (0..<count).map { _ in
            defer { rest /= base }
            return rest % base
        }
    }

    private static func code(_ digits: [Int], _ base: Int) -> Int {
        digits.reversed().reduce(0) { $0 * base + $1 }
    }

    /// The product of two polynomials modulo a monic one, given by its coefficients, the constant first.
    private static func product(_ left: [Int], _ right: [Int], _ modulus: [Int], _ prime: Int) -> [Int] {
        let degree = modulus.count - 1
        var full = [Int](repeating: 0, count: max(1, left.count + right.count - 1))
        for (low, first) in left.enumerated() {
            for (high, second) in right.enumerated() {
                full[low + high] = (full[low + high] + first * second) % prime
            }
        }
        for place in full.indices.reversed() where place >= degree && full[place] != 0 {
            let lead = full[place]
            for (offset, coefficient) in modulus.enumerated() {
                let target = place - degree + offset
                full[target] = ((full[target] - lead * coefficient) % prime + prime) % prime
            }
        }
        return Array(full.prefix(degree))
    }

    /// The first monic polynomial of a degree, by the code of its lower coefficients, that no smaller one divides.
    private static func irreducible(_ prime: Int, _ degree: Int) -> [Int] {
        guard degree > 1 else { return [0, 1] }
        var count = 1
        for _ in 0..<degree { count *= prime }
        return (0..<count).lazy.map { digits($0, prime, degree) + [1] }
            .first { candidate in
                (1...(degree / 2)).allSatisfy { divisorDegree in
                    var divisors = 1
                    for _ in 0..<divisorDegree { divisors *= prime }
                    return (0..<divisors).allSatisfy { code in
                        let divisor = digits(code, prime, divisorDegree) + [1]
                        return product(candidate, [1], divisor, prime).contains { $0 != 0 }
                    }
                }
            } ?? []
    }
}
