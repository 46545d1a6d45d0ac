# SPDX-License-Identifier: Apache-2.0
"""Guide lists as files: XLSX, CSV and JSON, read within bounds and written whole or not at all."""
