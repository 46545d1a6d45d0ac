# SPDX-License-Identifier: Apache-2.0
"""The citizen's own pages: what was accepted of mine, who used it, and disputing it (校核)."""
