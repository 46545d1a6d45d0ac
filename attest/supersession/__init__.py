# SPDX-License-Identifier: Apache-2.0
"""Supersession (更替): a better copy of a paper, or the paper renewed; said by the newer acceptance."""
