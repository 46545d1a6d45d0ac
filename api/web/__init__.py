# SPDX-License-Identifier: Apache-2.0
"""Web pages: `render` puts a template into the frame; pages work without JavaScript where a form can."""

from __future__ import annotations

from api.web.forms import read_form
from api.web.frame import Viewer, render

__all__ = ["Viewer", "read_form", "render"]
