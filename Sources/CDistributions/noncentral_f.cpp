// SPDX-License-Identifier: Apache-2.0
#include "noncentral_f.h"

#include <boost/math/distributions/non_central_f.hpp>
#include <limits>

namespace {

// No exception may cross the C boundary, so every failure becomes NaN.
template <typename Body>
double guarded(Body body) noexcept {
    try {
        return body();
    } catch (...) {
        return std::numeric_limits<double>::quiet_NaN();
    }
}

}  // namespace

extern "C" {

double dure_noncentral_f_cdf(double x, double df1, double df2, double lambda) {
    return guarded([=] { return boost::math::cdf(boost::math::non_central_f(df1, df2, lambda), x); });
}

double dure_noncentral_f_sf(double x, double df1, double df2, double lambda) {
    return guarded([=] {
        return boost::math::cdf(boost::math::complement(boost::math::non_central_f(df1, df2, lambda), x));
    });
}

}  // extern "C"
