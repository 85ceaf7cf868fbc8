# make demo   sets up all and opens the register with the three partnerships in it
# make test   sets up all and passes the tests
.PHONY: setup demo test test-postgresql bench lint lock messages clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml requirements/dev.txt $(shell find src/servanda_register/design src/servanda_register/locale -type f -not -name '*.mo')
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Servanda needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Give another with: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python cannot make virtual environments here. On Debian: apt install python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	@$(BIN)/servanda demo

test: setup
	$(BIN)/ruff check src tests bench tools hatch_build.py
	$(BIN)/ruff format --check src tests bench tools hatch_build.py
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder  # the browser, which takes longest, first

# the register's tests once more, on a PostgreSQL started for the run
test-postgresql: setup
	SERVANDA_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n auto --dist loadfile tests/register --ignore=tests/register/test_design.py

bench: setup
	$(BIN)/python -m bench.scoreboard

lint: setup
	$(BIN)/ruff check --fix src tests bench tools hatch_build.py
	$(BIN)/ruff format src tests bench tools hatch_build.py

lock: setup
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --extra ocr --extra register --group dev pyproject.toml requirements/build.in -o requirements/dev.txt

messages: setup
	$(BIN)/python -m tools.messages update

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
