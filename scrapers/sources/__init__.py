"""The places where public work is published: a module with a SOURCE is one; the others help it."""

from __future__ import annotations
