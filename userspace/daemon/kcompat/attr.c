// SPDX-License-Identifier: GPL-2.0
/* Netlink attributes: strict validation of received ones, and building of new ones. */
#include <net/genetlink.h>

static int fail_validation(struct netlink_ext_ack *extack, const struct nlattr *attr,
			   const char *why)
{
	NL_SET_ERR_MSG_ATTR(extack, attr, why);
	return -EINVAL;
}

static int check_number(const struct nlattr *attr, const struct nla_policy *p,
			u32 size, u32 v, struct netlink_ext_ack *extack)
{
	if (nla_len(attr) != (int)size)
		return fail_validation(extack, attr, "Attribute failed policy validation");
	if (p->mask && v & ~p->mask)
		return fail_validation(extack, attr, "reserved bit set");
	if (v < p->lo || (p->hi && v > p->hi)) {
		fail_validation(extack, attr, "integer out of range");
		return -ERANGE;
	}
	return 0;
}

/* The last byte of the attribute is its only NUL. */
static bool is_string(const struct nlattr *attr, u32 most)
{
	const char *s = nla_data(attr);
	int n = nla_len(attr);

	return n > 0 && n - 1 <= (int)most && !s[n - 1] &&
	       strnlen(s, (size_t)n) == (size_t)n - 1;
}

static int check_nested(const struct nlattr *attr, const struct nla_policy *p,
			struct netlink_ext_ack *extack)
{
	struct nlattr *tb[p->maxattr + 1];

	if (!(attr->nla_type & NLA_F_NESTED))
		return fail_validation(extack, attr, "NLA_F_NESTED is missing");
	return nla_parse_nested(tb, (int)p->maxattr, attr, p->nested, extack);
}

static int check_attr(const struct nlattr *attr, const struct nla_policy *p,
		      struct netlink_ext_ack *extack)
{
	static const char failed[] = "Attribute failed policy validation";
	int len = nla_len(attr);

	if (attr->nla_type & NLA_F_NESTED && p->type != NLA_NESTED)
		return fail_validation(extack, attr, "NLA_F_NESTED not expected");
	switch (p->type) {
	case NLA_U8:
		return check_number(attr, p, 1, len ? nla_get_u8(attr) : 0, extack);
	case NLA_U16:
		return check_number(attr, p, 2, len >= 2 ? nla_get_u16(attr) : 0,
				    extack);
	case NLA_U32:
		return check_number(attr, p, 4, len >= 4 ? nla_get_u32(attr) : 0,
				    extack);
	case NLA_FLAG:
		return len ? fail_validation(extack, attr, failed) : 0;
	case NLA_NUL_STRING:
		return is_string(attr, p->len) ? 0 : fail_validation(extack, attr, failed);
	case NLA_BINARY:
		return len > p->len ? fail_validation(extack, attr, failed) : 0;
	case NLA_EXACT_LEN:
		return len != p->len ? fail_validation(extack, attr, failed) : 0;
	case NLA_NESTED:
		return check_nested(attr, p, extack);
	default:
		return fail_validation(extack, attr, "Unsupported attribute");
	}
}

/**
 * nla_parse() - check attributes and note each by its type
 * @tb: filled with the last of each type, or NULL: @max + 1 of them
 * @max: the last type that there is
 * @data: the attributes
 * @len: their bytes
 * @policy: what each may hold
 * @extack: says what is wrong
 *
 * Return: 0, or -EINVAL or -ERANGE.
 */
int nla_parse(struct nlattr **tb, int max, const void *data, int len,
	      const struct nla_policy *policy, struct netlink_ext_ack *extack)
{
	struct nlattr *attr;
	int rem, err, i;

	for (i = 0; i <= max; i++)
		tb[i] = NULL;
	nla_for_each(attr, data, len, rem) {
		if (!nla_type(attr) || nla_type(attr) > max)
			return fail_validation(extack, attr, "Unknown attribute type");
		err = check_attr(attr, &policy[nla_type(attr)], extack);
		if (err)
			return err;
		tb[nla_type(attr)] = attr;
	}
	if (rem > 0) {
		NL_SET_ERR_MSG(extack, "bytes leftover after parsing attributes");
		return -EINVAL;
	}
	return 0;
}

