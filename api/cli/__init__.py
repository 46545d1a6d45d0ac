# SPDX-License-Identifier: Apache-2.0
"""The command `once`: finds the sub-command in a table and loads only its module.

Results go to stdout, progress to stderr, `--json` everywhere. Exit codes: 0 valid or done, 1 not valid,
2 usage, 3 cannot tell, 4 revoked or expired.
"""

from __future__ import annotations

import errno
import gc
import sys
from contextlib import contextmanager, suppress
from enum import IntEnum
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from api.cli.output import OutputError, flush, json_line, prepare, settle, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class ExitCode(IntEnum):
    """What a shell sees."""

    VALID = 0
    NOT_VALID = 1
    USAGE = 2
    CANNOT_TELL = 3
    REVOKED = 4


class Command(NamedTuple):
    """A sub-command: the module that has its `command` function or Typer `app`, and one line of help."""

    module: str
    help: str


COMMANDS: Final[dict[str, Command]] = {
    "demo": Command("api.cli.demo", "found a throw-away ledger and serve it; --check plays the whole story"),
    "init": Command("api.cli.init", "found a ledger in $ONCE_HOME"),
    "serve": Command("api.cli.serve", "serve the API and anchor the log"),
    "worker": Command("api.cli.worker", "anchor the log on the chain (a child of serve)"),
    "submit": Command("api.cli.submit", "submit documents to a case"),
    "check": Command("api.cli.check", "ask which materials of a case may be skipped"),
    "trace": Command("api.cli.trace", "show every step of a case with its proof"),
    "export": Command("api.cli.export", "write the evidence file of an acceptance or a reliance"),
    "verify": Command("api.cli.verify", "verify an evidence file, offline if wanted"),
    "audit": Command("api.cli.audit", "recompute the log from its first entry and name what is wrong"),
    "backup": Command("api.cli.backup", "write an encrypted back-up, also while the ledger is served"),
    "restore": Command("api.cli.restore", "lay a back-up down, after auditing it"),
    "rebuild": Command("api.cli.rebuild", "prove that the tables are what the log gives"),
    "migrate": Command("api.cli.migrate", "bring the tables to this program's schema, with nobody serving"),
    "doctor": Command("api.cli.doctor", "look over this installation and say what to do"),
    "config": Command("api.cli.config", "show the effective settings, without secrets"),
    "catalogue": Command("api.cli.catalogue", "check guides, bring them in from lists, write them out"),
    "reask": Command("api.cli.reask", "show what was asked in vain, and judge every asking again"),
    "expiring": Command("api.cli.expiring", "list what a department relied on and will end soon"),
    "erase": Command("api.cli.erase", "destroy what leads to people, on their request; --confirm does it"),
    "accounts": Command("api.cli.accounts", "add, list and end staff accounts"),
    "keys": Command("api.cli.keys", "make, list and use keys"),
    "bench": Command("api.cli.bench", "measure this installation"),
}

_JUDGES: Final = frozenset({"audit", "rebuild", "reask"})
"""Commands whose 1 says that something is wrong with what is recorded; what they cannot read is a 3."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command and give its exit code (the console script passes it to the shell)."""
    prepare()
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given[0] if given else ""
    try:
        code = _begun(name, given)
        flush()
    except OutputError as error:
        with suppress(OSError):  # stderr may be as full
            _say(name, [one for one in given if one != "--json"], error.of(name))
        code = ExitCode.CANNOT_TELL if name in _JUDGES or name == "verify" else ExitCode.NOT_VALID
    settle()
    return code


def _begun(name: str, given: list[str]) -> int:
    if name in {"-h", "--help", "help"}:
        print(usage())
        return ExitCode.VALID
    if name in {"-V", "--version"}:
        print(f"once {version('once-ledger')}")
        return ExitCode.VALID
    if name not in COMMANDS:
        print(usage(), file=sys.stderr)
        if name:
            print(f"\nonce: no such command: {name!r}", file=sys.stderr)
        return ExitCode.USAGE
    return _run(name, given[1:])


