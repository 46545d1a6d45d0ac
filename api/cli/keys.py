# SPDX-License-Identifier: Apache-2.0
"""`once keys`: make keystores, list them, mint and end API keys, sign a prepared statement."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated, Any

import typer

from api.cli import emit, progress
from api.settings import load_settings

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Make, list and use keys.")

AsJson = Annotated[bool, typer.Option("--json", help="one JSON object")]
_MAX_STATEMENT = 1 << 20


@app.command()
def new(
    names: Annotated[list[str], typer.Argument(help="a department code, or another name")],
    *,
    as_json: AsJson = False,
) -> None:
    """Make keystores in $ONCE_HOME/keys, encrypted under the ledger's passphrase."""
    from secrets import token_bytes

    from attest.errors import KeystoreError
    from attest.keyfiles import read_passphrase
    from attest.keystore_write import DEMO_SCRYPT_N, SCRYPT_N, write_keystore

    settings = load_settings()
    passphrase = read_passphrase(settings.passphrase_file)
    rounds = DEMO_SCRYPT_N if settings.profile == "demo" else SCRYPT_N
    addresses: dict[str, str] = {}
    for name in names:
        path = settings.keys_folder / f"{name}.json"
        if path.parent != settings.keys_folder or path.exists():
            raise KeystoreError(f"{name}: a keystore of this name exists, or cannot", code="keystore.exists")
    for name in names:
        path = settings.keys_folder / f"{name}.json"
        addresses[name] = write_keystore(path, token_bytes(32), passphrase, rounds).hex()
    text = "\n".join(f"{name:<16} 0x{address}" for name, address in addresses.items())
    emit({"addresses": addresses}, text, as_json=as_json)


@app.command("list")
def list_keys(*, as_json: AsJson = False) -> None:
    """List keystores by name and API keys by id, department and scopes; no secret is shown."""
    from api.api_keys import standing_keys
    from api.database import open_store
    from attest.keys import KeyRing

    settings = load_settings()
    stores = KeyRing(settings.keys_folder, "").names()
    store = open_store(settings, read_only=True)
    keys = standing_keys(store)
    store.close()
    found: dict[str, Any] = {
        "keystores": stores,
        "api_keys": [
            {
                "id": key.key_id,
                "department": key.department,
                "scopes": sorted(key.scopes),
                "label": key.label,
                "expires": key.expires,
                "successor": key.successor or None,
            }
            for key in keys
        ],
    }
    lines = [f"keystore  {name}" for name in stores]
    lines += [
        f"api key   {key.key_id}  {key.department or '-':<12} {' '.join(sorted(key.scopes))}  {key.label}"
        for key in keys
    ]
    emit(found, "\n".join(lines), as_json=as_json)


@app.command()
def api(
    *,
    scope: Annotated[list[str], typer.Option(help="operator, department, auditor or checker; may repeat")],
    department: Annotated[str | None, typer.Option(help="department that the key acts for")] = None,
    label: Annotated[str, typer.Option(help="what it is for")] = "",
    expires: Annotated[int | None, typer.Option(help="Unix seconds")] = None,
    as_json: AsJson = False,
) -> None:
    """Mint an API key; its text is shown this once and kept nowhere."""
    from api.api_keys import require_fitting
    from api.auth import SCOPES
    from api.wiring import mint_api_key, open_ledger
    from ledger.errors import ReadOnlyError

    if not set(scope) <= SCOPES:
        raise typer.BadParameter(f"a scope is one of {', '.join(sorted(SCOPES))}")
    ledger = open_ledger(load_settings())
    try:
        ledger.writer.start()
        if ledger.writer.read_only is not None:
            raise ReadOnlyError(ledger.writer.read_only)
        require_fitting(department, scope, ledger.store)
        text = mint_api_key(ledger, department, set(scope), label, expires=expires)
    finally:
        ledger.close()
    emit({"api_key": text, "department": department, "scopes": sorted(scope)}, text, as_json=as_json)


