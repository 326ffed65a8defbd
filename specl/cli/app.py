"""The command `specl`: runs one of its subcommands, and turns whatever happens into an exit status."""

import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from specl.cli.output import FINE, INPUT, INTERNAL, INTERRUPTED, print_json, report

COMMANDS = (  # as on the help page; each is a module beside this one
    "check", "eval", "solve", "compare", "express", "separate", "translate", "hasse", "prove", "verify", "census",
)  # fmt: skip


def main() -> None:
    """The entry point of the command."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # it was closed before specl began
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ⪰ shows ? instead
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
    except OSError as error:
        status = _unwritable(error)
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run `specl` with these arguments; the exit status. Errors are printed, and raised only if SPECL_DEBUG is set."""
    try:
        status = application(arguments[:1])(args=list(arguments), prog_name="specl", standalone_mode=False)
        return FINE if status is None else int(status)
    except typer.TyperException as error:
        return _usage(error, "--json" in arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # the reader has seen enough; Typer and rich make an exit of it
        _forget_output()
        return FINE
    except OSError as error:  # of files that are read it is told in other ways
        return _unwritable(error)
    except Exception as error:
        return _failed(error, "--json" in arguments)


def application(first: Sequence[str] = ()) -> typer.Typer:
    """The commands as one Typer application; its help pages are plain, since rich ones take far longer to come up.

    Args:
        first: the first argument, if there is one: where it is a command, no other is loaded.
    """
    app = typer.Typer(
        name="specl",
        help="Write down what an agent should want; see exactly what that way of writing can and cannot say.",
        epilog="Exit status: 0 yes or fine, 1 no or a failed assertion, 2 wrong usage or input, 3 unknown.",
        invoke_without_command=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_specl)
    for name in [name for name in COMMANDS if name in first] or COMMANDS:
        app.command(name)(importlib.import_module(f"specl.cli.{name}").run)
    return app


def _specl(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> int:
    if version:
        print(f"specl {_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(INPUT)
    return FINE


def _version() -> str:
    from importlib import metadata  # slow to load, and rarely wanted

    try:
        return metadata.version("specl-rl")
    except metadata.PackageNotFoundError:
        return "(run from its source, without having been installed)"


def _usage(error: typer.TyperException, as_json: bool) -> int:
    message = error.format_message()
    context = getattr(error, "ctx", None)
    page = f"{context.command_path} --help" if context is not None else "specl --help"
    if as_json:
        print_json({"errors": [_entry("E090", message, f"see `{page}`")]})
    else:
        print(f"specl: {message}\n  = see `{page}`", file=sys.stderr)
    return INPUT


def _failed(error: Exception, as_json: bool) -> int:
    from specl.language.diagnostics import SpecErrors  # nothing of the language is needed where all goes well
    from specl.language.diagnostics import as_json as errors_json

    if isinstance(error, SpecErrors):
        if as_json:
            print_json(errors_json(error))
        else:
            report(error)
        return INPUT
    if os.environ.get("SPECL_DEBUG"):
        raise error
    message = f"internal error: {type(error).__name__}: {' '.join(str(error).split())}"[:500]
    hint = "this is a fault of specl, not yours; SPECL_DEBUG=1 shows where it happened"
    if as_json:
        print_json({"errors": [_entry("E099", message, hint)]})
    else:
        print(f"specl: {message}\n  = {hint}", file=sys.stderr)
    return INTERNAL


def _unwritable(error: OSError) -> int:
    _forget_output()
    print(f"specl: the output cannot be written: {error.strerror or error}", file=sys.stderr)
    return INPUT


def _entry(code: str, message: str, hint: str) -> dict[str, str | None]:
    return {"code": code, "message": message, "file": None, "line": None, "column": None, "hint": hint}


def _forget_output() -> None:
    """Point the standard output at nothing, so that Python does not complain about the closed pipe at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
