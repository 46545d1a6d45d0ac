# SPDX-License-Identifier: Apache-2.0
"""Consent (同意): where the guide names a law that asks for it, whose paper it is agrees before it serves."""
