# One verb, one command; each sets up what it needs. Only `make demo` and `make test` need to be known.

VENV := .venv
BIN := $(VENV)/bin
STAMPS := .make
LAB_SETTINGS := $(VENV)/share/jupyter/lab/settings
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test check test-python test-js bench docs build clean

# LAB takes more options for JupyterLab, such as LAB=--no-browser. Root, as in a container, has to be allowed.
demo: $(STAMPS)/demo
	@echo "Starting JupyterLab with the first notebook. If no browser opens, open the address below; Control-C twice ends it"
	@$(BIN)/jupyter lab --ServerApp.root_dir=notebooks --LabApp.default_url=/lab/tree/01_first_pause.ipynb \
		$(if $(filter 0,$(shell id -u)),--allow-root) $(LAB)

test: check test-js test-python

check: $(STAMPS)/python
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd js && npm run lint && npm run typecheck

test-js: $(STAMPS)/js
	cd js && npm test

# WORKERS: how many processes share the tests, file by file; each has its own JupyterLab and browser.
WORKERS := logical --maxprocesses 4
test-python: $(STAMPS)/python $(STAMPS)/browser
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

bench: $(STAMPS)/python $(STAMPS)/browser
	$(BIN)/python -m tests.benchmarks

docs: $(STAMPS)/python
	$(BIN)/python docs/make_api.py

build: $(STAMPS)/python
	$(BIN)/python -m build

clean:
	rm -rf $(STAMPS) $(VENV) dist js/node_modules hitl_jupyter/static hitl_jupyter/labextension

# -- what they need ----------------------------------------------------------------------------------------------------

$(STAMPS)/venv:
	@mkdir -p $(STAMPS)
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "hitl-jupyter needs Python 3.11 or newer")'
	@echo "Making a virtual environment in $(VENV)"
	@python3 -m venv $(VENV)
	@touch $@

$(STAMPS)/js: js/package.json js/package-lock.json
	@mkdir -p $(STAMPS)
	@{ command -v node && command -v npm; } > /dev/null || { echo "hitl-jupyter needs Node 20 or newer, with npm"; exit 1; }
	@node -e 'if (+process.versions.node.split(".")[0] < 20) { console.error("hitl-jupyter needs Node 20 or newer"); process.exit(1) }'
	@echo "Installing the JavaScript packages: ten seconds to a minute"
	@cd js && npm ci --loglevel=error --no-fund --no-update-notifier
	@touch $@

# The editable install copies the built extension; the link is so that the next build is seen without installing again.
$(STAMPS)/python: $(STAMPS)/venv $(STAMPS)/bundles pyproject.toml
	@echo "Installing the package and what its tests use: one to four minutes, the first time only"
	@SKIP_JUPYTER_BUILDER=1 $(BIN)/pip install --quiet --editable '.[demo,test]'
	@touch $@

# JupyterLab's question whether to tell of news would lie over the first form.
$(STAMPS)/demo: $(STAMPS)/venv $(STAMPS)/bundles pyproject.toml
	@echo "Installing JupyterLab, the package and what its notebooks use: one to three minutes, the first time only"
	@SKIP_JUPYTER_BUILDER=1 $(BIN)/pip install --quiet --editable '.[demo]'
	@mkdir -p $(LAB_SETTINGS)
	@echo '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' \
		> $(LAB_SETTINGS)/overrides.json
	@touch $@

$(STAMPS)/bundles: $(STAMPS)/builder $(STAMPS)/js js/build.mjs $(shell find js/src -type f)
	@echo "Building the widgets"
	@cd js && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent build
	@touch $@

$(STAMPS)/builder: $(STAMPS)/venv
	@$(BIN)/pip install --quiet 'jupyter-builder>=1.2,<2'
	@touch $@

$(STAMPS)/browser: $(STAMPS)/python
	$(BIN)/python -m tests.browser.install
	touch $@
