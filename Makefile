# `make demo` and `make test` set everything up by themselves. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SHOWN := http://fonds-relais.example.org/nouvelles/capital-patient-petites-localites

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow eval check fix images docs messages lock wheel bench clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## make the virtual environment from requirements.lock

$(READY): requirements.lock pyproject.toml hatch_build.py $(wildcard veille/locale/*/LC_MESSAGES/*.po)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "veille needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## run the whole job on the bundled sample web, in var/demo
	@rm -rf var/demo
	$(BIN)/veille init var/demo --sample --name "Veille d’essai" >/dev/null
	$(BIN)/veille run nightly --workspace var/demo
	@echo
	@$(BIN)/veille status --workspace var/demo
	@echo
	@$(BIN)/veille show --workspace var/demo $(SHOWN)
	@echo
	@echo "Les sources en difficulté le sont exprès : le petit web d’essai montre aussi ce qui arrive en vrai"
	@echo "(un site en panne, un autre muet, un troisième retiré pour de bon). Le reste de la nuit n’en souffre pas."
	@echo
	$(BIN)/veille run weekly --workspace var/demo
	$(BIN)/veille digest preview --workspace var/demo
	@echo
	@echo "L’infolettre de la semaine est composée : ouvrez mail.html et web.html (adresse ci-dessus) dans un navigateur."
	@echo "Modifiez draft.yaml, à côté, puis : $(BIN)/veille digest preview -w var/demo; $(BIN)/veille digest approve -w var/demo"
	@echo
	@echo "Tout est dans var/demo : son état dans var/demo/var, ses réglages dans var/demo/config.yaml."
	@echo "Ensuite : $(BIN)/veille status -w var/demo, $(BIN)/veille show -w var/demo"
	@echo "Les pages de l’équipe : $(BIN)/veille users add lise -w var/demo, puis $(BIN)/veille serve -w var/demo"

# Files go to workers as they stand, the many small ones last, so that none waits long at the end.
test: export PYTHONDONTWRITEBYTECODE := # nothing: the processes that tests start read bytecode
test: setup check ## everything CI does: style, types, layers, tests
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

test-slow: setup ## the long shows: kills, soaks, wheels; properties looked at for longer
	$(BIN)/pytest -m slow
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile tests/unit

eval: setup ## hold the judge to its floors, on our examples and on real documents
	$(BIN)/python benchmarks/quality/gate.py

check: setup ## style, types and import layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fix: setup ## mend style where a tool can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

images: setup ## take the screenshots of docs/ anew, in Debian’s Chromium
	$(BIN)/python docs/images.py

docs: setup ## write the generated parts of docs/
	$(BIN)/python docs/generate.py

messages: setup ## bring the message catalogues up to date with the code
	$(BIN)/python docs/messages.py

lock: ## pin the dependencies again, for Python 3.11 to 3.13
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --group dev pyproject.toml -o requirements.lock

wheel: setup ## build the wheel and the source distribution in dist/
	$(BIN)/python -m build --no-isolation

bench: setup ## measure beside floors taken in the same run (SIZE=small, ONLY="repoll judge")
	$(BIN)/python -m benchmarks --size $(or $(SIZE),usual) $(ONLY)

clean: ## forget the virtual environment and what was built
	rm -rf $(VENV) dist build
