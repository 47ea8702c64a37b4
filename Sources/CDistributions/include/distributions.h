// SPDX-License-Identifier: Apache-2.0
// Probability distributions by Boost.Math behind plain C functions.
// Every function returns NaN when its arguments are outside the domain or Boost reports an error; none throws.
#ifndef DURE_DISTRIBUTIONS_H
#define DURE_DISTRIBUTIONS_H

#ifdef __cplusplus
extern "C" {
#endif

// Standard normal: lower tail, upper tail, and the value below which a share `p` lies.
double dure_normal_cdf(double x);
double dure_normal_sf(double x);
double dure_normal_quantile(double p);

// Student's t with `df` degrees of freedom.
double dure_student_t_cdf(double x, double df);
double dure_student_t_sf(double x, double df);
double dure_student_t_quantile(double p, double df);

// Fisher's F with `df1` and `df2` degrees of freedom.
double dure_fisher_f_cdf(double x, double df1, double df2);
double dure_fisher_f_sf(double x, double df1, double df2);
double dure_fisher_f_quantile(double p, double df1, double df2);

// Chi-squared with `df` degrees of freedom.
double dure_chi_squared_cdf(double x, double df);
double dure_chi_squared_sf(double x, double df);
double dure_chi_squared_quantile(double p, double df);

#ifdef __cplusplus
}
#endif

#endif
