// SPDX-License-Identifier: GPL-2.0
/*
 * Two configurations compared: lines that stand once on each side are anchors, the
 * longest run of them in the same order stays, and what is between two of them is
 * compared alone (Bram Cohen's patience diff). Long access-lists, whose lines are
 * all different, take no longer than sorting them. Separators are no lines.
 */
#include "diff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 1 << 20 };		/* of a table; larger pieces are replaced whole */

/* A line: its text and a number that equal ones have in common. */
struct row {
	const char *s;
	u32 len;
	u32 id;
};

struct side {
	struct row *v;
	u32 n;
};

/* A line of the result. */
struct out_row {
	const struct row *row;
	char sign;
	bool shown;
};

/**
 * struct work - a comparison
 * @a: lines of the first text
 * @b: lines of the second one
 * @seen_a: by number of a line: how often it stands in the piece at hand of @a
 * @seen_b: the same of @b
 * @at_b: by number of a line: where in @b
 * @out: the result
 * @n: lines of it
 */
struct work {
	struct side a, b;
	u32 *seen_a, *seen_b, *at_b;
	struct out_row *out;
	u32 n;
};

/* Lines from @a to @a_end of the first and from @b to @b_end of the second text. */
struct piece {
	u32 a, a_end, b, b_end;
};

static bool separator(const struct row *row)
{
	return row->len == 1 && row->s[0] == '!';
}

static void split(const struct buf *text, struct side *side)
{
	const char *s = text->s, *end = text->s + text->len, *lf;
	u32 lines = 0;
	struct row *row;

	for (lf = s; lf && lf < end; lines++)
		lf = (const char *)memchr(lf, '\n', (size_t)(end - lf)) + 1;
	side->v = mem_array(lines, sizeof(*side->v));
	side->n = 0;
	for (; lines--; s = lf + 1) {
		lf = memchr(s, '\n', (size_t)(end - s));
		row = &side->v[side->n];
		row->s = s;
		row->len = (u32)(lf - s);
		side->n += !separator(row);
	}
}

static int row_order(const void *x, const void *y)
{
	const struct row *a = *(struct row *const *)x;
	const struct row *b = *(struct row *const *)y;

	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->s, b->s, a->len);
}

/* Equal lines get equal numbers, from 0. */
static void number(struct work *w)
{
	u32 i, n = w->a.n + w->b.n, id = 0;
	struct row **all = mem_array(n, sizeof(struct row *));	/* NOLINT(bugprone-sizeof-expression) */

	for (i = 0; i < n; i++)
		all[i] = i < w->a.n ? &w->a.v[i] : &w->b.v[i - w->a.n];
	qsort(all, n, sizeof(struct row *), row_order);	/* NOLINT(bugprone-sizeof-expression) */
	for (i = 0; i < n; i++) {
		id += i && row_order(&all[i - 1], &all[i]) != 0;
		all[i]->id = id;
	}
	free(all);
	w->seen_a = mem_array(id + 1, sizeof(*w->seen_a));
	w->seen_b = mem_array(id + 1, sizeof(*w->seen_b));
	w->at_b = mem_array(id + 1, sizeof(*w->at_b));
}

static void emit(struct work *w, char sign, const struct row *row)
{
	w->out[w->n].row = row;
	w->out[w->n++].sign = sign;
}

static void emit_all(struct work *w, const struct piece *p)
{
	u32 i;

	for (i = p->a; i < p->a_end; i++)
		emit(w, '-', &w->a.v[i]);
	for (i = p->b; i < p->b_end; i++)
		emit(w, '+', &w->b.v[i]);
}

/* Longest common subsequence by a table, for a small piece. */
static void by_table(struct work *w, const struct piece *p)
{
	u32 n = p->a_end - p->a, m = p->b_end - p->b, i, j;
	u32 *t = mem_array((size_t)(n + 1) * (m + 1), sizeof(*t));
	const struct row *a = w->a.v + p->a, *b = w->b.v + p->b;
	u32 *at, down, right;

	for (i = n; i-- > 0;)
		for (j = m; j-- > 0;) {
			at = &t[(size_t)i * (m + 1) + j];
			down = at[m + 1];
			right = at[1];
			*at = down > right ? down : right;
			if (a[i].id == b[j].id)
				*at = at[m + 2] + 1;
		}
	for (i = 0, j = 0; i < n || j < m;) {
		at = &t[(size_t)i * (m + 1) + j];
		if (i < n && j < m && a[i].id == b[j].id) {
			emit(w, ' ', &b[j++]);
			i++;
		} else if (j == m || (i < n && at[m + 1] >= at[1])) {
			emit(w, '-', &a[i++]);
		} else {
			emit(w, '+', &b[j++]);
		}
	}
	free(t);
}

static void see(struct work *w, const struct piece *p, bool forget)
{
	u32 i;

	for (i = p->a; i < p->a_end; i++)
		w->seen_a[w->a.v[i].id] += forget ? -w->seen_a[w->a.v[i].id] : 1;
	for (i = p->b; i < p->b_end; i++) {
		w->seen_b[w->b.v[i].id] += forget ? -w->seen_b[w->b.v[i].id] : 1;
		w->at_b[w->b.v[i].id] = i;
	}
}

/* An anchor, and the one before it in the longest run that ends with it. */
struct anchor {
	u32 a, b, before;
};

