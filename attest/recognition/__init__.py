# SPDX-License-Identifier: Apache-2.0
"""Recognition (材料互认): may this applicant skip this material? Pure rules; name the module you need."""
