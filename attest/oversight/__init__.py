# SPDX-License-Identifier: Apache-2.0
"""Supervision of use: every look-up and read of private records, and every refusal, is an entry."""
