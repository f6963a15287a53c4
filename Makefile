# authtickets: the whole build, top to bottom. `make` configures itself; `make help` lists the goals.
# Relies on GNU make, a POSIX shell and what contrib/bootstrap installs.
# SPDX-License-Identifier: MIT

this    := $(lastword $(MAKEFILE_LIST))
srcdir  := $(patsubst %/,%,$(dir $(this)))
VERSION := $(shell cat $(srcdir)/VERSION)
FLAVOUR ?= release
B       := build/$(FLAVOUR)
AR      := ar
SHELL   := /bin/sh
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

FLAVOURS := release debug asan tsan cov fuzz
ifeq ($(filter $(FLAVOUR),$(FLAVOURS)),)
$(error FLAVOUR=$(FLAVOUR): must be one of $(FLAVOURS))
endif

# --- Goals that must work on a machine with nothing on it: install what is missing, then start over ----------------
guarded := run check check-code check-load bench bench-load bench-growth timing
ifneq ($(if $(AT_BOOTSTRAPPED),,$(filter $(guarded),$(MAKECMDGOALS))),)

.PHONY: $(MAKECMDGOALS) start-over
$(MAKECMDGOALS): start-over
	@:
start-over:
	@$(srcdir)/contrib/bootstrap
	@+exec $(MAKE) -f $(firstword $(MAKEFILE_LIST)) $(if $(filter -j%,$(MAKEFLAGS)),,-j$$(nproc)) AT_BOOTSTRAPPED=1 $(MAKECMDGOALS)

else

# --- Configuration ------------------------------------------------------------------------------------------------
unconfigured := clean distclean help bootstrap smoke format
ifneq ($(if $(MAKECMDGOALS),$(filter-out $(unconfigured),$(MAKECMDGOALS)),all),)
include config.mk
endif

config.mk: $(srcdir)/config.mk.in config.status
	./config.status -q config.mk
config.status: $(srcdir)/configure
	@if [ -x config.status ]; then echo './config.status --recheck'; ./config.status -q --recheck; \
	else echo '$(srcdir)/configure'; $(srcdir)/configure -q; fi
$(srcdir)/configure: $(srcdir)/configure.ac $(srcdir)/VERSION
	@command -v autoconf >/dev/null || { echo 'autoconf is missing; run contrib/bootstrap first' >&2; exit 1; }
	cd $(srcdir) && autoconf && rm -rf autom4te.cache

# --- Flags --------------------------------------------------------------------------------------------------------
warnings   := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
warnings++ := $(warnings) -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
# Two that misread good code: g++ 12 takes a moved std::variant for an uninitialized one, and designated initialisers
# are there to leave the other members at their defaults.
warnings++ += -Wno-maybe-uninitialized -Wno-missing-field-initializers
ifneq ($(filter true 1,$(CI) $(WERROR)),)
warnings   += -Werror
warnings++ += -Werror
endif

sanitize       := -fno-omit-frame-pointer -fno-sanitize-recover=all
compile_common := -pthread -fPIE -D_GLIBCXX_ASSERTIONS
compile_release := -O2 -g1 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection
compile_debug  := -O0 -g
compile_asan   := -O0 -g1 $(sanitize) -fsanitize=address,undefined -fno-sanitize=null,vptr,alignment
compile_tsan   := -O1 -g $(sanitize) -fsanitize=thread
compile_cov    := -O0 -g --coverage
compile_fuzz   := -O1 -g $(sanitize) -fsanitize=fuzzer-no-link,address,undefined
# Test cases are run once: what an optimizer spends on them is more than it saves, and half of the time of a build. They
# need the line for a report; and undefined behaviour is looked for in the program, not in them.
suite_release  := -O0 -g1
suite_debug    := $(compile_debug)
suite_asan     := -O0 -g1 $(sanitize) -fsanitize=address
suite_tsan     := -O0 -g1 $(sanitize) -fsanitize=thread
suite_cov      := $(compile_cov)
suite_fuzz     := $(compile_fuzz)
link_release   := -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
link_debug     :=
# The sanitizers have a crypt_r of their own that calls the real one, which the linker then takes for not needed.
real_crypt     := -Wl,--no-as-needed -lcrypt
link_asan      := -fsanitize=address,undefined $(real_crypt)
link_tsan      := -fsanitize=thread $(real_crypt)
link_cov       := --coverage
link_fuzz      := -fsanitize=address,undefined $(real_crypt)
ifneq ($(filter x86_64-%,$(shell $(or $(CXX),c++) -dumpmachine 2>/dev/null)),)
compile_release += -fcf-protection
endif
ifeq ($(FLAVOUR),fuzz)
CC  := clang-16
CXX := clang++-16
endif

