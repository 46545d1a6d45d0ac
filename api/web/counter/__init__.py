# SPDX-License-Identifier: Apache-2.0
"""The counter (窗口): open a case, see what need not be handed in, use it, add what is missing."""
