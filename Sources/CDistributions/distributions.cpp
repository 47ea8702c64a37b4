// SPDX-License-Identifier: Apache-2.0
#include "distributions.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <limits>

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// No exception may cross the C boundary, so each call is wrapped and every failure becomes NaN.
template <typename Body>
double guarded(Body body) noexcept {
    try {
        return body();
    } catch (...) {
        return undefined;
    }
}

template <typename Distribution>
double lower_tail(const Distribution &distribution, double x) {
    return boost::math::cdf(distribution, x);
}

template <typename Distribution>
double upper_tail(const Distribution &distribution, double x) {
    return boost::math::cdf(boost::math::complement(distribution, x));
}

}  // namespace

using boost::math::chi_squared;
using boost::math::fisher_f;
using boost::math::normal;
using boost::math::students_t;

extern "C" {

double dure_normal_cdf(double x) {
    return guarded([=] { return lower_tail(normal(), x); });
}
double dure_normal_sf(double x) {
    return guarded([=] { return upper_tail(normal(), x); });
}
double dure_normal_quantile(double p) {
    return guarded([=] { return boost::math::quantile(normal(), p); });
}

double dure_student_t_cdf(double x, double df) {
    return guarded([=] { return lower_tail(students_t(df), x); });
}
double dure_student_t_sf(double x, double df) {
    return guarded([=] { return upper_tail(students_t(df), x); });
}
double dure_student_t_quantile(double p, double df) {
    return guarded([=] { return boost::math::quantile(students_t(df), p); });
}

double dure_fisher_f_cdf(double x, double df1, double df2) {
    return guarded([=] { return lower_tail(fisher_f(df1, df2), x); });
}
double dure_fisher_f_sf(double x, double df1, double df2) {
    return guarded([=] { return upper_tail(fisher_f(df1, df2), x); });
}
double dure_fisher_f_quantile(double p, double df1, double df2) {
    return guarded([=] { return boost::math::quantile(fisher_f(df1, df2), p); });
}

double dure_chi_squared_cdf(double x, double df) {
    return guarded([=] { return lower_tail(chi_squared(df), x); });
}
double dure_chi_squared_sf(double x, double df) {
    return guarded([=] { return upper_tail(chi_squared(df), x); });
}
double dure_chi_squared_quantile(double p, double df) {
    return guarded([=] { return boost::math::quantile(chi_squared(df), p); });
}

}  // extern "C"
