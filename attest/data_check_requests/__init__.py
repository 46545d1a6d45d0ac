# SPDX-License-Identifier: Apache-2.0
"""Data check requests (校核): a holder disputes an acceptance, its department answers by a day."""
