# Every target makes and uses .venv in the checkout, so .venv/bin/bowbell exists after any of them.
.PHONY: run demo test lint chaos bench evaluate clean screenshots hostile
PYTHON ?= python3
BIN := .venv/bin

run: .venv/run.done
	$(BIN)/bowbell serve

demo: .venv/run.done
	$(BIN)/bowbell serve --demo

test: .venv/dev.done
	$(BIN)/pytest -n auto

lint: .venv/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

evaluate: .venv/dev.done
	$(BIN)/bowbell evaluate

bench: .venv/dev.done
	$(BIN)/bowbell bench ingest
	$(BIN)/bowbell bench search

chaos: .venv/dev.done
	BOWBELL_CHAOS_KILLS=1000 $(BIN)/pytest tests/chaos -m chaos

screenshots: .venv/dev.done
	$(BIN)/python -m tests.journeys.screenshots var/screenshots

hostile: .venv/dev.done
	BOWBELL_HOSTILE=1000 $(BIN)/pytest -n 0 -s tests/integration/test_hostile_web.py tests/integration/test_hostile_bodies.py

.venv/bin/uv:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Bowbell needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv

.venv/run.done: requirements/run.lock pyproject.toml | .venv/bin/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/run.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	touch $@

.venv/dev.done: requirements/dev.lock .venv/run.done
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.lock
	touch $@

clean:
	rm -rf .venv var
