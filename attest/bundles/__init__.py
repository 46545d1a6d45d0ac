# SPDX-License-Identifier: Apache-2.0
"""Bundles (一件事): several items applied for as one, each paper brought once."""
