// SPDX-License-Identifier: GPL-2.0
/*
 * The first line of an access-list that matches, without going through all of
 * it. Lines are sorted by their shape: how long their masks are, and whether they
 * name one destination port. All lines of a shape that can match a connection
 * have the same network addresses and port then, which are looked up in a hash
 * table: as many look-ups as the list has shapes. A list of more shapes than
 * there is room for has the lines of all others in one chain, which is gone
 * through.
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

static u32 mask_bits(const struct esmtp_addr *mask)
{
	u32 bits = 0;

	while (bits < 128 && mask->b[bits / 8] >> (7 - bits % 8) & 1)
		bits++;
	return bits;
}

static struct esmtp_probe shape_of(const struct esmtp_ace *ace)
{
	const struct esmtp_ports *ports = &ace->dports;

	return (struct esmtp_probe){
		.family = ace->family,
		.src = (u8)mask_bits(&ace->smask),
		.dst = (u8)mask_bits(&ace->dmask),
		.port = ports->op == ESMTP_PORT_RANGE && ports->lo == ports->hi,
	};
}

static bool shapes_equal(const struct esmtp_probe *a, const struct esmtp_probe *b)
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
		if (shapes_equal(probe, shape))
			return probe;
	return NULL;
}

/* The shape that every line has, for those that no probe is left for. */
static const struct esmtp_probe any_shape;

/* The probe that a line is found by. */
static const struct esmtp_probe *probe_of(const struct esmtp_policy *p,
					  const struct esmtp_acl *acl, u32 ace)
{
	struct esmtp_probe shape = shape_of(&p->aces[ace]);
	const struct esmtp_probe *probe = find_shape(p, acl, &shape);

	return probe ? probe : find_shape(p, acl, &any_shape);
}

static void add_probe(struct esmtp_policy *p, struct esmtp_acl *acl, u32 ace)
{
	struct esmtp_probe shape = shape_of(&p->aces[ace]);

	if (find_shape(p, acl, &shape))
		return;
	if (acl->nprobes >= ESMTP_ACL_PROBES - 1)
		shape = any_shape;
	if (find_shape(p, acl, &shape))
		return;
	shape.first = ace;
	p->probes[acl->probe + acl->nprobes++] = shape;
}

static u32 mix(u32 h, u32 word)
{
	h = (h ^ word) * 0x9e3779b1u;
	return h ^ h >> 15;
}

static u32 mix_net(u32 h, const struct esmtp_addr *a, u32 bits)
{
	const u8 *b = a->b;
	u32 word;

	for (; bits; b += 4) {
		word = (u32)b[0] << 24 | (u32)b[1] << 16 | (u32)b[2] << 8 | b[3];
		if (bits < 32)
			word &= ~0u << (32 - bits);
		h = mix(h, word);
		bits -= bits < 32 ? bits : 32;
	}
	return h;
}

/* Where lines of a shape are that match these addresses and this port. */
static u32 *bucket(const struct esmtp_policy *p, const struct esmtp_probe *probe,
		   const struct esmtp_addr *src, const struct esmtp_addr *dst,
		   u16 port)
{
	u32 h = mix(0, (u32)(probe - p->probes));

	h = mix_net(h, src, probe->src);
	h = mix_net(h, dst, probe->dst);
	if (probe->port)
		h = mix(h, port);
	return &p->buckets[h & (p->nbuckets - 1)];
}

static void add_line(struct esmtp_policy *p, const struct esmtp_acl *acl, u32 i)
{
	const struct esmtp_ace *ace = &p->aces[i];
	u32 *head;

	if (ace->inactive)
		return;
	head = bucket(p, probe_of(p, acl, i), &ace->src, &ace->dst,
		      ace->dports.lo);
	p->chain[i] = *head;
	*head = i;
}

/**
 * esmtp_index_seal() - make the lines of long lists ready to be found
 * @p: policy that esmtp_policy_check() accepts, with room for what is made
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
		for (j = acl->first; j < acl->first + acl->n; j++)
			add_probe(p, acl, j);
		probes += acl->nprobes;
	}
	/* Backwards: each chain has its lines in the order of the list then. */
	for (i = p->nacls; i-- > 0;) {
		acl = &p->acls[i];
		for (j = acl->first + acl->n; acl->nprobes && j-- > acl->first;)
			add_line(p, acl, j);
	}
}

/* Lines before @best that one probe finds. */
static u32 look_up(const struct esmtp_policy *p, const struct esmtp_acl *acl,
		   const struct esmtp_probe *probe, const struct esmtp_tuple *t,
		   u32 best)
{
	u32 i = *bucket(p, probe, &t->src, &t->dst, t->dport);

	for (; i < best; i = p->chain[i])
		if (i - acl->first < acl->n && esmtp_ace_match(&p->aces[i], t))
			return i;
	return best;
}

static u32 go_through(const struct esmtp_policy *p, const struct esmtp_acl *acl,
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
		return go_through(p, list, t);
	probe = p->probes + list->probe;
	/* Probes stand in the order of their first lines. */
	for (i = 0; i < list->nprobes && probe->first < best; i++, probe++)
		if (probe->family == ESMTP_AF_ANY || probe->family == t->family)
			best = look_up(p, list, probe, t, best);
	return best;
}