/**
 * nla_parse_nested() - the same, of the attributes inside another
 * @tb: as above
 * @max: as above
 * @nest: the attribute that they are in
 * @policy: as above
 * @extack: as above
 *
 * Return: as above.
 */
int nla_parse_nested(struct nlattr **tb, int max, const struct nlattr *nest,
		     const struct nla_policy *policy,
		     struct netlink_ext_ack *extack)
{
	return nla_parse(tb, max, nla_data(nest), nla_len(nest), policy, extack);
}

/**
 * nlmsg_find_attr() - the first attribute of a type in a message
 * @nlh: the message
 * @hdrlen: bytes of the family's header
 * @type: its type
 *
 * Return: it, or NULL.
 */
struct nlattr *nlmsg_find_attr(const struct nlmsghdr *nlh, int hdrlen, int type)
{
	struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr(attr, nlh, hdrlen, rem)
		if (nla_type(attr) == type)
			return attr;
	return NULL;
}

/**
 * nla_strscpy() - copy a string and fill with zeros
 * @to: where to
 * @attr: NLA_NUL_STRING
 * @size: of @to
 *
 * Return: bytes of the string, or -E2BIG if it was cut.
 */
ssize_t nla_strscpy(char *to, const struct nlattr *attr, size_t size)
{
	size_t n = strnlen(nla_data(attr), (size_t)nla_len(attr));
	size_t fits = min(n, size - 1);

	memcpy(to, nla_data(attr), fits);
	memset(to + fits, 0, size - fits);
	return fits < n ? -E2BIG : (ssize_t)n;
}

/**
 * nla_memcpy() - copy bytes and fill with zeros
 * @to: where to
 * @attr: the bytes
 * @size: of @to
 *
 * Return: bytes copied.
 */
int nla_memcpy(void *to, const struct nlattr *attr, int size)
{
	int n = min(size, nla_len(attr));

	memcpy(to, nla_data(attr), (size_t)n);
	memset((char *)to + n, 0, (size_t)(size - n));
	return n;
}

/**
 * nla_reserve() - add an attribute that is filled in later
 * @skb: the message
 * @type: of the attribute
 * @len: bytes of it
 *
 * Return: it, or NULL without room.
 */
struct nlattr *nla_reserve(struct sk_buff *skb, int type, int len)
{
	int whole = NLA_HDRLEN + len, room = NLA_ALIGN(whole);
	struct nlattr *attr;

	if (whole > U16_MAX || skb_tailroom(skb) < room)
		return NULL;
	attr = (struct nlattr *)(skb->data + skb->len);
	attr->nla_type = (u16)type;
	attr->nla_len = (u16)whole;
	memset((char *)attr + whole, 0, (size_t)(room - whole));
	skb->len += (u32)room;
	return attr;
}

/**
 * nla_put() - add an attribute
 * @skb: the message
 * @type: of the attribute
 * @len: bytes of it
 * @data: these
 *
 * Return: 0, or -EMSGSIZE without room.
 */
int nla_put(struct sk_buff *skb, int type, int len, const void *data)
{
	struct nlattr *attr = nla_reserve(skb, type, len);

	if (!attr)
		return -EMSGSIZE;
	if (len)
		memcpy(nla_data(attr), data, (size_t)len);
	return 0;
}

/**
 * nla_nest_start() - begin an attribute of attributes
 * @skb: the message
 * @type: of the attribute
 *
 * Return: it, or NULL without room.
 */
struct nlattr *nla_nest_start(struct sk_buff *skb, int type)
{
	return nla_reserve(skb, type | NLA_F_NESTED, 0);
}

/**
 * nla_nest_end() - complete an attribute of attributes
 * @skb: the message
 * @nest: the attribute
 */
void nla_nest_end(struct sk_buff *skb, struct nlattr *nest)
{
	nest->nla_len = (u16)(skb->data + skb->len - (u8 *)nest);
}

/**
 * nla_nest_cancel() - remove an incomplete attribute of attributes
 * @skb: the message
 * @nest: the attribute
 */
void nla_nest_cancel(struct sk_buff *skb, struct nlattr *nest)
{
	skb->len = (u32)((u8 *)nest - skb->data);
}
