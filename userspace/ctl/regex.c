// SPDX-License-Identifier: GPL-2.0
/*
 * ASA's regular expressions to automata of libfa. What an expression finds in a
 * text is what matters, so the automaton accepts all texts in which it is found:
 * anything, the expression, anything; without the first after "^".
 *
 *	expression  = branch { "|" branch }
 *	branch      = [ "^" ] { piece }
 *	piece       = atom [ "*" | "+" | "?" | "{" n [ "," [ m ] ] "}" ]
 *	atom        = "(" expression ")" | "[" set "]" | "." | "\" escape | byte
 */
#include "dfa.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

enum {
	REPEAT_MAX = 255,
	SIZE_MAX_STATES = 4000,		/* of the automaton before it is reduced */
	DEPTH_MAX = 40,
};

/* Bytes as a set. */
struct set {
	bool has[256];
};

struct parser {
	const char *s;			/* what is left */
	const char *begin;
	u32 depth;
	struct regex_error *err;
};

/* An automaton and about how many states it takes. */
struct piece {
	struct fa *fa;
	u32 size;
	bool repeated;			/* something in it is */
};

static bool expression(struct parser *p, struct piece *out, bool top);

static bool wrong(struct parser *p, const char *what)
{
	if (!p->err->what) {
		p->err->what = what;
		p->err->at = (size_t)(p->s - p->begin);
	}
	return false;
}

static bool special(int c)
{
	return c == ']' || c == '^' || c == '-';
}

/* libfa gives nothing for what is spelt wrong, which no set here is, or without memory. */
static struct fa *compiled(const char *text, size_t n)
{
	struct fa *fa = NULL;

	return mem_there(fa_compile(text, n, &fa) ? NULL : fa);
}

/* A set as libfa spells it: "]" first, "^" not first, "-" first or last. */
static struct fa *set_fa(const struct set *set)
{
	char text[300];
	size_t n = 0;
	bool hyphen;
	int c, left = 0;

	for (c = 0; c < 256; c++)
		left += set->has[c];
	if (!left)
		return mem_there(fa_make_basic(FA_EMPTY));
	if (left == 1 && set->has['^'])
		return compiled("\\^", 2);
	text[n++] = '[';
	if (set->has[']'])
		text[n++] = ']';
	hyphen = left == 2 && set->has['^'] && set->has['-'];
	if (hyphen)
		text[n++] = '-';
	for (c = 0; c < 256; c++)
		if (set->has[c] && !special(c))
			text[n++] = (char)c;
	if (set->has['^'])
		text[n++] = '^';
	if (set->has['-'] && !hyphen)
		text[n++] = '-';
	text[n++] = ']';
	return compiled(text, n);
}

static struct fa *byte_fa(unsigned char c)
{
	struct set set = { { false } };

	set.has[c] = true;
	return set_fa(&set);
}

static struct fa *any_fa(void)
{
	struct set set;

	memset(&set, true, sizeof(set));
	return set_fa(&set);
}

