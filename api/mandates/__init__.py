# SPDX-License-Identifier: Apache-2.0
"""Mandates at the doors: granted and revoked by the principal, used by the agent, seen at the counter."""
