# SPDX-License-Identifier: Apache-2.0
"""Meaning: who vouches for what. Importing this package loads nothing; name the module you need."""
