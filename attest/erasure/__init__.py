# SPDX-License-Identifier: Apache-2.0
"""Erasure: what links people to the log is destroyed where the law lets it go; the log itself stays whole."""
