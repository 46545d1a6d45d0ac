# SPDX-License-Identifier: Apache-2.0
"""应免未免: what was asked of an applicant although it was recognisable, and against whom."""
