# SPDX-License-Identifier: Apache-2.0
"""Data checks (数据核验): the issuing department is asked whether a paper stands and signs its answer."""