def usage() -> str:
    """The help page; loads nothing."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {command.help}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            "usage: once COMMAND [OPTIONS]     (once COMMAND --help says more)",
            "",
            *lines,
            "",
            "exit codes: 0 valid or done, 1 not valid, 2 usage, 3 cannot tell, 4 revoked or expired",
        ]
    )


def _run(name: str, arguments: list[str]) -> int:
    """Load the module and hand over; every error of ours is one line on stderr and an exit code."""
    with loading():
        import typer

        module = import_module(COMMANDS[name].module)
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False)
        app.command(help=module.command.__doc__ or COMMANDS[name].help)(module.command)
    app.pretty_exceptions_enable = False  # they would show local variables, and so secrets
    try:
        result = typer.main.get_command(app).main(arguments, prog_name=f"once {name}", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except OutputError:
        raise
    except Exception as raised:
        error = _known(raised)
        code = _code_of(error, name)
        if code is None:
            raise
        if type(error).__name__ == "NoArgsIsHelpError":  # the help was said already
            return code
        with suppress(OSError):  # the exit code says it as well, where stderr cannot
            _say(name, arguments, error)
        if hasattr(error, "format_message"):  # the command line itself is wrong
            context = getattr(error, "ctx", None)
            named = f"once {name}" if context is None else context.command_path
            progress(f"  {named} --help says what it takes")
        return code
    return int(result) if isinstance(result, int) else ExitCode.VALID


@contextmanager
def loading() -> Iterator[None]:
    """Import without looking for cycles: modules stay, and looking through them is a sixth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _known(error: Exception) -> Exception:
    """An error of a file, of a database's driver, of a held ledger as one that can be told; else as it is."""
    from api.cli.faults import of_os

    if getattr(error, "code", "") == "log.held":
        from api.operation.errors import HeldLedgerError

        return HeldLedgerError()
    if _of_driver(error):
        from api.operation.database_fault import fault_of

        return fault_of(error) or error
    if isinstance(error, OSError) and error.filename is not None:
        return of_os(error)
    return error


def _of_driver(error: Exception) -> bool:
    """Whether a database said it, or the system of a full disk; known without loading any driver."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return True
    modules = {one.__module__.partition(".")[0] for one in type(error).__mro__}
    return not modules.isdisjoint({"sqlite3", "sqlalchemy", "psycopg"})


def _say(name: str, arguments: Sequence[str], error: Exception) -> None:
    """The error on stderr, in the language asked for where it has two; with `--json` also on stdout."""
    from api.cli.faults import json_of, of_refusal, said_language, text_of
    from ledger.errors import CommandRejected

    if isinstance(error, CommandRejected):
        error = of_refusal(error) or error
    if not (hasattr(error, "zh") and hasattr(error, "en")):
        print(f"once {name}: {_text_of(error)}", file=sys.stderr)
        return
    print(f"once {name}: {text_of(error, said_language(arguments))}", file=sys.stderr)
    if "--json" in arguments:
        print(json_of(error), flush=True)


def _code_of(error: Exception, name: str) -> int | None:
    """The exit code of an error that we know how to say, else None."""
    from attest.errors import AttestError
    from ledger.errors import BusyError, ChainUnreachableError, LedgerError

    if isinstance(error, ChainUnreachableError):
        return ExitCode.CANNOT_TELL
    if name in _JUDGES and (isinstance(error, BusyError) or _is_of_database(error)):
        return ExitCode.CANNOT_TELL
    if type(error).__name__ == "ListFileError" and type(error).__module__ == "api.lists.errors":
        return ExitCode.USAGE
    if isinstance(error, (LedgerError, AttestError)):
        return ExitCode.NOT_VALID
    if type(error).__name__ == "SettingsError" and type(error).__module__ == "api.settings":
        return ExitCode.USAGE
    code = getattr(error, "exit_code", None)  # a usage error of the command line's own
    return code if isinstance(code, int) else None


def _is_of_database(error: Exception) -> bool:
    code = str(getattr(error, "code", ""))
    return code.startswith("database.") or code == "backup.no_room"  # of the copy that is read


def _text_of(error: Exception) -> str:
    message = getattr(error, "format_message", None)
    return str(message() if callable(message) else error) or type(error).__name__


def emit(result: dict[str, Any], text: str, *, as_json: bool) -> None:
    """The result on stdout: one JSON object on one line, or the text for people."""
    print(json_line(result) if as_json else shown(text), flush=True)


def progress(text: str) -> None:
    """A line for people on stderr while something takes time."""
    with suppress(OSError):  # who does not listen does not stop the work
        print(text, file=sys.stderr, flush=True)
