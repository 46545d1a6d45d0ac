# SPDX-License-Identifier: Apache-2.0
"""Supervision of use: patterns of look-ups that no ordinary work makes, as alarms for people to judge."""
