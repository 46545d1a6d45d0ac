# SPDX-License-Identifier: Apache-2.0
"""Who may speak: founding, departments, and keys that are valid by position in the log."""
