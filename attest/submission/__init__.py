# SPDX-License-Identifier: Apache-2.0
"""Handing in oneself (自愿提交): an applicant keeps the log out of one requirement of one case."""
