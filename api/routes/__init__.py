# SPDX-License-Identifier: Apache-2.0
"""Routes, one module a feature."""
