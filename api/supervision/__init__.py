# SPDX-License-Identifier: Apache-2.0
"""Alarms about look-ups: what the settings say of them, how they are opened and shown, and the pages."""
