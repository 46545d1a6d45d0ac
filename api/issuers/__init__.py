# SPDX-License-Identifier: Apache-2.0
"""Asking issuing departments over HTTP whether their papers stand (数据核验)."""
