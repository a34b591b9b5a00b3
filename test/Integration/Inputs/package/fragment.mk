# KEOPS is where Keops is installed.
main: main.o one.o
	$(CC) main.o one.o $(KEOPS_LIBS) -o $@
main.o: one.h
include $(KEOPS)/share/keops/keops.mk
CFLAGS += $(KEOPS_CFLAGS)
