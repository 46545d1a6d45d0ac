# SPDX-License-Identifier: Apache-2.0
# Few verbs, one line each; every verb sets up what it needs (.venv, locked packages, the local chain) by itself.
.PHONY: setup demo test check accept fmt bench contracts
PYTHON := .venv/bin/python
SETUP := $$([ -x $(PYTHON) ] && echo $(PYTHON) || echo python3) -I scripts/setup.py
# More workers than cores: tests wait for servers and clocks; each collects all tests. tests/conftest.py: what begins.
TOGETHER := -n 4 --dist loadfile --no-loadscope-reorder

setup:     ; @$(SETUP) run project test build samples lint web chain chain-full
demo:      ; @$(SETUP) run project web chain && exec .venv/bin/once demo $(ARGS)
test:      ; @$(SETUP) run project test build web chain chain-full && exec $(PYTHON) -m pytest $(TOGETHER) $(ARGS)
check:     ; @$(SETUP) run project test build samples lint web chain-full && exec scripts/check.sh
accept:    ; @$(SETUP) run project test build web chain chain-full && exec $(PYTHON) scripts/accept.py $(ARGS)
fmt:       ; @$(SETUP) lint && .venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .
bench:     ; @$(SETUP) run project chain && exec .venv/bin/once bench $(ARGS)
contracts: ; @$(SETUP) run project build chain-full && exec $(PYTHON) scripts/compile_contracts.py
