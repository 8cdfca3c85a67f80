# Lifeboat: proof that your PostgreSQL can come back. `make` lists what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup build up down status demo test bench soak format clean

# A recipe's line that needs a JDK begins with $(JDK): it finds one (21 or newer) or says what to install.
JDK = JAVA_HOME=$$(bin/find-jdk) && export JAVA_HOME &&
MVN = $(JDK) mvn -B

# What the built tree is made of: when any of it is newer, it is built again.
SOURCES = $(shell find pom.xml */pom.xml deploy/local/pom.xml deploy/local/*/pom.xml \
    */src/main deploy/local/src/main -type f 2>/dev/null)
BUILT = target/built

help: ## list what there is
	@echo "make demo     see it work: backup, restore, proof (about 5 minutes from scratch)"
	@echo "make test     build all and run every test (as .ci/run does)"
	@echo
	@echo "make up       start Lifeboat on this machine; SAMPLES=1 adds a sample PostgreSQL"
	@echo "make status   what runs, where, with how much memory"
	@echo "make down     stop it; what is stored stays in .lifeboat/"
	@echo
	@echo "make setup    install the Debian packages that are missing (as root)"
	@echo "make build    build without tests"
	@echo "make bench    measure, and compare with the bare tools"
	@echo "make soak     every test in its long form: outages of minutes, each step killed"
	@echo "make format   format the code"
	@echo "make clean    remove what was built; .lifeboat/ stays"
	@echo
	@echo "LIFEBOAT_HOME=DIR       another folder than .lifeboat/"
	@echo "LIFEBOAT_PORT_BASE=N    other ports: N+1 and on; two stacks can run side by side"

setup: ## install what is missing
	@bin/setup

build: setup $(BUILT) ## build without tests

$(BUILT): $(SOURCES)
	@echo "Building (the first time takes some minutes)"
	@$(MVN) -q -DskipTests -Dspotless.check.skip=true package
	@mkdir -p $(@D) && touch $@

up: build ## start the stack
	@bin/lifeboat-local up $(if $(SAMPLES),--samples)

down: ## stop the stack
	@bin/lifeboat-local down

status: ## what runs
	@bin/lifeboat-local status || true

demo: build ## see it work
	@bin/lifeboat-local demo

test: setup ## build all and run every test
	$(MVN) -T 3 verify
	@mkdir -p target && touch $(BUILT)

bench: build ## measure
	@bin/bench

soak: setup ## the long tests
	$(MVN) verify -Dlifeboat.soak=true

format: ## format the code
	@$(MVN) -q spotless:apply

clean: ## remove what was built
	@$(MVN) -q clean
	@rm -rf target
