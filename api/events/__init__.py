# SPDX-License-Identifier: Apache-2.0
"""Events: what of the log concerns a department; to be fetched, streamed, or pushed to its own system."""
