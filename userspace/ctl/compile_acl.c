// SPDX-License-Identifier: GPL-2.0
/* Access-lists to the policy that the kernel runs. */
#include "config.h"

#include <string.h>

static void compile_net(const struct acl_net *net, struct esmtp_addr *addr,
			struct esmtp_addr *mask, u8 *family)
{
	*addr = net->addr;
	*mask = net->mask;
	if (net->family != ESMTP_AF_ANY)
		*family = net->family;
}

static void compile_ports(const struct acl_ports *from, struct esmtp_ports *to)
{
	to->op = ESMTP_PORT_RANGE;
	to->lo = from->lo;
	to->hi = from->hi;
	switch ((enum acl_op)from->op) {
	case ACL_ANY:
		to->op = ESMTP_PORT_ANY;
		break;
	case ACL_NEQ:
		to->op = ESMTP_PORT_NOT;
		break;
	case ACL_LT:
		to->lo = 0;
		to->hi = (u16)(from->lo - 1);
		break;
	case ACL_GT:
		to->lo = (u16)(from->lo + 1);
		to->hi = 65535;
		break;
	case ACL_EQ:
	case ACL_RANGE:
		break;
	}
}

static void compile_ace(const struct acl_key *key, void *policy)
{
	struct esmtp_policy *p = policy;
	struct esmtp_ace *ace = &p->aces[p->naces++];

	compile_net(&key->src, &ace->src, &ace->smask, &ace->family);
	compile_net(&key->dst, &ace->dst, &ace->dmask, &ace->family);
	compile_ports(&key->sports, &ace->sports);
	compile_ports(&key->dports, &ace->dports);
	ace->proto = key->proto;
	ace->permit = key->permit;
}

static void compile_line(const struct acl_line *line, struct esmtp_policy *p)
{
	u32 i = p->naces;

	acl_line_each(line, compile_ace, p);
	for (; line->inactive && i < p->naces; i++)
		p->aces[i].inactive = 1;
}

static void compile_acl(struct acl *acl, struct esmtp_policy *p)
{
	const struct acl_line *line;
	struct esmtp_acl *to;

	acl->index = p->nacls++;
	to = &p->acls[acl->index];
	memcpy(to->name, acl->name, sizeof(to->name));
	to->first = p->naces;
	list_each(line, &acl->lines, list)
		if (!line->remark)
			compile_line(line, p);
	to->n = p->naces - to->first;
}

/**
 * config_compile_acls() - compile the access-lists that a class uses
 * @cfg: the configuration
 * @p: gets them; has none yet
 *
 * Return: NULL, or why they cannot be run.
 */
const char *config_compile_acls(struct config *cfg, struct esmtp_policy *p)
{
	u32 n = config_acls_size(cfg);
	struct class_map *class;
	struct acl *acl;

	if (n > ESMTP_MAX_ACES)
		return "the access-lists of all classes are too long with their objects put in";
	p->acls = mem_array(cfg->nacls, sizeof(*p->acls));
	p->aces = mem_array(n, sizeof(*p->aces));
	list_each(acl, &cfg->acls, list)
		acl->index = ESMTP_NONE;
	list_each(class, &cfg->classes, list)
		if (class->acl && class->acl->index == ESMTP_NONE)
			compile_acl(class->acl, p);
	return NULL;
}
