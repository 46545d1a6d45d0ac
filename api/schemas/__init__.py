# SPDX-License-Identifier: Apache-2.0
"""What the doors promise in the OpenAPI document."""
