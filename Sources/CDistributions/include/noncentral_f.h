// SPDX-License-Identifier: Apache-2.0
// The noncentral F distribution by Boost.Math, for the power of F tests.
// Every function returns NaN when its arguments are outside the domain or Boost reports an error; none throws.
#ifndef DURE_NONCENTRAL_F_H
#define DURE_NONCENTRAL_F_H

#ifdef __cplusplus
extern "C" {
#endif

// Lower and upper tail with `df1` and `df2` degrees of freedom and noncentrality `lambda`.
double dure_noncentral_f_cdf(double x, double df1, double df2, double lambda);
double dure_noncentral_f_sf(double x, double df1, double df2, double lambda);

#ifdef __cplusplus
}
#endif

#endif