@app.command()
def rotate(
    key_id: Annotated[str, typer.Argument(help="the id, as `once keys list` shows it")],
    *,
    overlap: Annotated[int, typer.Option(help="seconds that the old key still works", min=0)] = 86_400,
    as_json: AsJson = False,
) -> None:
    """Put a new API key in the place of one; the text is shown this once, the old one works a while."""
    from api.api_keys import RotateKey
    from api.auth import mint_key
    from api.wiring import open_ledger
    from ledger.errors import ReadOnlyError

    minted = mint_key(None, ())
    ledger = open_ledger(load_settings())
    try:
        ledger.writer.start()
        if ledger.writer.read_only is not None:
            raise ReadOnlyError(ledger.writer.read_only)
        ledger.writer.submit_wait(RotateKey(key_id, minted.stored, overlap))
    finally:
        ledger.close()
    emit({"api_key": minted.text, "replaces": key_id, "overlap": overlap}, minted.text, as_json=as_json)


@app.command("rotate-lookup")
def rotate_lookup(*, as_json: AsJson = False) -> None:
    """Replace the keys by which people, files and numbers are found, while nobody serves the ledger."""
    from api.operation.lookup_keys import replace_lookup_keys

    done = replace_lookup_keys(load_settings(), progress)
    result = {"version": done.version, "rows": done.rows, "unread": done.unread, "old": str(done.old)}
    text = f"look-up keys of version {done.version} are in force, {done.rows} rows changed\n"
    text += f"the old keys are {done.old}: remove them once no back-up of before may be restored"
    if done.unread:
        text += f"\n{done.unread} uploads cannot be read: whoever still needs one sends it again"
    emit(result, text, as_json=as_json)


