"""`bowbell serve`, `worker` and `send`: the house at work, all of it or a part."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from service.commands.command_line import read_settings


def serve(
    *, demo: Annotated[bool, typer.Option("--demo", help="No network: sample notices and three sample firms.")] = False
) -> None:
    """Web and all workers in one process."""
    from service.commands.serve import serve as run

    asyncio.run(run(read_settings(), demo=demo, say=typer.echo))


def worker(only: Annotated[str, typer.Option(help="Comma list of collect, tag, match, send.")] = "") -> None:
    """One worker of a fleet."""
    from service.commands.work import chosen_steps, run_worker

    asyncio.run(run_worker(read_settings(), chosen_steps(only)))


def send(*, once: Annotated[bool, typer.Option("--once", help="Deliver what is due and stop.")] = False) -> None:
    """Deliver what is due."""
    from service.commands.inspect import send_due

    del once  # sending by hand always ends
    typer.echo(f"{asyncio.run(send_due(read_settings()))} messages taken in hand")
