// SPDX-License-Identifier: GPL-2.0
/*
 * Rules in the kernel: by libnftables, in one transaction, or by iptables-legacy in
 * its security table, which comes behind the filter as well.
 */
#include <nftables/libnftables.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "packet.h"
#include "rules.h"

static const char table[] = "security";
static const char *const tools[] = { "iptables-legacy", "ip6tables-legacy" };

/* 0, or -1 with the first line of why not in @error. */
static int by_nft(const char *text, char *error, size_t size)
{
	struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);
	const char *why;
	int err;

	if (!nft)
		return -1;
	nft_ctx_buffer_error(nft);
	nft_ctx_buffer_output(nft);
	err = nft_run_cmd_from_buffer(nft, text);
	why = nft_ctx_get_error_buffer(nft);
	why += strspn(why, "\n");
	if (err)
		snprintf(error, size, "nftables: %.*s", (int)strcspn(why, "\n"), why);
	nft_ctx_free(nft);
	return err ? -1 : 0;
}

/* A command whose failure matters may speak. */
static int run(const char *const *argv, bool must)
{
	posix_spawn_file_actions_t quiet;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&quiet);
	if (!must)
		posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", 1, 0);
	if (posix_spawnp(&pid, argv[0], &quiet, NULL, (char *const *)argv, environ))
		pid = -1;
	posix_spawn_file_actions_destroy(&quiet);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

static int print(const char *const *argv, bool must)
{
	for (; must && *argv; argv++)
		printf("%s%s", *argv, argv[1] ? " " : "\n");
	return must ? 0 : -1;
}

/* Is a family of addresses in this kernel? */
static bool there(size_t tool)
{
	return !tool || !access("/proc/net/if_inet6", F_OK);
}

static int by_iptables(const struct rules *r)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tools); i++)
		if (there(i) && rules_iptables(r, tools[i], table, run))
			return -1;
	return 0;
}

/**
 * rules_install() - put the rules in the kernel, instead of those that are there
 * @r: what they are to do
 * @error: why they could not be, as a clause
 * @size: of @error
 *
 * Context: needs CAP_NET_ADMIN, and CAP_NET_RAW for iptables.
 * Return: 0 or -1.
 */
int rules_install(const struct rules *r, char *error, size_t size)
{
	char text[RULES_TEXT];

	rules_nft(r, text, sizeof(text));
	if (!by_nft(text, error, size) || !by_iptables(r))
		return 0;
	rules_remove(r);
	return -1;
}

/**
 * rules_remove() - take them out of the kernel
 * @r: what they did
 *
 * Context: as above.
 */
void rules_remove(const struct rules *r)
{
	char text[RULES_TEXT], error[256];
	size_t i;

	rules_nft_remove(text, sizeof(text));
	if (!by_nft(text, error, sizeof(error)))
		return;
	for (i = 0; i < ARRAY_SIZE(tools); i++)
		if (there(i))
			rules_iptables_remove(r, tools[i], table, run);
}

/**
 * rules_print() - print them, for whoever puts them in place otherwise
 * @r: what they are to do
 */
void rules_print(const struct rules *r)
{
	char text[RULES_TEXT];
	size_t i;

	rules_nft(r, text, sizeof(text));
	printf("# for nft -f -\n%s\n# or, where nftables has no queue\n", text);
	for (i = 0; i < ARRAY_SIZE(tools); i++) {
		printf("%s -t %s -N ESMTP-QUEUED\n", tools[i], table);
		rules_iptables(r, tools[i], table, print);
	}
}
