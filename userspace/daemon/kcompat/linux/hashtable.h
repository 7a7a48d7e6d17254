/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_HASHTABLE_H
#define _QUEUED_LINUX_HASHTABLE_H

#include <linux/types.h>

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]

/* Memory of them comes as zeros. */
#define hash_init(table) ((void)(table))
#define hash_for_each_safe(table, i, tmp, obj, member)			\
	for ((i) = 0; (i) < (int)ARRAY_SIZE(table); (i)++)		\
		hlist_for_each_entry_safe(obj, tmp, &(table)[i], member)
#define hlist_for_each_entry_safe(obj, tmp, head, member)		\
	for ((obj) = hlist_obj((head)->first, typeof(*(obj)), member);	\
	     (obj) && ((tmp) = (obj)->member.next, true);		\
	     (obj) = hlist_obj(tmp, typeof(*(obj)), member))
#define hash_min(value, bits) ((value) & ((1u << (bits)) - 1))
#define hlist_obj(p, type, member) ({					\
	struct hlist_node *__p = (p);					\
									\
	__p ? container_of(__p, type, member) : NULL;			\
})

static inline void hlist_add_head(struct hlist_node *n, struct hlist_head *h)
{
	n->next = h->first;
	n->pprev = &h->first;
	if (n->next)
		n->next->pprev = &n->next;
	h->first = n;
}

static inline void hlist_del(struct hlist_node *n)
{
	*n->pprev = n->next;
	if (n->next)
		n->next->pprev = n->pprev;
}

#endif /* _QUEUED_LINUX_HASHTABLE_H */
