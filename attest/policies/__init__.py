# SPDX-License-Identifier: Apache-2.0
"""Recognition policies (采信政策): on what terms a department relies on acceptances, in signed versions."""