static u32 find_anchors(struct work *w, const struct piece *p, struct anchor *v)
{
	u32 i, id, n = 0;

	see(w, p, false);
	for (i = p->a; i < p->a_end; i++) {
		id = w->a.v[i].id;
		if (w->seen_a[id] != 1 || w->seen_b[id] != 1)
			continue;
		v[n].a = i;
		v[n++].b = w->at_b[id];
	}
	see(w, p, true);
	return n;
}

/* Keep the longest run of anchors that stand in the same order on both sides. */
static u32 keep_run(struct anchor *v, u32 n)
{
	u32 *tail = mem_array(n, sizeof(*tail));
	u32 i, lo, hi, mid, len = 0, at;
	u32 *run;

	for (i = 0; i < n; i++) {
		for (lo = 0, hi = len; lo < hi;) {
			mid = lo + (hi - lo) / 2;
			if (v[tail[mid]].b < v[i].b)
				lo = mid + 1;
			else
				hi = mid;
		}
		v[i].before = lo ? tail[lo - 1] : 0;
		tail[lo] = i;
		if (lo == len)
			len++;
	}
	run = mem_array(len, sizeof(*run));
	for (i = len, at = len ? tail[len - 1] : 0; i-- > 0; at = v[at].before)
		run[i] = at;
	for (i = 0; i < len; i++)
		v[i] = v[run[i]];
	free(run);
	free(tail);
	return len;
}

static void compare(struct work *w, struct piece p);

static void by_anchors(struct work *w, const struct piece *p)
{
	struct anchor *v = mem_array(p->a_end - p->a, sizeof(*v));
	u32 i, n = keep_run(v, find_anchors(w, p, v));
	struct piece part = *p;

	if (!n && (u64)(p->a_end - p->a) * (p->b_end - p->b) > CELLS) {
		emit_all(w, p);
	} else if (!n) {
		by_table(w, p);
	} else {
		for (i = 0; i <= n; i++) {
			part.a_end = i < n ? v[i].a : p->a_end;
			part.b_end = i < n ? v[i].b : p->b_end;
			compare(w, part);
			if (i == n)
				break;
			emit(w, ' ', &w->b.v[v[i].b]);
			part.a = v[i].a + 1;
			part.b = v[i].b + 1;
		}
	}
	free(v);
}

/* What both begin or end with is the same; what is between is looked at. */
static void compare(struct work *w, struct piece p)
{
	u32 b_end;

	while (p.a < p.a_end && p.b < p.b_end &&
	       w->a.v[p.a].id == w->b.v[p.b].id) {
		emit(w, ' ', &w->b.v[p.b++]);
		p.a++;
	}
	b_end = p.b_end;
	while (p.a < p.a_end && p.b < p.b_end &&
	       w->a.v[p.a_end - 1].id == w->b.v[p.b_end - 1].id) {
		p.a_end--;
		p.b_end--;
	}
	if (p.a == p.a_end || p.b == p.b_end)
		emit_all(w, &p);
	else
		by_anchors(w, &p);
	for (; p.b_end < b_end; p.b_end++, p.a_end++)
		emit(w, ' ', &w->b.v[p.b_end]);
}

static u32 depth(const struct row *row)
{
	u32 n = 0;

	while (n < row->len && row->s[n] == ' ')
		n++;
	return n;
}

/* The lines that a line stands in, as far as they were not printed yet. */
static void print_parents(struct work *w, u32 i, struct diff *diff)
{
	u32 at = i, want = depth(w->out[i].row);

	if (!want)
		return;
	while (at-- > 0)
		if (depth(w->out[at].row) < want &&
		    (w->out[at].sign == ' ' || w->out[at].sign == w->out[i].sign))
			break;
	if (at == ~0U || w->out[at].shown)
		return;
	print_parents(w, at, diff);
	w->out[at].shown = true;
	buf_add(&diff->text, "%c", w->out[at].sign);
	buf_put(&diff->text, w->out[at].row->s, w->out[at].row->len + 1);
}

static void print(struct work *w, bool count_only, struct diff *diff)
{
	u32 i;

	for (i = 0; i < w->n; i++) {
		if (w->out[i].sign == ' ')
			continue;
		diff->added += w->out[i].sign == '+';
		diff->removed += w->out[i].sign == '-';
		if (count_only)
			continue;
		print_parents(w, i, diff);
		w->out[i].shown = true;
		buf_add(&diff->text, "%c", w->out[i].sign);
		buf_put(&diff->text, w->out[i].row->s, w->out[i].row->len + 1);
	}
}

/**
 * diff_make() - compare two configurations
 * @from: the first one; each line has LF
 * @to: the second one
 * @count_only: count the lines that differ, and keep none
 * @diff: the result, for diff_free()
 */
void diff_make(const struct buf *from, const struct buf *to, bool count_only,
	       struct diff *diff)
{
	struct work w = { .n = 0 };
	struct piece all = { 0 };

	memset(diff, 0, sizeof(*diff));
	split(from, &w.a);
	split(to, &w.b);
	number(&w);
	w.out = mem_array(w.a.n + w.b.n, sizeof(*w.out));
	all.a_end = w.a.n;
	all.b_end = w.b.n;
	compare(&w, all);
	print(&w, count_only, diff);
	free(w.a.v);
	free(w.b.v);
	free(w.seen_a);
	free(w.seen_b);
	free(w.at_b);
	free(w.out);
}

/**
 * diff_free() - free the lines of a comparison
 * @diff: from diff_make()
 */
void diff_free(struct diff *diff)
{
	buf_free(&diff->text);
}
