# Python 3.11+ and make are all that these need; the rest goes into .venv.
PYTHON ?= python3
BIN := .venv/bin
# Bytecode is kept, whatever the environment says: else every process compiles all packages anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: setup demo test check bench docs lock

setup: .venv/ready
.venv/ready: requirements-dev.lock requirements-weights.lock pyproject.toml
	$(PYTHON) scripts/setup.py
	@touch $@

demo: setup
	$(BIN)/python examples/harbour/demo.py

test: setup
	$(BIN)/python scripts/services.py
	$(BIN)/pytest -n auto --dist loadfile

check: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/python scripts/bars.py

bench: setup
	$(BIN)/python -m bench

docs: setup
	$(BIN)/python scripts/reference.py
	$(BIN)/mkdocs build --strict

lock: setup
	$(BIN)/python scripts/lock.py
