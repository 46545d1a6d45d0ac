# SPDX-License-Identifier: Apache-2.0
"""All that may be wrong with a request, made from the good request of each door."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from api.batches import BATCH_BYTES
from api.body import JSON_LIMIT
from tests.acceptance.door_samples import PDF, Door, plain
from tests.worlds import World, a_request_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.thin import ThinRoute

CANARY: Final = "CANARY-VALUE-4711"
ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
ROLES: Final = ("operator", "auditor", "checker", "SC")


@dataclass
class Fault:
    """One bad request: what is wrong, and the parts that differ from the good one."""

    name: str
    content: bytes | None = None
    headers: list[tuple[str, str]] | None = None
    path: str | None = None
    who: str | None = None
    refused_lookup: bool = False
    """Whether the refusal of a signed-in principal is an entry."""
    statuses: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()


def head(route: ThinRoute, door: Door, *without: str) -> list[tuple[str, str]]:
    """The headers of the good request, without those named."""
    given = []
    if route.method == "PUT":
        given.append(("content-type", "application/pdf"))
    elif door.value is not None:
        given.append(("content-type", "application/json"))
    if route.write:
        given.append(("idempotency-key", a_request_key()))
    return [pair for pair in given if pair[0] not in without]


# the faults


def unreadable(door: Door, limit: int) -> Iterator[Fault]:
    """Bodies that are no JSON of the profile, whatever the route makes of them."""
    good = plain(door.value)
    name, value = next(iter((door.value or {}).items()))
    twice = b"{" + plain(name) + b":" + plain(value) + b"," + good[1:]
    texts = {
        "empty": b"",
        "cut off": good[:-1],
        "something after it": good + b"{}",
        "a comment": good[:-1] + b"/**/}",
        "single quotes": good.replace(b'"', b"'"),
        "duplicate key": twice,
        "duplicate key inside": good[:-1] + b',"x":{"a":1,"a":1}}',
        "NaN": good[:-1] + b',"x":NaN}',
        "Infinity": good[:-1] + b',"x":-Infinity}',
        "a fraction": good[:-1] + b',"x":1.5}',
        "an exponent": good[:-1] + b',"x":1e400}',
        "2**53": good[:-1] + b',"x":9007199254740992}',
        "5,000 digits": good[:-1] + b',"x":' + b"9" * 5000 + b"}",
        "200 levels": b'{"x":' + b"[" * 200 + b"]" * 200 + b"}",
        "100,000 levels": b"[" * 100_000,
        "a lone surrogate": good[:-1] + b',"x":"\\ud800"}',
        "a key that is not ASCII": good[:-1] + ',"金丝雀":1}'.encode(),
        "a byte order mark": b"\xef\xbb\xbf" + good,
        "not UTF-8": good[:-1] + b',"x":"\xff\xfe"}',
        "UTF-16": good.decode().encode("utf-16"),
        "NUL": good + b"\x00",
        "too long": good + b" " * (limit + 1 - len(good)),
    }
    for what, content in texts.items():
        yield Fault(what, content)
    for what, content in {
        "a list": b"[]",
        "a text": plain(CANARY),
        "null": b"null",
        "a number": b"7",
    }.items():
        yield Fault(what, content, codes=("field.invalid",))


def announced(route: ThinRoute, door: Door) -> Iterator[Fault]:
    """Bodies under a wrong name."""
    good = PDF if route.method == "PUT" else plain(door.value)
    rest = head(route, door, "content-type")
    for media in ("text/plain", "multipart/form-data; boundary=x", "application/jsonx", ""):
        yield Fault(
            f"content type {media!r}", good, [*rest, ("content-type", media)], codes=("media.unsupported",)
        )
    yield Fault("no content type", good, rest, codes=("media.unsupported",))
    if route.method == "POST":
        json_type = ("content-type", "application/json; charset=gbk")
        yield Fault("another charset", good, [*rest, json_type], codes=("media.unsupported",))
        packed = [("content-type", "application/json"), ("content-encoding", "gzip")]
        yield Fault("packed", good, [*rest, *packed], codes=("media.unsupported",))
    for length in ("-1", "1e3", "99999999999999999999", str(len(good) + 5)):
        yield Fault(f"length {length}", good, [*head(route, door), ("content-length", length)])


def wrong_value(value: object) -> list[object]:
    """Values of other types than this one, which no reader may take for it."""
    others: list[object] = [None, 7, -1, True, [], {}, [CANARY], {CANARY: CANARY}, "", "\u202e" + CANARY]
    others.append(CANARY * 2000)
    if isinstance(value, str):
        return [one for one in others if not isinstance(one, int) or one is None] + [7, True]
    if isinstance(value, bool):
        return [one for one in others if not isinstance(one, bool)]
    if isinstance(value, int):
        return [one for one in others if type(one) is not int] + [-1, 2**53]
    if isinstance(value, list):
        return [one for one in others if one != []]
    return [one for one in others if one != {}]


def places(value: Any, at: tuple[str | int, ...] = (), depth: int = 4) -> Iterator[tuple[str | int, ...]]:
    """The place of every member of every object and list."""
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value[:1])
    for name, inner in pairs:
        yield (*at, name)
        if depth > 1:
            yield from places(inner, (*at, name), depth - 1)


def changed(value: Any, at: tuple[str | int, ...], new: object, *, drop: bool = False) -> Any:
    """A copy with another value at a place, or without the member."""
    result = copy.deepcopy(value)
    holder = result
    for step in at[:-1]:
        holder = holder[step]
    if drop:
        del holder[at[-1]]
    else:
        holder[at[-1]] = new
    return result


def value_at(value: Any, at: tuple[str | int, ...]) -> Any:
    """What stands at a place."""
    for step in at:
        value = value[step]
    return value


def ill_formed(door: Door) -> Iterator[Fault]:
    """Members that are missing, unknown, or of another type, at each place of the good body."""
    good = door.value or {}
    # a guide or list of types has hundreds of members, held by its own tests: here its outer ones
    depth = 2 if "document" in good and "subject" in good else 5
    for at in places(good, depth=depth):
        where = "/".join(map(str, at))
        if at[0] == "answers" and door.path.endswith(":prepare"):
            continue  # whether they fit the guide is judged when the case is opened
        if at[0] == "answers" and len(at) > 1:
            yield Fault(f"answer {where} missing", plain(changed(good, at, None, drop=True)))
        elif not isinstance(at[-1], int) and (at[-1] not in {"notice", "number"} or "name" in good):
            lookup = door.lookup and where in {"case", "purpose"}
            content = plain(changed(good, at, None, drop=True))
            yield Fault(f"{where} missing", content, refused_lookup=lookup)
        was = value_at(good, at)
        for number, new in enumerate(wrong_value(was)):
            yield Fault(f"{where} ill-typed {number}", plain(changed(good, at, new)))
    for name, was in door.optional.items():
        for number, new in enumerate(wrong_value(was)):
            yield Fault(f"{name} ill-typed {number}", plain({**good, name: new}))
    for at in [(), *(one for one in places(good, depth=depth) if isinstance(value_at(good, one), dict))]:
        if "answers" in at:
            continue
        inner = {**dict(value_at(good, at)), CANARY: CANARY}
        yield Fault(f"{at} unknown member", plain(changed(good, at, inner) if at else inner))


def keyless(route: ThinRoute, door: Door) -> Iterator[Fault]:
    """Idempotency keys that are none."""
    good = PDF if route.method == "PUT" else plain(door.value)
    rest = head(route, door, "idempotency-key")
    missing = ("idempotency.missing",)
    malformed = ("idempotency.malformed",)
    yield Fault("no idempotency key", good, rest, codes=missing)
    for name, keys in {
        "two": ["one", "two"],
        "empty": [""],
        "long": [CANARY * 20],
        "spaced": ["a b"],
        "accented": ["clé"],
    }.items():
        headers = [*rest, *(("idempotency-key", key) for key in keys)]
        yield Fault(f"idempotency key {name}", good, headers, codes=malformed)


def strangers(route: ThinRoute, door: Door, world: World) -> Iterator[Fault]:
    """No key, keys that are none, keys of other roles."""
    good = PDF if route.method == "PUT" else plain(door.value) if door.value is not None else None
    rest = head(route, door)
    if not route.public:
        yield Fault("no key", good, rest, who="", statuses=(401,), codes=("auth.missing",))
    text = world.keys["SC"]
    swapped = text[:-1] + ("A" if text[-1] != "A" else "B")
    for name, header in {
        "garbage": CANARY,
        "basic": "Basic " + text,
        "short": "Bearer once_abc_def",
        "wrong secret": f"Bearer {swapped}",
        "unknown id": f"Bearer once_{'a' * 12}_{text[-43:]}",
        "expired": f"Bearer {world.keys['expired']}",
    }.items():
        codes = ("auth.expired",) if name == "expired" else ("auth.invalid",)
        headers = [*rest, ("authorization", header)]
        yield Fault(f"{name} key", good, headers, who="", statuses=(401,), codes=codes)
    for role in ROLES:
        scopes = {"SC": {"department", "checker"}}.get(role, {role})
        if route.scopes and route.scopes.isdisjoint(scopes):
            yield Fault(
                f"the {role} key",
                good,
                rest,
                who=role,
                refused_lookup=True,
                statuses=(403,),
                codes=("auth.forbidden",),
            )


def addresses(route: ThinRoute, door: Door) -> Iterator[Fault]:
    """Ids that are unknown or of another form, and query parameters that are none."""
    good = PDF if route.method == "PUT" else plain(door.value) if door.value is not None else None
    for name in re.findall(r"\{([a-z0-9]+)\}", route.template):
        pattern = re.escape(route.template).replace(re.escape("{" + name + "}"), "(?P<it>[^/:]+)")
        pattern = re.sub(r"\\\{[a-z0-9]+\\\}", "[^/:]+", pattern)
        found = re.fullmatch(pattern, f"/api/v1/{door.path}")
        assert found is not None, (route.template, door.path)
        for other in (
            "0" * 32,
            "f" * 64,
            "A" * 32,
            "999999999",
            "-1",
            "9" * 16,
            "9" * 30,
            "%00",
            "..",
            "%2e%2e%2f",
            "%E9%87%91",
            "x" * 300,
            "a'--",
        ):
            start, end = found.span("it")
            path = f"/api/v1/{door.path}"
            path = path[:start] + other + path[end:]
            if route.method == "PUT" and len(other) == 64:
                yield Fault("wrong digest", good, path=path, codes=("digest.mismatch",))
            else:
                yield Fault(f"{name} {other}", good, path=_with(path, door.query), refused_lookup=door.lookup)
    if route.method == "GET":
        path = f"/api/v1/{door.path}"
        for what, raw in {
            "unknown": f"{CANARY}=1",
            "twice": "purpose=a&purpose=b",
            "no value": "purpose",
        }.items():
            yield Fault(f"query {what}", path=f"{path}?{raw}", codes=("query.invalid",))
        if "purpose" in door.query:
            for what, raw in {"missing": "", "empty": "?purpose=", "long": "?purpose=" + "x" * 201}.items():
                yield Fault(f"purpose {what}", path=path + raw, refused_lookup=True, statuses=(403,))
            yield Fault(
                "purpose unprintable", path=f"{path}?purpose=%07", refused_lookup=True, statuses=(403,)
            )
            yield Fault("purpose not UTF-8", path=f"{path}?purpose=%ff", codes=("query.invalid",))


def lookups(door: Door) -> Iterator[Fault]:
    """Look-ups without a case or a purpose, of a foreign case, beyond the list."""
    if door.path != "recognitions:check" or door.value is None:
        return
    for member in ("case", "purpose"):
        less = {name: value for name, value in door.value.items() if name != member}
        yield Fault(f"no {member}", plain(less), refused_lookup=True, codes=(f"lookup.{member}_missing",))
    wrong: dict[str, dict[str, Any]] = {
        "unknown case": {"case": "990101202601010000019"},
        "outside list": {"requirements": ["marriage"]},
    }
    for what, more in wrong.items():
        yield Fault(what, plain({**door.value, **more}), refused_lookup=True, statuses=(403, 404))


def wrong_files() -> Iterator[Fault]:
    """Uploads that are not what they are said to be."""
    yield Fault("one byte changed", PDF[:-2] + b"x\n", codes=("digest.mismatch",))
    yield Fault("empty", b"")
    yield Fault("no PDF", CANARY.encode(), codes=("media.mismatch",))
    yield Fault("a picture", b"\xff\xd8\xff" + PDF, codes=("media.mismatch",))
    length = [("content-type", "application/pdf"), ("idempotency-key", a_request_key())]
    yield Fault("too long", PDF, [*length, ("content-length", str((64 << 20) + 1))], statuses=(413,))


def faults_of(world: World, route: ThinRoute, door: Door) -> Iterator[Fault]:
    """Every fault that this door can be shown."""
    yield from strangers(route, door, world)
    yield from addresses(route, door)
    if route.write:
        yield from keyless(route, door)
    if route.method == "PUT":
        yield from announced(route, door)
        yield from wrong_files()
    if door.value is not None:
        catalogue = "/api/v1/catalogue/versions"
        limit = {catalogue: 1 << 20, f"{catalogue}:prepare": 1 << 20}
        yield from announced(route, door)
        is_batch = route.template.endswith(":batch")
        yield from unreadable(door, BATCH_BYTES if is_batch else limit.get(route.template, JSON_LIMIT))
        if not is_batch:
            yield from ill_formed(door)
        yield from lookups(door)


def _with(path: str, query: dict[str, str]) -> str:
    return path + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")
