# SPDX-License-Identifier: Apache-2.0
"""The catalogue for people: browse it, compare versions, check lists, publish with two persons."""
