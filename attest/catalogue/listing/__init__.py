# SPDX-License-Identifier: Apache-2.0
"""Guides as a table of rows, for departments that keep theirs in spreadsheets: written, read and checked."""
