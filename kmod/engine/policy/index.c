// SPDX-License-Identifier: GPL-2.0
/*
 * Find the first line of an access-list that matches, without comparing all of them.
 * Lines are grouped by shape: the lengths of their netmasks, and whether they name a
 * single destination port. Of one shape, all lines that can match a connection have the
 * same network addresses and port, which are the key of a hash table. So a search takes
 * one hash look-up per shape of the list. If a list has more shapes than fit, all lines
 * of the remaining shapes share one chain, which is searched line by line.
 */
#include <esmtp/policy.h>

enum { NOT_FOUND = ~0u };

/**
 * esmtp_index_probes() - room that a policy's probes take
 * @p: policy with its counts
 *
 * Return: entries.
 */
u32 esmtp_index_probes(const struct esmtp_policy *p)
{
	u32 most = p->nacls * ESMTP_ACL_PROBES;

	return p->naces < most ? p->naces : most;
}

/**
 * esmtp_index_buckets() - room that a policy's hash table takes
 * @p: policy with its counts
 *
 * Return: entries, a power of two; 0 if no list can be long enough.
 */
u32 esmtp_index_buckets(const struct esmtp_policy *p)
{
	u32 n = 1;

	if (p->naces <= ESMTP_ACL_SHORT)
		return 0;
	while (n < p->naces)
		n *= 2;
	return n;
}

static u32 count_mask_bits(const struct esmtp_addr *mask)
{
	u32 bits = 0;

	while (bits < 128 && mask->b[bits / 8] >> (7 - bits % 8) & 1)
		bits++;
	return bits;
}

static struct esmtp_probe get_ace_shape(const struct esmtp_ace *ace)
{
	const struct esmtp_ports *ports = &ace->dports;

	return (struct esmtp_probe){
		.family = ace->family,
		.src = (u8)count_mask_bits(&ace->smask),
		.dst = (u8)count_mask_bits(&ace->dmask),
		.port = ports->op == ESMTP_PORT_RANGE && ports->lo == ports->hi,
	};
}

static bool is_same_shape(const struct esmtp_probe *a, const struct esmtp_probe *b)
{
	return a->family == b->family && a->src == b->src && a->dst == b->dst &&
	       a->port == b->port;
}

static struct esmtp_probe *find_shape(const struct esmtp_policy *p,
				      const struct esmtp_acl *acl,
				      const struct esmtp_probe *shape)
{
	struct esmtp_probe *probe = p->probes + acl->probe;
	u32 i;

	for (i = 0; i < acl->nprobes; i++, probe++)
		if (is_same_shape(probe, shape))
			return probe;
	return NULL;
}

/* The shape without a key, for the lines for whose own shape no probe is left. */
static const struct esmtp_probe any_shape;

/* The probe that a line is found by. */
static const struct esmtp_probe *find_line_probe(const struct esmtp_policy *p,
						 const struct esmtp_acl *acl, u32 ace)
{
	struct esmtp_probe shape = get_ace_shape(&p->aces[ace]);
	const struct esmtp_probe *probe = find_shape(p, acl, &shape);

	return probe ? probe : find_shape(p, acl, &any_shape);
}

/* False without room for another one. */
static bool add_probe(struct esmtp_policy *p, struct esmtp_acl *acl, u32 ace)
{
	struct esmtp_probe shape = get_ace_shape(&p->aces[ace]);

	if (find_shape(p, acl, &shape))
		return true;
	if (acl->nprobes >= ESMTP_ACL_PROBES - 1)
		shape = any_shape;
	if (find_shape(p, acl, &shape))
		return true;
	if (acl->probe + acl->nprobes >= p->nprobes)
		return false;
	shape.first = ace;
	p->probes[acl->probe + acl->nprobes++] = shape;
	return true;
}

/* A list that there is no room for is gone through line by line. */
static void add_probes(struct esmtp_policy *p, struct esmtp_acl *acl)
{
	u32 i;

	for (i = acl->first; i < acl->first + acl->n; i++) {
		if (add_probe(p, acl, i))
			continue;
		acl->nprobes = 0;
		return;
	}
}

static u32 mix_hash_word(u32 h, u32 word)
{
	h = (h ^ word) * 0x9e3779b1u;
	return h ^ h >> 15;
}

