# SPDX-License-Identifier: Apache-2.0
"""Holders: persons and enterprises, found by keyed look-up, never by a plain number."""
