# SPDX-License-Identifier: Apache-2.0
"""What others hold about this log: the writers' marks, the roots on its chain; and the key to its records."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from api.settings import Settings
    from attest.sealing import Sealer
    from attest.verify.trust import Trust
    from ledger.audit import ChainRoots
    from ledger.note import NoteVerifying
    from ledger.store import Store


def marks(settings: Settings, verifier: NoteVerifying, origin: str) -> tuple[list[bytes], list[str]]:
    """The signed checkpoint that the writers acknowledged, where their marks are at hand."""
    from ledger.headmark import read_folder  # noqa: PLC0415  # only where asked for

    if not settings.head_mark.is_dir():
        return [], ["no head marks here: whether the copy is the newest was not judged"]
    marked = read_folder(settings.head_mark, [verifier], origin)
    remarks = [f"head mark {name} is not readable" for name in marked.unreadable]
    return ([] if marked.note is None else [marked.note]), remarks


def sealer_of(settings: Settings, believed: Trust) -> Sealer | None:
    """What opens private records, where its key is at hand: that of another ledger's home opens none."""
    from api.trust_file import read_trust  # noqa: PLC0415  # only where asked for
    from attest.keyfiles import read_kek  # noqa: PLC0415  # only where asked for
    from attest.sealing import Sealer  # noqa: PLC0415  # only where asked for

    if not settings.kek_file.exists():
        return None
    if settings.trust_file.exists() and read_trust(settings.trust_file).log != believed.log:
        return None
    kek = read_kek(settings.kek_file)
    return Sealer(kek.key, kek.version)


def chain_url(settings: Settings, stated: str | None) -> str | None:
    """Where the chain may be asked: as stated, as set, or where the local one was last seen."""
    url = stated or settings.chain
    if "://" in url:
        return url
    seen = settings.chain_folder / "url"
    return seen.read_text(encoding="ascii").strip() if seen.exists() else None


def chain_roots(store: Store, trust: Trust, url: str | None) -> tuple[ChainRoots | None, str]:
    """Roots that the chain holds, else those recorded; and a remark, with `!` where that is a doubt."""
    from ledger.audit import ChainRoots  # noqa: PLC0415  # only where asked for
    from ledger.chain.child import answers  # noqa: PLC0415  # only where asked for

    if trust.chain is None:
        return None, "the ledger has no contract yet"
    sql = "SELECT size, root FROM anchors WHERE contract = ? AND NOT withdrawn ORDER BY size DESC LIMIT 1000"
    recorded = {int(size): bytes(root) for size, root in store.query_raw(sql, (trust.chain.contract,))}
    recorded[trust.chain.genesis_size] = trust.chain.genesis_root
    parts = urlsplit(url or "")
    local = parts.hostname == "127.0.0.1" and parts.port is not None
    if url is None or (local and not answers(parts.port or 0)):
        return ChainRoots(0, recorded), "the chain was not asked: recorded anchors were compared"
    return _ask(url, trust, recorded)


def _ask(url: str, trust: Trust, recorded: dict[int, bytes]) -> tuple[ChainRoots, str]:
    from api.trust_file import pins_of  # noqa: PLC0415  # only where asked for
    from ledger.audit import ChainRoots  # noqa: PLC0415  # only where asked for
    from ledger.chain.client import Web3Chain  # noqa: PLC0415  # only where asked for
    from ledger.chain.contract import CheckpointContract  # noqa: PLC0415  # only where asked for
    from ledger.chain.founding import verify_pins  # noqa: PLC0415  # only where asked for
    from ledger.errors import ChainPinError, ChainUnreachableError  # noqa: PLC0415  # only where asked for

    pins = pins_of(trust)
    assert pins is not None  # noqa: S101  # asked before
    chain = Web3Chain(url)
    try:
        block = chain.latest()
        verify_pins(chain, pins, block)
        contract = CheckpointContract(chain, pins.contract)
        head, signer = contract.head(block), contract.signer(block)
        held = {size: contract.root_at(size, block) for size in recorded}
    except ChainUnreachableError:
        return ChainRoots(0, recorded), "the chain did not answer: recorded anchors were compared"
    except ChainPinError as error:
        return ChainRoots(0, recorded), f"!{error}"
    # A size that the contract does not hold was lost with a chain that went back: no root to compare.
    roots = {size: root for size, root in held.items() if root is not None}
    known = {trust.checkpoint_signer, *(one.checkpoint_signer for one in trust.rotations)}
    remark = (
        "" if signer in known else f"!the contract takes checkpoints by 0x{signer.hex()}, no key of this log"
    )
    return ChainRoots(head.size, {**roots, head.size: head.root}), remark
