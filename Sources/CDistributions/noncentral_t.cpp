// SPDX-License-Identifier: Apache-2.0
#include "noncentral_t.h"

#include <boost/math/distributions/non_central_t.hpp>
#include <limits>

using boost::math::non_central_t;

extern "C" {

double dure_noncentral_t_cdf(double x, double df, double delta) {
    try {
        return boost::math::cdf(non_central_t(df, delta), x);
    } catch (...) {
        return std::numeric_limits<double>::quiet_NaN();
    }
}

double dure_noncentral_t_sf(double x, double df, double delta) {
    try {
        return boost::math::cdf(boost::math::complement(non_central_t(df, delta), x));
    } catch (...) {
        return std::numeric_limits<double>::quiet_NaN();
    }
}

}  // extern "C"