at_cppflags = -I$(srcdir)/include -I$(srcdir)/src
at_flags    = $(compile_common) $(compile_$(FLAVOUR))
COMPILE.cpp = $(CXX) -std=c++20 $(at_cppflags) $(CPPFLAGS) $(warnings++) $(at_flags) $(CXXFLAGS)
COMPILE.c   = $(CC) -std=gnu11 $(at_cppflags) $(CPPFLAGS) $(warnings) $(at_flags) $(CFLAGS)
LINK        = $(CXX) -pthread -pie $(link_$(FLAVOUR)) -Wl,--as-needed $(CXXFLAGS) $(LDFLAGS)
# One word and a file name for each step; V=1 shows the commands.
say = $(if $(V),,@echo "$(1) $(patsubst $(srcdir)/%,%,$(2))";)

# --- Files --------------------------------------------------------------------------------------------------------
# Sources only are looked for in srcdir: a plain VPATH would find what was built there.
vpath src/%.cpp $(srcdir)
vpath tests/%.cpp $(srcdir)
vpath tests/%.c $(srcdir)
vpath include/%.h $(srcdir)
here      = $(patsubst $(srcdir)/%,%,$(wildcard $(1:%=$(srcdir)/%)))
objects   = $(patsubst %,$(B)/%.o,$(basename $(1)))

# phone_library is no part of the program but a library that it loads (docs/decisions.md, D124).
phone_source := src/text/phone_library.cpp
sources    := $(filter-out $(phone_source),$(call here,src/*/*.cpp src/*/*/*.cpp))
migrations := $(sort $(wildcard $(srcdir)/sql/migrations/*.sql))
messages   := $(sort $(wildcard $(srcdir)/contrib/templates/*/*.msg))
headers    := $(call here,include/authtickets/*.h include/authtickets/*/*.h include/authtickets/*/*/*.h)

