# SPDX-License-Identifier: Apache-2.0
"""Filled examples of forms (填报示例): how a form is filled in, with invented values alone."""
