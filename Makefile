# Deux commandes suffisent : « make livre » et « make test ». Les relancer est rapide et sans danger.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PRET := $(VENV)/pret
PAQUETS := $(shell grep -c '==' requirements.txt)

.PHONY: aide livre test carnets verrou outils propre
.DEFAULT_GOAL := aide

aide:
	@echo "make livre    installe l'environnement, exécute les carnets, imprime le livre"
	@echo "make test     passe toutes les vérifications"
	@echo "make carnets  réexécute les carnets sur place (après un changement de données)"
	@echo "make verrou   recompile requirements.txt depuis pyproject.toml"
	@echo "make propre   efface l'environnement et tout ce qui a été produit"

$(PRET): requirements.txt pyproject.toml
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Il faut Python 3.11 ou plus récent : installez-le, ou donnez-le par « make PYTHON=/chemin/python »." >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Le module venv de Python manque : installez-le (sous Debian, le paquet python3-venv)." >&2; exit 2; }
	@echo "Environnement : installation d'environ $(PAQUETS) paquets dans $(VENV) (une à trois minutes)"
	@debut=$$(date +%s); rm -f $(PRET); \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --require-hashes -r requirements.txt --progress-bar off 2> $(VENV)/pip.err \
	    | awk '/^(Collecting|Requirement already)/ { n++; if (n % 10 == 0) { printf "  %d paquets…\n", n; fflush() } } /^Installing collected/ { print "  mise en place…"; fflush() }' \
	  || { cat $(VENV)/pip.err >&2; echo "L'installation a échoué : vérifiez l'accès au réseau, puis relancez la même commande." >&2; exit 2; }; \
	  $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e . && \
	  echo "  environnement : $$(( $$(date +%s) - debut )) s" && touch $(PRET)

livre: $(PRET)
	@$(BIN)/prospective livre

test: $(PRET) outils
	@debut=$$(date +%s); etape() { echo "== $$1 ($$(( $$(date +%s) - debut )) s)"; }; \
	  etape "style" && $(BIN)/ruff check -q . && $(BIN)/ruff format --check -q . && \
	  etape "types" && $(BIN)/mypy --no-error-summary && \
	  etape "étages de la bibliothèque" && $(BIN)/lint-imports | tail -n 2 && \
	  etape "données" && $(BIN)/prospective valider && \
	  etape "carnets (nbval)" && $(BIN)/pytest --nbval notebooks -n 2 --dist loadfile -q && \
	  etape "tests" && $(BIN)/pytest tests -n 2 --dist loadfile -q && \
	  etape "tout est vérifié"

carnets: $(PRET)
	@$(BIN)/prospective executer --sur-place

verrou: $(PRET)
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --all-extras --upgrade \
	  --no-emit-index-url --custom-compile-command "make verrou" pyproject.toml -o requirements.txt

# La lecture se vérifie dans un vrai navigateur, l'orthographe avec un vrai dictionnaire : ceux de Debian, à installer.
outils:
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null && hunspell -d fr -l </dev/null >/dev/null 2>&1 \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "Outils : installation de Chromium et du dictionnaire français" \
	       && apt-get update -qq >/dev/null && apt-get install -y -qq chromium hunspell hunspell-fr >/dev/null; } \
	  || { echo "Chromium ou le dictionnaire français est introuvable : installez-les (sous Debian, les paquets chromium, hunspell et hunspell-fr), puis relancez « make test »." >&2; exit 2; }

propre:
	@rm -rf $(VENV) _build .pytest_cache .mypy_cache .ruff_cache .hypothesis prospective.egg-info