# What a decision may be made of: no database, no web server, no connection.
pure := $(filter src/base/% src/crypto/% src/text/% src/http/% src/core/%/rules.cpp src/core/events/rows.cpp src/core/imports/records.cpp src/core/subscriptions/integrations.cpp src/core/subscriptions/triggers.cpp src/db/where.cpp,$(sources)) \
        $(call here,src/net/addresses.cpp src/net/url.cpp src/net/curl.cpp) \
        $(call here,src/delivery/mail.cpp src/delivery/hook.cpp src/delivery/verdicts.cpp src/delivery/plan.cpp src/delivery/words.cpp src/delivery/hook_words.cpp src/delivery/trigger_words.cpp src/delivery/rounds.cpp) \
        $(call here,src/api/*/wire*.cpp src/api/*/response_fields.cpp src/api/*/jwt.cpp) \
        $(call here,src/authorizer/rules.cpp src/authorizer/answers.cpp) \
        $(call here,src/pages/*.cpp src/pages/entry/typed.cpp src/pages/entry/qr.cpp) \
        $(call here,src/cli/arguments.cpp src/cli/grants.cpp src/cli/key_rules.cpp)

gen_o   := $(B)/gen/common_passwords.o $(B)/gen/messages.o $(B)/gen/pages.o
lib_o   := $(call objects,$(sources)) $(B)/gen/migrations.o $(gen_o)
pure_o  := $(call objects,$(pure)) $(gen_o)
phone_o := $(call objects,$(phone_source))
main_o  := $(B)/src/main.o
unit_o  := $(call objects,$(call here,tests/unit/*.cpp tests/support/fake_*.cpp))
support_o := $(call objects,$(call here,tests/support/*.cpp))
# tests/support/in_process.cpp serves requests, which the store tests do not link.
store_o := $(call objects,$(call here,tests/store/*.cpp)) $(filter-out %/in_process.o,$(support_o))
http_o  := $(call objects,$(call here,tests/http/*.cpp)) $(support_o)
bench   := $(patsubst tests/bench/%,$(B)/bench/%,$(basename $(call here,tests/bench/*.c tests/bench/*.cpp)))
fuzzers := $(patsubst tests/fuzz/%.cpp,$(B)/fuzz/%,$(call here,tests/fuzz/*.cpp))
suites  := $(B)/unit-tests $(B)/store-tests $(B)/http-tests

.PHONY: all tests headers
all: $(B)/authtickets
tests: $(suites)

# --- Compiling ----------------------------------------------------------------------------------------------------
# Objects depend on the Makefile and on config.mk, since both decide how they are made.
$(B)/gen/%.o: $(B)/gen/%.cpp $(this) config.mk
	$(call say,c++,$<)$(COMPILE.cpp) -MMD -MP -c -o $@ $<
$(B)/%.o: %.cpp $(this) config.mk
	@mkdir -p $(@D)
	$(call say,c++,$<)$(COMPILE.cpp) -MMD -MP -c -o $@ $<
$(B)/%.o: %.c $(this) config.mk
	@mkdir -p $(@D)
	$(call say,cc,$<)$(COMPILE.c) -MMD -MP -c -o $@ $<
$(B)/tests/%.o: at_cppflags += -I$(srcdir)/tests -DBOOST_TEST_DYN_LINK
$(unit_o) $(store_o) $(http_o): at_flags = $(compile_common) $(suite_$(FLAVOUR))

# What nearly every source includes is read once for each set of flags: a quarter of the time of a build. Libraries,
# and of ours what is everywhere anyway; each file still includes what it uses. g++ alone, clang++ does without; and not with
# the optimizer, since g++ 12 forgets of a precompiled header that it came from the system, and warns of its own library.
ifneq ($(findstring Free Software,$(shell $(CXX) --version 2>/dev/null)),)
src_gch   := $(B)/src/precompiled.h.gch
tests_gch := $(B)/tests/precompiled.h.gch
src_o     := $(if $(filter -O0,$(compile_$(FLAVOUR))),$(filter $(B)/src/%,$(lib_o)) $(main_o))
tests_o   := $(filter-out %/main.o,$(sort $(unit_o) $(store_o) $(http_o)))
$(src_o): $(src_gch)
$(src_o): private at_cppflags += -include $(src_gch:.gch=) -Winvalid-pch
$(tests_o): $(tests_gch)
$(tests_o): private at_cppflags += -include $(tests_gch:.gch=) -Winvalid-pch
# Their own flags, not those of the object that asks for them. The text stands beside, for g++ to name.
$(src_gch):   at_cppflags = -I$(srcdir)/include -I$(srcdir)/src
$(src_gch):   at_flags = $(compile_common) $(compile_$(FLAVOUR))
$(tests_gch): at_cppflags = -I$(srcdir)/include -I$(srcdir)/src -I$(srcdir)/tests -DBOOST_TEST_DYN_LINK
$(tests_gch): at_flags = $(compile_common) $(suite_$(FLAVOUR))
$(src_gch) $(tests_gch): $(B)/%.gch: $(srcdir)/% $(this) config.mk
	@mkdir -p $(@D)
	@cp $< $(B)/$*
	$(call say,c++,$<)$(COMPILE.cpp) -MD -MP -MF $(B)/$*.d -MT $@ -x c++-header -o $@ $<
-include $(B)/src/precompiled.h.d $(B)/tests/precompiled.h.d
endif

# The two objects that know where it was installed.
$(B)/src/base/config.o $(B)/src/base/config_options.o: at_cppflags += -DAUTHTICKETS_VERSION='"$(VERSION)"' \
    -DAUTHTICKETS_SYSCONFDIR='"$(sysconfdir)"' -DAUTHTICKETS_LOCALSTATEDIR='"$(localstatedir)"'
$(B)/src/base/config.o: $(srcdir)/VERSION
# And the one that loads what was installed with it; its library is relocatable.
$(B)/src/text/phone.o: at_cppflags += -DAUTHTICKETS_LIBEXECDIR='"$(libexecdir)"'
$(phone_o): at_flags += -fPIC

# The folder is a prerequisite too: its time changes when a file comes or goes.
$(B)/gen/migrations.cpp: $(srcdir)/sql/embed $(migrations) $(wildcard $(srcdir)/sql/migrations)
	@mkdir -p $(@D)
	$(call say,embed,sql/migrations)$(srcdir)/sql/embed $(migrations) >$@

$(B)/gen/common_passwords.cpp: $(srcdir)/src/text/embed $(srcdir)/src/text/common_passwords.txt
	@mkdir -p $(@D)
	$(call say,embed,src/text/common_passwords.txt)$(srcdir)/src/text/embed $(srcdir)/src/text/common_passwords.txt >$@

# Templates, style sheet, script and languages of the pages.
page_files := $(sort $(wildcard $(srcdir)/src/pages/*/*.html $(srcdir)/src/pages/*/*.css $(srcdir)/src/pages/*/*.js $(srcdir)/contrib/locales/*.txt))
$(B)/gen/pages.cpp: $(srcdir)/src/pages/embed $(page_files) $(wildcard $(srcdir)/src/pages/* $(srcdir)/contrib/locales)
	@mkdir -p $(@D)
	$(call say,embed,src/pages)$(srcdir)/src/pages/embed $(page_files) >$@

$(B)/gen/messages.cpp: $(srcdir)/src/text/embed_messages $(messages) $(wildcard $(srcdir)/contrib/templates/*)
	@mkdir -p $(@D)
	$(call say,embed,contrib/templates)$(srcdir)/src/text/embed_messages $(messages) >$@

# Every public header compiles by itself.
headers: $(headers:%=$(B)/%.ok)
$(B)/%.h.ok: %.h $(this) config.mk
	@mkdir -p $(@D)
	$(call say,header,$<)$(filter-out --coverage,$(COMPILE.cpp)) -fsyntax-only -x c++ -include $(srcdir)/$*.h -MMD -MP -MF $(B)/$*.h.d -MT $@ /dev/null
	@touch $@

-include $(sort $(patsubst %.o,%.d,$(lib_o) $(phone_o) $(main_o) $(unit_o) $(store_o) $(http_o)) $(headers:%=$(B)/%.d) \
    $(bench:$(B)/bench/%=$(B)/tests/bench/%.d) $(fuzzers:$(B)/fuzz/%=$(B)/tests/fuzz/%.d))

# --- Linking ------------------------------------------------------------------------------------------------------
# Objects are linked themselves, not from an archive: in the unit tests one that needs more than it may must fail to
# link. The list is a prerequisite, so that a source removed is an object gone. The program's objects come first: of a
# function that is inline in both, the tests are to run the program's compilation and not their own.
.PHONY: FORCE
$(B)/objects.list: FORCE
	@mkdir -p $(@D) && echo '$(lib_o) $(unit_o) $(store_o) $(http_o)' >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

link = @mkdir -p $(@D)$(newline)$(call say,link,$@)$(LINK) -o $@ $(filter %.o,$^)
define newline


endef

$(B)/authtickets: $(main_o) $(lib_o) $(B)/objects.list
	$(link) $(FCGI_LIBS) $(MYSQL_LIBS) $(BASE_LIBS) $(LIBS)
# What looks for it looks beside itself first.
$(B)/authtickets $(suites): | $(B)/authtickets-phone.so
$(B)/authtickets-phone.so: $(phone_o)
	$(call say,link,$@)$(filter-out -pie,$(LINK)) -shared -o $@ $(phone_o) $(PHONE_LIBS)
$(B)/unit-tests: $(pure_o) $(unit_o) $(B)/objects.list
	$(link) $(BASE_LIBS) $(TEST_LIBS) $(LIBS)
$(B)/store-tests: $(filter-out $(B)/src/server/% $(B)/src/cli/%,$(lib_o)) $(store_o) $(B)/objects.list
	$(link) $(MYSQL_LIBS) $(BASE_LIBS) $(TEST_LIBS) $(LIBS)
$(B)/http-tests: $(lib_o) $(http_o) $(B)/objects.list
	$(link) $(FCGI_LIBS) $(MYSQL_LIBS) $(BASE_LIBS) $(TEST_LIBS) $(LIBS)
# All that the program links, used or not: that is what it is the floor of.
$(B)/bench/floor_cgi: $(B)/tests/bench/floor_cgi.o
	$(link) -Wl,--no-as-needed $(FCGI_LIBS) $(MYSQL_LIBS) $(MARIADB_LIBS) $(BASE_LIBS) $(LIBS)
$(filter-out %/floor_cgi,$(bench)): $(B)/bench/%: $(B)/tests/bench/%.o
	$(link) $(FCGI_LIBS) $(MYSQL_LIBS) $(MARIADB_LIBS) $(SODIUM_LIBS) -lcurl $(LIBS)
$(fuzzers): $(B)/fuzz/%: $(B)/tests/fuzz/%.o $(pure_o)
	$(link) -fsanitize=fuzzer $(BASE_LIBS) $(LIBS)

# --- Checking -----------------------------------------------------------------------------------------------------
told = env AUTHTICKETS=$(abspath $(B)/authtickets) BUILD_DIR=$(abspath $(B)) SRC_DIR=$(abspath $(srcdir))

.PHONY: check check-code check-load run bench bench-load bench-growth bench-import smoke pictures tidy format
# The sanitizers do not go through web servers and libfaketime: there, check is the three suites and the lint.
check: all tests headers
	@$(told) $(srcdir)/tests/run $(if $(filter release debug cov,$(FLAVOUR)),,--only unit$(comma)store$(comma)http$(comma)lint)
check-code: tests
	@$(told) $(srcdir)/tests/run --only unit,store,http
# For FLAVOUR=asan and tsan, though every flavour can.
check-load: all
	@$(told) $(srcdir)/tests/load/sanitized
comma := ,

# contrib/run reads WEB, TLS, VAR and PORT; make hands them on when they stand on its command line.
run: all
	@exec $(told) $(srcdir)/contrib/run
bench: all $(bench)
	@$(told) $(srcdir)/tests/bench/run
bench-load: all $(B)/bench/crowd
	@$(told) $(srcdir)/tests/bench/load
bench-growth: all
	@$(told) $(srcdir)/tests/bench/growth
bench-import: all
	@$(told) $(srcdir)/tests/bench/import
smoke:
	@test -n '$(URL)' || { echo 'usage: make smoke URL=http://host[:port][/mount]' >&2; exit 64; }
	@SRC_DIR=$(abspath $(srcdir)) exec $(srcdir)/tests/e2e/smoke '$(URL)'
# README's pictures, as a walk-through of the tests sees them.
pictures: all
	@$(told) SCRIPTS=pictures.mjs ONLY=lighttpd $(srcdir)/tests/browser/run
	cp $(B)/screens/set-up.png $(B)/screens/record.png $(srcdir)/docs/pictures/
ifneq ($(wildcard $(srcdir)/tests/timing/run),)
.PHONY: timing
timing: all
	@$(told) $(srcdir)/tests/timing/run
endif
ifneq ($(wildcard $(srcdir)/tests/fuzz/*.cpp),)
.PHONY: fuzz fuzz-each
FUZZ_SECONDS ?= 60
fuzz:
	@+$(MAKE) FLAVOUR=fuzz fuzz-each
# Known inputs stand in tests/fuzz/NAME.corpus; what is found new stays in the build folder.
fuzz-each: $(fuzzers)
	@set -e; for f in $(fuzzers); do n=$${f##*/}; mkdir -p $(B)/corpus/$$n; echo "fuzz $$n"; \
	    set -- $(B)/corpus/$$n; if [ -d $(srcdir)/tests/fuzz/$$n.corpus ]; then set -- "$$@" $(srcdir)/tests/fuzz/$$n.corpus; fi; \
	    $$f -max_total_time=$(FUZZ_SECONDS) -print_final_stats=0 -verbosity=0 -artifact_prefix=$(B)/corpus/$$n- "$$@"; done
