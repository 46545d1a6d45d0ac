# SPDX-License-Identifier: Apache-2.0
"""What runs beside the serving process: the local chain, the anchor worker, and who keeps them alive."""
