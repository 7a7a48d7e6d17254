// SPDX-License-Identifier: GPL-2.0
/*
 * Installs the rules: by libnftables in one transaction, or else by iptables-legacy in
 * its security table, which comes after the filter table, too. Who installs them sees
 * whether they are still there: others flush rulesets, too.
 */
#include <nftables/libnftables.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "packet_parse.h"
#include "rules.h"

static const char table[] = "security";
static const char *const tools[] = { "iptables-legacy", "ip6tables-legacy" };

/* How nftables shows the rules that were installed; NULL if iptables has them. */
static char *shown;

/*
 * Returns 0 with what was printed in @output, to be freed, unless that is NULL; or -1
 * with the first line of the error message in @error.
 */
static int run_nft(const char *text, char **output, char *error, size_t size)
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
	else if (output)
		*output = strdup(nft_ctx_get_output_buffer(nft));
	nft_ctx_free(nft);
	return err ? -1 : 0;
}

static int apply_nft(const char *text, char *error, size_t size)
{
	return run_nft(text, NULL, error, size);
}

static char *show_nft(void)
{
	char error[256], *output = NULL;

	run_nft("list table inet esmtp_queued\n", &output, error, sizeof(error));
	return output;
}

/* Discards the command's stderr unless it must succeed. */
static int run_command(const char *const *argv, bool must)
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

static int print_command(const char *const *argv, bool must)
{
	for (; must && *argv; argv++)
		printf("%s%s", *argv, argv[1] ? " " : "\n");
	return must ? 0 : -1;
}

/* Does the kernel support the address family of tools[@tool]? */
static bool has_family(size_t tool)
{
	return !tool || !access("/proc/net/if_inet6", F_OK);
}

static int apply_iptables(const struct rules *r)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tools); i++)
		if (has_family(i) && rules_iptables(r, tools[i], table, run_command))
			return -1;
	return 0;
}

/* Without what is only said if it fails. */
static int run_silently(const char *const *argv, bool must)
{
	(void)must;
	return run_command(argv, false);
}

static bool has_iptables(const struct rules *r)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tools); i++)
		if (has_family(i) && !rules_iptables_there(r, tools[i], table, run_silently))
			return false;
	return true;
}

static bool has_nft(void)
{
	char *now = show_nft();
	bool same = now && !strcmp(now, shown);

	free(now);
	return same;
}

/**
 * rules_install() - install the rules, in place of installed ones
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

	free(shown);
	shown = NULL;
	rules_nft(r, text, sizeof(text));
	if (!apply_nft(text, error, size)) {
		shown = show_nft();
		return 0;
	}
	if (!apply_iptables(r))
		return 0;
	rules_remove(r);
	return -1;
}

/**
 * rules_there() - are the rules as they were installed?
 * @r: what they are to do
 *
 * Context: as above.
 * Return: false if one is missing.
 */
bool rules_there(const struct rules *r)
{
	return shown ? has_nft() : has_iptables(r);
}

/**
 * rules_by_nftables() - who has the rules?
 *
 * Return: true if that is nftables, false if iptables.
 */
bool rules_by_nftables(void)
{
	return shown;
}

/**
 * rules_remove() - remove the rules from the kernel
 * @r: what they did
 *
 * Context: as above.
 */
void rules_remove(const struct rules *r)
{
	char text[RULES_TEXT], error[256];
	size_t i;

	rules_nft_remove(text, sizeof(text));
	if (!apply_nft(text, error, sizeof(error)))
		return;
	for (i = 0; i < ARRAY_SIZE(tools); i++)
		if (has_family(i))
			rules_iptables_remove(r, tools[i], table, run_command);
}

/**
 * rules_print() - print the rules, for installation by other means
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
		rules_iptables(r, tools[i], table, print_command);
	}
}
