# SPDX-License-Identifier: Apache-2.0
"""Rates of re-asks by department, item and channel, from what the log and its openings tell. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attest.reask.model import CLAIM, OUTSIDE_LIST, Place, Rate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attest.reask.model import ReaskRow


def rates(
    receipts: Iterable[tuple[Place, int, int]],
    requests: Iterable[tuple[Place, int]],
    reasks: Iterable[ReaskRow],
) -> list[Rate]:
    """One rate a place, in order of department, item and channel.

    `receipts` are (place, papers taken in, of them by choice), `requests` (place, how many). The same paper
    of one case counts once, however often it was asked for. What an applicant's word alone shows is counted
    apart, as `reported`, and not at all where an asking of the same paper is on record.
    """
    found: dict[Place, Rate] = {}
    for place, count, by_choice in receipts:
        found[place] = replace(found.get(place) or Rate(place), receipts=count, by_choice=by_choice)
    for place, count in requests:
        found[place] = replace(found.get(place) or Rate(place), requests=count)
    known: set[tuple[object, ...]] = set()
    for one in sorted(reasks, key=lambda one: one.source == CLAIM):  # what is on record goes first
        what = (one.case_no, one.finding, one.type, one.acceptance or one.asked)
        if what in known:
            continue
        known.add(what)
        place = Place(one.department, one.item, one.channel)
        rate = found.get(place) or Rate(place)
        if one.source == CLAIM:
            found[place] = replace(rate, reported=rate.reported + 1)
        elif one.finding == OUTSIDE_LIST:
            found[place] = replace(rate, outside_list=rate.outside_list + 1)
        else:
            found[place] = replace(
                rate,
                recognisable=rate.recognisable + 1,
                from_below=rate.from_below + int(one.from_below),
            )
    return [found[place] for place in sorted(found)]