@app.command("rotate-log")
def rotate_log(
    signed: Annotated[
        Path | None, typer.Argument(help="what governance signed elsewhere of what --prepare printed")
    ] = None,
    *,
    reason: Annotated[
        str | None, typer.Option(help="scheduled (where none is said), key_lost or key_compromised")
    ] = None,
    prepare: Annotated[bool, typer.Option("--prepare", help="print what governance signs elsewhere")] = False,
    again: Annotated[bool, typer.Option("--again", help="although it was done within the hour")] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt-head", help="key and head mark are lost: take the database's head")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Replace the log's key and its checkpoint signer, while nobody serves the ledger."""
    from api.operation.log_key import MOST_SIGNED, prepare_rotation, replace_log_key
    from attest.verify.log_keys import REASONS

    if reason not in (None, *REASONS):
        raise typer.BadParameter(f"a reason is one of {', '.join(REASONS)}", param_hint="--reason")
    if prepare and signed is not None:
        raise typer.BadParameter("either prepare a statement or hand one in", param_hint="--prepare")
    settings = load_settings()
    if prepare:
        _write(prepare_rotation(settings, reason or REASONS[0]))
        return
    given = None
    if signed is not None:
        with signed.open("rb") as file:
            given = file.read(MOST_SIGNED + 1)
    done = replace_log_key(settings, reason, progress, given, again=again, adopt=adopt)
    new = done.rotation
    result = {
        "index": new.index,
        "log_key": done.vkey,
        "checkpoint_signer": new.checkpoint_signer.hex(),
        "reason": new.reason,
        "old": [str(one) for one in done.old],
    }
    text = f"entry {new.index} replaced the key of the log ({new.reason}): {done.vkey}\n"
    text += f"its checkpoints are signed for the chain by 0x{new.checkpoint_signer.hex()}\n"
    text += (
        "give trust.json to whoever verifies by it, and the keys to each other machine that serves the ledger"
    )
    for one in done.old:
        text += f"\nthe old key is {one}: only a back-up of before needs it"
    emit(result, text, as_json=as_json)


@app.command()
def end(key_id: Annotated[str, typer.Argument(help="the id, as `once keys list` shows it")]) -> None:
    """End an API key; serving processes refuse it within half a minute."""
    from api.api_keys import EndKey
    from api.wiring import open_ledger

    ledger = open_ledger(load_settings())
    try:
        ledger.writer.start()
        ledger.writer.submit_wait(EndKey(key_id))
    finally:
        ledger.close()
    progress(f"ended {key_id}")


@app.command()
def sign(
    name: Annotated[str, typer.Argument(help="keystore that signs")],
    file: Annotated[Path | None, typer.Argument(help="what :prepare answered; stdin if not given")] = None,
    *,
    folder: Annotated[Path | None, typer.Option(help="folder of the keystore, else $ONCE_HOME/keys")] = None,
    passphrase_file: Annotated[Path | None, typer.Option(help="else the ledger's")] = None,
) -> None:
    """Sign a prepared statement: prints the complete request in canonical JSON."""
    from api.signing import described, sign_prepared
    from attest.keyfiles import read_passphrase
    from attest.keys import KeyRing
    from ledger.errors import FormatError

    settings = load_settings()
    prepared = (file.open("rb") if file else sys.stdin.buffer).read(_MAX_STATEMENT)
    try:
        progress(f"signing as {name}: {described(prepared)}")
    except FormatError as error:
        what = f"this is not what :prepare, `once keys snapshot` or `rotate-log --prepare` printed ({error})"
        raise typer.BadParameter(what, param_hint="FILE") from error
    passphrase = read_passphrase(passphrase_file or settings.passphrase_file)
    ring = KeyRing(folder or settings.keys_folder, passphrase, demo=settings.profile == "demo")
    signed = sign_prepared(prepared, ring.signer(name))
    _write(signed)


@app.command()
def snapshot(
    *,
    department: Annotated[list[str] | None, typer.Option(help="only its keys; may repeat")] = None,
    days: Annotated[int, typer.Option(min=1, max=31, help="for how long it holds")] = 1,
) -> None:
    """Prepare governance's statement of who may sign: `once keys sign governance` signs it, elsewhere."""
    import time

    from api.database import open_store
    from api.statements import prepared_snapshot
    from api.trust_file import read_trust

    settings = load_settings()
    log = read_trust(settings.trust_file).log
    store = open_store(settings, read_only=True)
    try:
        prepared = prepared_snapshot(department or None, days * 86_400, int(time.time()), store, log)
    finally:
        store.close()
    _write(prepared)


@app.command()
def deliver(
    file: Annotated[
        Path | None, typer.Argument(help="what `once keys sign` printed; stdin if not given")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Take in a signed snapshot or status; evidence shows it until it expires."""
    from api.statements import read_delivery
    from api.wiring import open_ledger
    from ledger.errors import ReadOnlyError, WriterFailedError

    signed = (file.open("rb") if file else sys.stdin.buffer).read(_MAX_STATEMENT)
    ledger = open_ledger(load_settings())
    try:
        command = read_delivery(signed, ledger.context)
        ledger.writer.start()
        if ledger.writer.read_only is not None:
            raise ReadOnlyError(ledger.writer.read_only)
        kept = ledger.writer.submit_wait(command).answer
    finally:
        ledger.close()
    if kept is None:
        raise WriterFailedError("the writer gave no answer")
    result = {"kind": kept.kind, "as_of_size": kept.as_of_size, "expires": kept.expires}
    text = f"kept {kept.kind} as of {kept.as_of_size} entries, until {kept.expires} (Unix seconds)"
    emit(result, text, as_json=as_json)


def _write(canonical: bytes) -> None:
    """To stdout, byte for byte as the API takes it: only on a screen does the line end."""
    sys.stdout.buffer.write(canonical + (b"\n" if sys.stdout.isatty() else b""))
    sys.stdout.buffer.flush()