static u32 mix_hash_net(u32 h, const struct esmtp_addr *a, u32 bits)
{
	const u8 *b = a->b;
	u32 word;

	for (; bits; b += 4) {
		word = (u32)b[0] << 24 | (u32)b[1] << 16 | (u32)b[2] << 8 | b[3];
		if (bits < 32)
			word &= ~0u << (32 - bits);
		h = mix_hash_word(h, word);
		bits -= bits < 32 ? bits : 32;
	}
	return h;
}

/* The hash bucket of the lines of a shape with these networks and this port. */
static u32 *find_bucket(const struct esmtp_policy *p, const struct esmtp_probe *probe,
			const struct esmtp_addr *src, const struct esmtp_addr *dst,
			u16 port)
{
	u32 h = mix_hash_word(0, (u32)(probe - p->probes));

	h = mix_hash_net(h, src, probe->src);
	h = mix_hash_net(h, dst, probe->dst);
	if (probe->port)
		h = mix_hash_word(h, port);
	return &p->buckets[h & (p->nbuckets - 1)];
}

static void add_line_to_bucket(struct esmtp_policy *p, const struct esmtp_acl *acl, u32 i)
{
	const struct esmtp_ace *ace = &p->aces[i];
	u32 *head;

	if (ace->inactive)
		return;
	head = find_bucket(p, find_line_probe(p, acl, i), &ace->src, &ace->dst,
			   ace->dports.lo);
	p->chain[i] = *head;
	*head = i;
}

/**
 * esmtp_index_seal() - make the lines of long lists ready to be found
 * @p: policy that esmtp_policy_validate() accepts, with room for what is made:
 *	@p->nprobes probes, @p->nbuckets buckets, @p->naces in the chain
 *
 * Context: process context. Linear in the lines, times ESMTP_ACL_PROBES at worst.
 */
void esmtp_index_seal(struct esmtp_policy *p)
{
	struct esmtp_acl *acl;
	u32 i, j, probes = 0;

	for (i = 0; i < p->nbuckets; i++)
		p->buckets[i] = NOT_FOUND;
	for (i = 0; i < p->nacls; i++) {
		acl = &p->acls[i];
		acl->probe = probes;
		acl->nprobes = 0;
		if (!p->nbuckets || acl->n <= ESMTP_ACL_SHORT)
			continue;
		add_probes(p, acl);
		probes += acl->nprobes;
	}
	/* Lines are pushed to the head: go backwards to keep the order of the list. */
	for (i = p->nacls; i-- > 0;) {
		acl = &p->acls[i];
		for (j = acl->first + acl->n; acl->nprobes && j-- > acl->first;)
			add_line_to_bucket(p, acl, j);
	}
}

/* The first line before @best that matches, among those of one probe; else @best. */
static u32 search_probe(const struct esmtp_policy *p, const struct esmtp_acl *acl,
			const struct esmtp_probe *probe, const struct esmtp_tuple *t,
			u32 best)
{
	u32 i = *find_bucket(p, probe, &t->src, &t->dst, t->dport);

	for (; i < best; i = p->chain[i])
		if (i - acl->first < acl->n && esmtp_ace_match(&p->aces[i], t))
			return i;
	return best;
}

static u32 scan_acl_lines(const struct esmtp_policy *p, const struct esmtp_acl *acl,
			  const struct esmtp_tuple *t)
{
	u32 i;

	for (i = acl->first; i < acl->first + acl->n; i++)
		if (esmtp_ace_match(&p->aces[i], t))
			return i;
	return NOT_FOUND;
}

/**
 * esmtp_index_find() - the line of a list that decides about a connection
 * @p: sealed policy
 * @acl: index of the list
 * @t: the connection
 *
 * Context: any.
 * Return: index of the first line that matches, or ~0.
 */
u32 esmtp_index_find(const struct esmtp_policy *p, u32 acl,
		     const struct esmtp_tuple *t)
{
	const struct esmtp_acl *list = &p->acls[acl];
	const struct esmtp_probe *probe;
	u32 i, best = NOT_FOUND;

	if (!list->nprobes)
		return scan_acl_lines(p, list, t);
	probe = p->probes + list->probe;
	/* Probes stand in the order of their first lines. */
	for (i = 0; i < list->nprobes && probe->first < best; i++, probe++)
		if (probe->family == ESMTP_AF_ANY || probe->family == t->family)
			best = search_probe(p, list, probe, t, best);
	return best;
}
