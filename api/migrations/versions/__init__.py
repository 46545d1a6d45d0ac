# SPDX-License-Identifier: Apache-2.0
"""Revisions in order; one that was released is never changed."""
