# SPDX-License-Identifier: Apache-2.0
"""Where an item can be applied for (办理渠道): places of each channel, their days, why one is closed."""
