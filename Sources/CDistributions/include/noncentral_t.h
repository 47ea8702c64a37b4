// SPDX-License-Identifier: Apache-2.0
// Student's noncentral t by Boost.Math; NaN for arguments outside the domain. Nothing throws.
#ifndef DURE_NONCENTRAL_T_H
#define DURE_NONCENTRAL_T_H

#ifdef __cplusplus
extern "C" {
#endif

// Lower and upper tail with `df` degrees of freedom and noncentrality `delta`.
double dure_noncentral_t_cdf(double x, double df, double delta);
double dure_noncentral_t_sf(double x, double df, double delta);

#ifdef __cplusplus
}
#endif

#endif
