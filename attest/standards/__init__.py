# SPDX-License-Identifier: Apache-2.0
"""Data standards (数据标准): code lists, fields and quality rules that values must meet."""
