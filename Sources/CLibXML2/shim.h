// SPDX-License-Identifier: Apache-2.0
// Debian: libxml2-dev. Its own headers are for CXML2's C file only: they pull in the system's ICU, which cannot stand in one Swift module with
// Foundation's.
