# `make help` lists what there is to do.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PREFIX ?= /usr/local
DESTDIR ?=
# Where systemd looks for units of what is not part of the distribution.
UNITS ?= $(PREFIX)/lib/systemd/system
BIN := $(CURDIR)/build
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

# What building needs, what running needs, what the tests and the samples need.
PACKAGES := libyaml-dev libseccomp-dev zlib1g-dev libisal-dev libzstd-dev liblzma-dev libbz2-dev libssl-dev libcurl4-openssl-dev \
  pkg-config binutils git nftables iproute2 iputils-ping procps busybox-static python3 curl netcat-openbsd zstd \
  bzip2 xz-utils docker-registry openssl libcurl4 skopeo umoci python3-docker debootstrap openssh-client

.PHONY: help setup build demo demo-down images test vm-test docs fuzz bench install uninstall format lint clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install the system packages that are missing
	@missing=$$(for p in $(PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -z "$$missing" ]; then echo "setup: every package is there"; else \
	  echo "setup: installing" $$missing; \
	  $(SUDO) apt-get update -qq; \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
	@command -v swift >/dev/null || { echo "setup: Swift 6 is missing: see https://www.swift.org/install/linux/"; exit 1; }

# A folder that has the C++ library's archive and not the shared one: loading that costs a third of the start-up time.
ARCHIVES := $(CURDIR)/.build/archives

build: setup ## Build davit and davit-shim (release) into build/
	@mkdir -p $(ARCHIVES) && ln -sf "$$(gcc -print-file-name=libstdc++.a)" $(ARCHIVES)/libstdc++.a
	swift build -c release --product davit -Xlinker -L$(ARCHIVES)
	swift build -c release --product davit-shim
	@mkdir -p $(BIN)
	@for p in davit davit-shim; do strip -o $(BIN)/$$p.new .build/release/$$p; mv -f $(BIN)/$$p.new $(BIN)/$$p; done
	@echo "built $(BIN)/davit and $(BIN)/davit-shim"

images: build ## Make the samples' images from the distribution's packages and import them
	samples/images $(BIN)/davit

demo: images ## Set everything up and bring the samples guestbook and devbox up
	samples/demo $(BIN)/davit up

demo-down: ## Take the samples guestbook and devbox down, with their volumes
	samples/demo $(BIN)/davit down

test: build ## Run every test (root runs the end-to-end tests too)
	@# The tests' own namespaces have no network: the samples' packages are fetched here.
	@[ "$$(id -u)" != 0 ] || samples/images --tar
	@Tests/leftovers list >.build/before-tests
	DAVIT_BIN=$(BIN) swift test
	@Tests/leftovers since .build/before-tests

vm-test: build ## Reboot a virtual machine and take its power away, and look at what davit brings back (needs root and QEMU)
	Tests/vm/reboot $(BIN)

docs: ## Write docs/compose-support.md from the code and the tests
	DAVIT_TARGETS=Commands DAVIT_WRITE_DOCS=1 swift test --filter ComposeSupport.table

FUZZ_SECONDS ?= 60
fuzz: setup ## Feed the parsers of compose files to libFuzzer for FUZZ_SECONDS
	DAVIT_TARGETS=Fuzzing,Compose swift build --scratch-path .build-fuzz --product Fuzzing \
	  -Xswiftc -sanitize=fuzzer,address -Xswiftc -parse-as-library
	@mkdir -p .build-fuzz/corpus
	cd .build-fuzz && ASAN_OPTIONS=detect_leaks=0 ./debug/Fuzzing -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
	  -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 corpus

bench: build ## Compare with Docker Compose, Podman, runc and crun where they are installed
	bench/run $(BIN)/davit

install: ## Install the programs, completions, manual page and systemd units (PREFIX, DESTDIR)
	install -D -m 755 $(BIN)/davit $(DESTDIR)$(PREFIX)/bin/davit
	install -D -m 755 $(BIN)/davit-shim $(DESTDIR)$(PREFIX)/libexec/davit/davit-shim
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d $(DESTDIR)$(PREFIX)/share/man/man1
	$(BIN)/davit completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/davit
	$(BIN)/davit completion zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_davit
	$(BIN)/davit completion fish >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/davit.fish
	$(BIN)/davit man >$(DESTDIR)$(PREFIX)/share/man/man1/davit.1
	install -d $(DESTDIR)$(UNITS)
	install -m 644 packaging/systemd/davit.socket $(DESTDIR)$(UNITS)/davit.socket
	for u in davit.service davit-resume.service davit-sync@.service; do \
	  sed 's|@PREFIX@|$(PREFIX)|g' packaging/systemd/$$u >$(DESTDIR)$(UNITS)/$$u; done
	@[ -n "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || \
	  { systemctl daemon-reload && systemctl enable --quiet davit-resume.service; }

uninstall: ## Remove what `make install` installed
	@[ -n "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || systemctl disable --quiet davit-resume.service
	rm -f $(DESTDIR)$(UNITS)/davit-resume.service
	rm -f $(DESTDIR)$(PREFIX)/bin/davit $(DESTDIR)$(PREFIX)/libexec/davit/davit-shim \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/davit $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_davit \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/davit.fish $(DESTDIR)$(PREFIX)/share/man/man1/davit.1 \
	  $(DESTDIR)$(UNITS)/davit.socket $(DESTDIR)$(UNITS)/davit.service \
	  $(DESTDIR)$(UNITS)/davit-sync@.service
	@rmdir $(DESTDIR)$(PREFIX)/libexec/davit 2>/dev/null || true

format: ## Format the sources with the toolchain's formatter
	swift format -i -r -p Sources Tests Package.swift

lint: ## Check the formatting
	swift format lint -s -r -p Sources Tests Package.swift

clean: ## Remove what was built
	rm -rf .build build samples/.images
