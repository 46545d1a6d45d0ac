# SPDX-License-Identifier: Apache-2.0
"""Intake: a file that comes in is looked at before anybody may accept it."""
