# SPDX-License-Identifier: Apache-2.0
"""The catalogue: what departments ask for, and which material answers it. Pure; name the module you need."""
