# SPDX-License-Identifier: Apache-2.0
"""Cases: an application for one item version, with its parties and channel."""
