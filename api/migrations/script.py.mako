# SPDX-License-Identifier: Apache-2.0
"""${message}."""

import sqlalchemy as sa
from alembic import op
% if down_revision is None:

from ledger.errors import StoreError
% endif

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
% if down_revision is None:
    """Refuse: below the first schema there is no ledger."""
    raise StoreError("there is no schema below the first: going there would drop the ledger")
% else:
    ${downgrades if downgrades else "pass"}
% endif
