# SPDX-License-Identifier: Apache-2.0
"""Mandates (授权委托): a holder lets another person act for them, so far and so long as said."""