endif

tidy:
	@command -v clang-tidy-16 >/dev/null || $(srcdir)/contrib/bootstrap --tidy
	printf '%s\n' $(addprefix $(srcdir)/,$(sources) src/main.cpp) | xargs -P $$(nproc) -I{} clang-tidy-16 --quiet {} -- \
	    -std=c++20 $(at_cppflags) $(CPPFLAGS) -DAUTHTICKETS_VERSION='""' -DAUTHTICKETS_SYSCONFDIR='""' -DAUTHTICKETS_LOCALSTATEDIR='""'
format:
	@command -v clang-format-16 >/dev/null || $(srcdir)/contrib/bootstrap --tidy
	find $(srcdir)/include $(srcdir)/src $(srcdir)/tests -name '*.cpp' -o -name '*.h' -o -name '*.c' | xargs clang-format-16 -i

# --- Installing ---------------------------------------------------------------------------------------------------
share := $(datadir)/authtickets
units := $(notdir $(basename $(wildcard $(srcdir)/contrib/systemd/*.in)))
# Files that name folders are filled in on their way: filled FROM.in TO.
filled = sed -e 's|@bindir@|$(bindir)|g' -e 's|@sysconfdir@|$(sysconfdir)|g' -e 's|@localstatedir@|$(localstatedir)|g' \
    $(srcdir)/contrib/$(1).in >$(DESTDIR)$(2) && chmod 644 $(DESTDIR)$(2)
.PHONY: install
install: all
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(libexecdir)/authtickets $(DESTDIR)$(sysconfdir) \
	    $(DESTDIR)$(mandir)/man5 $(DESTDIR)$(mandir)/man8 $(DESTDIR)$(docdir) $(DESTDIR)$(share)
	@# hash.folder's default. README.md says whose it should be.
	test -d $(DESTDIR)$(localstatedir)/lib/authtickets/hash || install -d -m 770 $(DESTDIR)$(localstatedir)/lib/authtickets/hash
	install -m 755 $(B)/authtickets $(DESTDIR)$(bindir)/authtickets
	install -m 644 $(B)/authtickets-phone.so $(DESTDIR)$(libexecdir)/authtickets/authtickets-phone.so
	@# The name web servers mount. A second name of the same file: they need not follow symbolic links for it.
	ln -f $(DESTDIR)$(bindir)/authtickets $(DESTDIR)$(libexecdir)/authtickets/authtickets.cgi 2>/dev/null || \
	    ln -sf $(bindir)/authtickets $(DESTDIR)$(libexecdir)/authtickets/authtickets.cgi
	install -m 644 $(srcdir)/contrib/authtickets.conf.sample $(DESTDIR)$(sysconfdir)/authtickets.conf.sample
	install -m 644 $(srcdir)/contrib/man/authtickets.8 $(DESTDIR)$(mandir)/man8/authtickets.8
	install -m 644 $(srcdir)/contrib/man/authtickets.conf.5 $(DESTDIR)$(mandir)/man5/authtickets.conf.5
	install -m 644 $(srcdir)/LICENSE $(wildcard $(srcdir)/*.md) $(wildcard $(srcdir)/docs/*.md) $(DESTDIR)$(docdir)
	install -d $(DESTDIR)$(docdir)/docs/pictures && install -m 644 $(wildcard $(srcdir)/docs/pictures/*) $(DESTDIR)$(docdir)/docs/pictures
	set -e; cd $(srcdir)/contrib; for d in $(notdir $(wildcard $(addprefix $(srcdir)/contrib/,apache htaccess lighttpd nginx errors examples))); do \
	    find $$d -type d -exec install -d '$(DESTDIR)$(share)/{}' ';'; \
	    find $$d -type f -exec install -m 644 '{}' '$(DESTDIR)$(share)/{}' ';'; done
	$(if $(systemdsystemunitdir),install -d $(DESTDIR)$(systemdsystemunitdir))
	$(foreach unit,$(if $(systemdsystemunitdir),$(units)),$(call filled,systemd/$(unit),$(systemdsystemunitdir)/$(unit)) &&) :
	@# The administrator's own changes to it stay.
	install -d $(DESTDIR)$(sysconfdir)/logrotate.d
	test -e $(DESTDIR)$(sysconfdir)/logrotate.d/authtickets || { $(call filled,logrotate/authtickets,$(sysconfdir)/logrotate.d/authtickets); }

# --- Releasing ----------------------------------------------------------------------------------------------------
release := authtickets-$(VERSION)
.PHONY: dist distcheck
# What is committed, plus the generated configure.
dist: $(srcdir)/configure
	git -C $(srcdir) archive --format=tar.gz --prefix=$(release)/ --add-file=configure -o $(abspath $(release).tar.gz) HEAD

# The archive builds, tests and installs away from its sources, which it must not write to.
distcheck: dist
	@if [ -d build/distcheck ]; then chmod -R u+w build/distcheck; rm -rf build/distcheck; fi
	mkdir -p build/distcheck/build
	tar -xzf $(release).tar.gz -C build/distcheck
	chmod -R a-w build/distcheck/$(release)
	cd build/distcheck/build && ../$(release)/configure -q --prefix=/usr --sysconfdir=/etc --localstatedir=/var
	+$(MAKE) -C build/distcheck/build FLAVOUR=release all tests
	+$(MAKE) -C build/distcheck/build FLAVOUR=release AT_BOOTSTRAPPED=1 check-code
	+$(MAKE) -C build/distcheck/build FLAVOUR=release install DESTDIR=$(abspath build/distcheck/root)
	@cd build/distcheck/root && for f in usr/bin/authtickets usr/libexec/authtickets/authtickets.cgi \
	    usr/libexec/authtickets/authtickets-phone.so etc/authtickets.conf.sample \
	    usr/share/man/man8/authtickets.8 usr/share/man/man5/authtickets.conf.5 usr/share/doc/authtickets/README.md \
	    usr/share/doc/authtickets/LICENSE usr/share/authtickets/apache usr/share/authtickets/lighttpd usr/share/authtickets/nginx \
	    usr/lib/systemd/system/authtickets.service etc/logrotate.d/authtickets; \
	    do test -s $$f || { echo "distcheck: $$f was not installed" >&2; exit 1; }; done
	@test "$$(build/distcheck/root/usr/bin/authtickets --version | grep -cF '$(VERSION)')" -gt 0
	chmod -R u+w build/distcheck && rm -rf build/distcheck
	@echo '$(release).tar.gz is ready to go out'

# --- The rest -----------------------------------------------------------------------------------------------------
.PHONY: clean distclean bootstrap help
clean:
	rm -rf build
distclean: clean
	rm -rf autom4te.cache config.mk config.log config.status
bootstrap:
	$(srcdir)/contrib/bootstrap
help:
	@echo 'make                      build/FLAVOUR/authtickets; FLAVOUR is one of: $(FLAVOURS)'
	@echo 'make run                  a demo shop in the foreground; WEB=lighttpd|apache|nginx TLS=1 VAR=DIR PORT=N'
	@echo 'make check                every test; check-code: unit, store and http only'
	@echo 'make check-load           the program of FLAVOUR=asan or tsan under load, and no report of the sanitizer'
	@echo 'make bench                measurements against the floors'
	@echo 'make bench-load           500 sign-ins at once beside token checks; WEB=lighttpd|apache|nginx'
	@echo 'make timing               does the time of a refused sign-in tell names apart? On a quiet machine'
	@echo 'make bench-growth         the same cost at 1,000 and 1,000,000 users; rows on disk; purge beside sign-ins; SIZES="1000 100000"'
	@echo 'make bench-import         how fast customers move in'
	@echo 'make smoke URL=...        curl tests of a running mount'
	@echo 'make tidy, make format    clang-tidy over the sources; clang-format over all C and C++'
	@echo 'make headers              every public header compiles by itself'
	@echo 'make install DESTDIR=     see ./configure --help for the folders'
	@echo 'make dist, distcheck      the release archive; and it builds, tests and installs'
	@echo 'make clean, distclean     the build folder; and what configure wrote'
	@echo 'WERROR=1 (or CI=true) makes warnings errors.'

endif
