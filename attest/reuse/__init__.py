# SPDX-License-Identifier: Apache-2.0
"""Removal from reuse (移出复用): a party keeps an accepted material out of other cases, or puts it back."""
