/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Doubly linked lists, as in the kernel. Unlike there, a walk ends with NULL,
 * so that what was looked for can be returned as it is.
 */
#ifndef _CTL_LIST_H
#define _CTL_LIST_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct list - a list's head, or its place in a member
 * @next: the next place, or the head
 * @prev: the one before, or the head
 */
struct list {
	struct list *next;
	struct list *prev;
};

static inline void list_init(struct list *head)
{
	head->next = head;
	head->prev = head;
}

static inline bool list_empty(const struct list *head)
{
	return head->next == head;
}

/* Put @node in front of @at; at the end of the list if that is its head. */
static inline void list_add(struct list *at, struct list *node)
{
	node->next = at;
	node->prev = at->prev;
	at->prev->next = node;
	at->prev = node;
}

static inline void list_del(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
}

/* What has the place @node in it; NULL for the head. */
#define list_at(node, head, type, member)				\
	((node) == (head) ? NULL :					\
	 (type *)((char *)(node) - offsetof(type, member)))

#define list_first(head, type, member)					\
	list_at((head)->next, (head), type, member)

#define list_last(head, type, member)					\
	list_at((head)->prev, (head), type, member)

#define list_each(v, head, member)					\
	for ((v) = list_at((head)->next, (head), typeof(*(v)), member);	\
	     (v);							\
	     (v) = list_at((v)->member.next, (head), typeof(*(v)), member))

#define list_each_reverse(v, head, member)				\
	for ((v) = list_at((head)->prev, (head), typeof(*(v)), member);	\
	     (v);							\
	     (v) = list_at((v)->member.prev, (head), typeof(*(v)), member))

/* For walks that free what they come by; @n is where the walk goes on. */
#define list_each_safe(v, n, head, member)				\
	for ((v) = list_at((head)->next, (head), typeof(*(v)), member),	\
	     (n) = (v) ? (v)->member.next : NULL;			\
	     (v);							\
	     (v) = list_at((n), (head), typeof(*(v)), member),		\
	     (n) = (v) ? (v)->member.next : NULL)

#endif /* _CTL_LIST_H */
