# keops.mk - GNU Make rules for .kop files.
#
#     include /usr/local/share/keops/keops.mk
#     CFLAGS  += $(KEOPS_CFLAGS)
#     app: main.o gauss.o
#     	$(CC) main.o gauss.o $(KEOPS_LIBS) -o $@
#     main.o: gauss.h
#
# gauss.o and gauss.h are made from gauss.kop, again when it or a file it imports
# changes. KEOPSCFLAGS goes to keopsc (-D D=3 --dtype=f64 --cpu=native).

KEOPS_MK := $(abspath $(lastword $(MAKEFILE_LIST)))
KEOPS_PREFIX ?= $(abspath $(dir $(KEOPS_MK))/../..)
KEOPSC ?= $(KEOPS_PREFIX)/bin/keopsc
KEOPSCFLAGS ?=

# -I for the headers; what a link needs. One question to keopsc per run of make.
KEOPS_LIBS := $(shell $(KEOPSC) --link-flags)
KEOPS_CFLAGS := $(filter -I%,$(KEOPS_LIBS))

# A pattern rule with two targets makes both at once.
%.o %.h: %.kop
	$(KEOPSC) $(KEOPSCFLAGS) $< -o $*.o --header=$*.h \
	  -MD -MP -MF $*.kop.d -MT $*.o -MT $*.h

-include $(wildcard *.kop.d)
