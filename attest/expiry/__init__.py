# SPDX-License-Identifier: Apache-2.0
"""Papers that end soon (临期): each department that holds or relied on one is told once, by an entry."""
