# SPDX-License-Identifier: Apache-2.0
"""Materials: what a department accepted, and what it took back."""
