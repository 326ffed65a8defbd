# `make demo` shows what specl does; `make test` runs every check. Both set everything up by themselves, in .venv.
# They need Python 3.11, 3.12 or 3.13 and nothing else of the system; PYTHON=… chooses one.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint lock clean
MAKEFLAGS += --no-print-directory

bin     := .venv/bin
install := $(bin)/python -m pip --disable-pip-version-check install -qq --no-input
specl   := $(bin)/specl
gallery := docs/gallery

help:
	@echo 'make demo   set up .venv, read .spec files: check, values, best policy, comparisons, wishes; draw hasse.svg'
	@echo 'make test   set up .venv, run lint, types, import contracts and every test'
	@echo 'make lint   the first three of these'
	@echo 'make lock   pin the newest versions that pyproject.toml allows'
	@echo 'make clean  remove .venv and everything else that was made'

demo: .venv/.runtime
	@.ci/tell '$(specl) check $(gallery)/office.spec'
	@.ci/tell '$(specl) eval $(gallery)/office.spec'
	@.ci/tell '$(specl) eval $(gallery)/all17.spec'
	@.ci/tell '$(specl) solve $(gallery)/office.spec:coffee_run --exact'
	@.ci/tell '$(specl) compare $(gallery)/fairness.spec:fair $(gallery)/fairness.spec:fair_each_week' 1
	@.ci/tell '$(specl) compare $(gallery)/finetuning.spec:fine_tuning $(gallery)/finetuning.spec:inference'
	@.ci/tell '$(specl) express $(gallery)/same_choice.spec --in MR --in RRL --in RM --in LTL' 1
	@.ci/tell '$(specl) compare trips guided --in docs/every-environment.spec'
	@.ci/tell '$(specl) compare LTL FTR' 1 3
	@.ci/tell '$(specl) separate RRL LAR --seed 2'
	@.ci/tell '$(specl) hasse --format text'
	@.ci/tell '$(specl) hasse -o hasse.svg'

test: lint
	@echo 'pytest'
	@$(bin)/python -m pytest

lint: .venv/.test
	@echo 'ruff'
	@$(bin)/ruff check --quiet .
	@echo 'mypy --strict'
	@$(bin)/mypy --no-error-summary
	@echo 'import contracts'
	@$(bin)/lint-imports --no-cache > .venv/contracts.txt || { cat .venv/contracts.txt; exit 1; }

lock: .venv/.dev
	@.ci/lock

.venv/.created: .ci/create-venv
	@echo 'Setting up'
	@.ci/create-venv
	@touch $@

# The two locks agree where they overlap, so each may be installed after the other.
.venv/.runtime: .venv/.created requirements.lock pyproject.toml
	@echo '  specl and what it runs on (some 150 MB to download, once)'
	@$(install) --require-hashes --no-deps --only-binary :all: -r requirements.lock
	@$(install) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: .venv/.runtime requirements-test.lock
	@echo '  what the tests need'
	@$(install) --require-hashes --no-deps --only-binary :all: -r requirements-test.lock
	@touch $@

.venv/.dev: .venv/.test
	@$(install) uv
	@touch $@

clean:
	@rm -rf .venv hasse.svg build dist *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
