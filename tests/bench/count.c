// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU's: the instructions that the guest's kernel executes between two marks,
 * by block of code, and by the hook of ours that they are executed in or on behalf of.
 *
 *	count.so,out=FILE,symbols=FILE,early=FUNCTION,main=FUNCTION
 *
 * A mark is a no-op that a program of the guest's executes, see packets.c. FILE of symbols
 * is the guest's /proc/kallsyms, read at each first mark. To FILE goes, at each second one,
 * a line for each block: the run's number, its address, instructions outside of our hooks,
 * in the early ones, in the main one.
 *
 * The guest has one processor. Of `rep movsb` and its like QEMU counts each round.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "marks.h"

/* What is used of qemu-plugin.h, version 1, which Debian packages nowhere. */
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;
typedef uint64_t plugin_id;
typedef void (*on_block)(unsigned int cpu, void *data);

enum { NO_REGISTERS };

extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
						  void (*fn)(plugin_id id, struct qemu_plugin_tb *tb));
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, on_block fn,
						 int flags, void *data);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, on_block fn,
						   int flags, void *data);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
extern uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
extern const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
extern size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

#define EXPORT __attribute__((visibility("default")))

EXPORT int qemu_plugin_version = 1;

enum where { OUTSIDE, EARLY, MAIN, WHERE };

struct block {
	struct block *next;
	uint64_t address;
	uint64_t size;
	uint64_t count[WHERE];
};

/* A function of the guest's kernel: its name, and its addresses once they are known. */
struct function {
	char name[64];
	uint64_t begin, end;
};

static struct block *blocks;
static struct function caller = { .name = "nf_hook_slow" }, hooks[WHERE];
static const char *symbols;
static FILE *out;
static bool counting;
static unsigned int run;
static enum where where;
static unsigned int nested;

/* The kernel calls hooks from one function: what is between a hook's entry and that is the hook's. */
static void follow_calls(uint64_t address)
{
	bool calls = address >= caller.begin && address < caller.end;

	if (where == OUTSIDE) {
		if (address == hooks[EARLY].begin)
			where = EARLY;
		else if (address == hooks[MAIN].begin)
			where = MAIN;
	} else if (address == caller.begin) {
		nested++;
	} else if (calls && !nested) {
		where = OUTSIDE;
	}
}

static void count_block(unsigned int cpu, void *data)
{
	struct block *b = data;

	(void)cpu;
	if (!counting)
		return;
	follow_calls(b->address);
	b->count[where] += b->size;
}

static void locate(struct function *f, const char *name, uint64_t address)
{
	/* what is in a module has its name behind it */
	size_t len = strcspn(name, " \t\n");

	if (len == strlen(f->name) && !memcmp(name, f->name, len))
		f->begin = address;
}

static void read_symbols(void)
{
	FILE *file = fopen(symbols, "r");
	uint64_t address;
	char line[512], name[256], kind;

	hooks[EARLY].begin = hooks[MAIN].begin = caller.begin = 0;
	caller.end = UINT64_MAX;
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%" SCNx64 " %c %255[^\n]", &address, &kind, name) != 3)
			continue;
		locate(&caller, name, address);
		if (strstr(name, "[nf_esmtp]")) {
			locate(&hooks[EARLY], name, address);
			locate(&hooks[MAIN], name, address);
		}
		if (caller.begin && address > caller.begin && address < caller.end)
			caller.end = address;
	}
	if (file)
		fclose(file);
}

static void begin_run(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	read_symbols();
	run++;
	where = OUTSIDE;
	nested = 0;
	counting = true;
}

static void end_run(unsigned int cpu, void *data)
{
	struct block *b;

	(void)cpu;
	(void)data;
	counting = false;
	for (b = blocks; b; b = b->next) {
		if (b->count[OUTSIDE] | b->count[EARLY] | b->count[MAIN])
			fprintf(out, "%u %" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", run,
				b->address, b->count[OUTSIDE], b->count[EARLY], b->count[MAIN]);
		memset(b->count, 0, sizeof(b->count));
	}
	fflush(out);
}

static void find_mark(struct qemu_plugin_insn *insn)
{
	static const uint8_t begin[] = { MARK_BEGIN }, end[] = { MARK_END };
	const void *p = qemu_plugin_insn_data(insn);

	if (qemu_plugin_insn_size(insn) != sizeof(begin))
		return;
	if (!memcmp(p, begin, sizeof(begin)))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, begin_run, NO_REGISTERS, NULL);
	else if (!memcmp(p, end, sizeof(end)))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, end_run, NO_REGISTERS, NULL);
}

/* The kernel's addresses are the upper half of all. */
static bool is_kernel(uint64_t address)
{
	return address >> 63;
}

static void translate(plugin_id id, struct qemu_plugin_tb *tb)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);
	struct block *b;

	(void)id;
	if (!is_kernel(qemu_plugin_tb_vaddr(tb))) {
		for (i = 0; i < n; i++)
			find_mark(qemu_plugin_tb_get_insn(tb, i));
		return;
	}
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	b->address = qemu_plugin_tb_vaddr(tb);
	b->size = n;
	b->next = blocks;
	blocks = b;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, count_block, NO_REGISTERS, b);
}

static void name_function(struct function *f, const char *name)
{
	snprintf(f->name, sizeof(f->name), "%s", name);
}

EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc, char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
		else if (!strncmp(argv[i], "symbols=", 8))
			symbols = strdup(argv[i] + 8);
		else if (!strncmp(argv[i], "early=", 6))
			name_function(&hooks[EARLY], argv[i] + 6);
		else if (!strncmp(argv[i], "main=", 5))
			name_function(&hooks[MAIN], argv[i] + 5);
	}
	if (!out || !symbols)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}