static int hex(char c)
{
	const char *digits = "0123456789abcdef", *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

static bool octal(const char *s)
{
	int i;

	for (i = 0; i < 3; i++)
		if (s[i] < '0' || s[i] > '7')
			return false;
	return s[0] <= '3';
}

/* Behind a backslash. */
static bool escape(struct parser *p, unsigned char *c)
{
	static const char letters[] = "rntf", values[] = "\r\n\t\f";
	const char *at;

	if (!*p->s)
		return wrong(p, "expected a character behind the backslash");
	if (*p->s == 'x') {
		if (hex(p->s[1]) < 0 || hex(p->s[2]) < 0)
			return wrong(p, "expected two hexadecimal digits behind \\x");
		*c = (unsigned char)(hex(p->s[1]) * 16 + hex(p->s[2]));
		p->s += 3;
		return true;
	}
	if (*p->s >= '0' && *p->s <= '9') {
		if (!octal(p->s))
			return wrong(p, "expected three octal digits up to 377 behind the backslash");
		*c = (unsigned char)((p->s[0] - '0') * 64 +
				     (p->s[1] - '0') * 8 + (p->s[2] - '0'));
		p->s += 3;
		return true;
	}
	at = strchr(letters, *p->s);
	*c = (unsigned char)(at ? values[at - letters] : *p->s);
	p->s++;
	return true;
}

/* One byte of a set, or the end of a range in it. */
static bool member(struct parser *p, unsigned char *c)
{
	if (!*p->s)
		return wrong(p, "expected ] to end the set");
	*c = (unsigned char)*p->s++;
	return *c != '\\' || escape(p, c);
}

static bool bracket(struct parser *p, struct piece *out)
{
	bool negate = *p->s == '^', first = true;
	struct set set = { { false } };
	unsigned char lo, hi;
	u32 c;

	p->s += negate;
	for (; *p->s != ']' || first; first = false) {
		if (!member(p, &lo))
			return false;
		hi = lo;
		if (*p->s == '-' && p->s[1] != ']') {
			p->s++;
			if (!member(p, &hi))
				return false;
		}
		if (lo > hi)
			return wrong(p, "the range ends before it begins");
		for (c = lo; c <= hi; c++)
			set.has[c] = true;
	}
	p->s++;
	for (c = 0; c < 256; c++)
		set.has[c] ^= negate;
	out->fa = set_fa(&set);
	out->size = 1;
	return true;
}

static bool group(struct parser *p, struct piece *out)
{
	if (++p->depth > DEPTH_MAX)
		return wrong(p, "too many parentheses");
	if (!expression(p, out, false))
		return false;
	if (*p->s != ')') {
		fa_free(out->fa);
		return wrong(p, "expected ) to end the group");
	}
	p->s++;
	p->depth--;
	return true;
}

static bool atom(struct parser *p, struct piece *out)
{
	unsigned char c = (unsigned char)*p->s++;

	switch (c) {
	case '(':
		return group(p, out);
	case '[':
		return bracket(p, out);
	case '.':
		out->fa = any_fa();
		break;
	case '*':
	case '+':
	case '?':
	case '{':
		p->s--;
		return wrong(p, "expected something to repeat before it");
	case '^':
		p->s--;
		return wrong(p, "^ stands at the beginning of an expression only");
	case '\\':
		if (!escape(p, &c))
			return false;
		out->fa = byte_fa(c);
		break;
	default:
		out->fa = byte_fa(c);
	}
	out->size = 1;
	return true;
}

static bool number(struct parser *p, int *n)
{
	if (*p->s < '0' || *p->s > '9')
		return wrong(p, "expected a number of repetitions");
	for (*n = 0; *p->s >= '0' && *p->s <= '9'; p->s++) {
		*n = *n * 10 + (*p->s - '0');
		if (*n > REPEAT_MAX)
			return wrong(p, "more than 255 repetitions");
	}
	return true;
}

/* Behind "{". */
static bool braces(struct parser *p, int *min, int *max)
{
	if (!number(p, min))
		return false;
	*max = *min;
	if (*p->s == ',') {
		p->s++;
		*max = -1;
		if (*p->s != '}' && !number(p, max))
			return false;
	}
	if (*p->s != '}')
		return wrong(p, "expected } to end the repetition");
	if (*max >= 0 && *max < *min)
		return wrong(p, "the range ends before it begins");
	p->s++;
	return true;
}

/*
 * Repeating what is repeated doubles an automaton each time, and that of a++++
 * has hardly any states but all their transitions, unless it is made minimal.
 */
static void reduce(struct piece *io)
{
	struct state *s;

	if (!dfa_fits(io->fa, io->size) || fa_minimize(io->fa))
		return;
	io->size = 0;
	for (s = fa_state_initial(io->fa); s; s = fa_state_next(s))
		io->size++;
}

static bool repeat(struct parser *p, struct piece *io)
{
	int min = 0, max = -1;
	struct fa *fa;
	u32 times;

	switch (*p->s) {
	case '?':
		max = 1;
		p->s++;
		break;
	case '+':
		min = 1;
		p->s++;
		break;
	case '*':
		p->s++;
		break;
	default:
		p->s++;
		if (!braces(p, &min, &max))
			return false;
	}
	times = (u32)(max > 0 ? max : min + 1);
	io->size *= times;
	if (io->size > SIZE_MAX_STATES || !fa_repeats(io->fa, times))
		return wrong(p, "the expression is too large");
	fa = mem_there(fa_iter(io->fa, min, max));
	fa_free(io->fa);
	io->fa = fa;
	if (io->repeated)
		reduce(io);
	io->repeated = true;
	return true;
}

/* Leaves nothing in @b; @a stays what it was if it would become too large. */
static bool join(struct parser *p, struct piece *a, struct piece *b,
		 struct fa *(*how)(struct fa *, struct fa *))
{
	struct fa *fa;

	a->size += b->size;
	a->repeated |= b->repeated;
	if (a->size > SIZE_MAX_STATES || !fa_joins(a->fa, b->fa)) {
		fa_free(b->fa);
		return wrong(p, "the expression is too large");
	}
	fa = mem_there(how(a->fa, b->fa));
	fa_free(a->fa);
	fa_free(b->fa);
	a->fa = fa;
	return true;
}

static bool pieces(struct parser *p, struct piece *out)
{
	struct piece next;

	while (*p->s && *p->s != '|' && *p->s != ')') {
		memset(&next, 0, sizeof(next));
		if (!atom(p, &next))
			return false;
		while (*p->s && strchr("*+?{", *p->s)) {
			if (repeat(p, &next))
				continue;
			fa_free(next.fa);
			return false;
		}
		if (!join(p, out, &next, fa_concat))
			return false;
	}
	return true;
}

static struct piece all_texts(void)
{
	struct piece all = { mem_there(fa_make_basic(FA_TOTAL)), 1, false };

	return all;
}

static bool branch(struct parser *p, struct piece *out, bool top)
{
	bool anchored = top && *p->s == '^';

	p->s += anchored;
	if (top && !anchored) {
		*out = all_texts();
	} else {
		out->fa = mem_there(fa_make_basic(FA_EPSILON));
		out->size = 0;
		out->repeated = false;
	}
	if (!pieces(p, out)) {
		fa_free(out->fa);
		return false;
	}
	return true;
}

static bool expression(struct parser *p, struct piece *out, bool top)
{
	struct piece next;

	if (!branch(p, out, top))
		return false;
	while (*p->s == '|') {
		p->s++;
		if (!branch(p, &next, top) || !join(p, out, &next, fa_union)) {
			fa_free(out->fa);
			return false;
		}
	}
	return true;
}

/* Nothing is left of the text; anything may follow what is found. */
static bool whole(struct parser *p, struct piece *out)
{
	struct piece all;

	if (*p->s)
		return wrong(p, "there is no ( that this ) ends");
	all = all_texts();
	return join(p, out, &all, fa_concat);
}

/**
 * regex_parse() - make the automaton of an expression
 * @text: the expression
 * @err: if there is none: why
 *
 * Return: an automaton that accepts every text in which the expression is found,
 * for fa_free(); not minimal. NULL if the expression is wrong.
 */
struct fa *regex_parse(const char *text, struct regex_error *err)
{
	struct parser p = { .s = text, .begin = text, .err = err };
	struct piece out = { NULL, 0, false };

	memset(err, 0, sizeof(*err));
	if (!*text)
		wrong(&p, "expected an expression");
	if (!*text || !expression(&p, &out, true))
		return NULL;
	if (whole(&p, &out))
		return out.fa;
	fa_free(out.fa);
	return NULL;
}
