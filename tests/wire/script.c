// SPDX-License-Identifier: GPL-2.0
/* Scenario files: text -> steps. The language is described in README.md. */

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

struct word {
	const char *name;
	unsigned int value;
};

static const struct word verbs[] = {
	{ "begin", STEP_BEGIN }, { "open", STEP_OPEN }, { "open6", STEP_OPEN },
	{ "close", STEP_CLOSE }, { "reset", STEP_RESET }, { "abandon", STEP_ABANDON },
	{ "ack", STEP_ACK }, { "noack", STEP_NOACK },
	{ "mark", STEP_MARK }, { "renumber", STEP_RENUMBER }, { "stats", STEP_STATS },
	{ "grown", STEP_GROWN }, { "read", STEP_READ },
};

static const struct word flags[] = {
	{ "fin", F_FIN }, { "syn", F_SYN }, { "rst", F_RST },
	{ "push", F_PUSH }, { "noack", F_NOACK }, { "badsum", F_BADSUM },
	{ "split", F_SPLIT }, { "reversed", F_REVERSED }, { "none", F_NONE },
	{ "bare", F_BARE }, { "nots", F_NOTS }, { "partial", F_PARTIAL },
	{ "nosack", F_NOSACK }, { "ts", F_TS }, { "v6", F_V6 },
	{ "again", F_AGAIN }, { "any", F_ANY }, { "without", F_WITHOUT },
};

static const struct word nums[] = {
	{ "ack", N_ACK }, { "win", N_WIN }, { "tsval", N_TSVAL },
	{ "ttl", N_TTL }, { "urg", N_URG }, { "gso", N_GSO },
	{ "segs", N_SEGS }, { "mss", N_MSS }, { "wscale", N_WSCALE },
	{ "cisn", N_CISN }, { "sisn", N_SISN }, { "by", N_DELTA },
	{ "doff", N_DOFF }, { "overlap", N_OVERLAP }, { "rcvbuf", N_RCVBUF },
};

struct parser {
	char *err;
	size_t size;
};

/* macros of the file that is being read, and the one that is being defined */
static struct scenario macro[WIRE_MACROS];
static int macros;

static int complain(struct parser *ps, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ps->err, ps->size, fmt, ap);
	va_end(ap);
	return -1;
}

static const struct word *find(const struct word *tab, size_t n,
			       const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(tab[i].name) == len &&
		    !memcmp(tab[i].name, name, len))
			return &tab[i];
	return NULL;
}

static int set_num(struct parser *ps, struct step *s, enum step_num n,
		   const char *val, const char **end)
{
	char *e;

	s->num[n] = strtoll(val, &e, 0);
	if (e == val)
		return complain(ps, "a number is wanted at '%.20s'", val);
	s->has |= 1U << n;
	if (*val == '+' || *val == '-')
		s->rel |= 1U << n;
	*end = e;
	return 0;
}

static int set_list(struct parser *ps, unsigned int *list, int *n, int room,
		    const char *val, const char **end)
{
	char *e;

	do {
		if (*n == room)
			return complain(ps, "list too long");
		list[*n] = (unsigned int)strtoul(val, &e, 10);
		if (e == val)
			return complain(ps, "numbers are wanted at '%.20s'", val);
		++*n;
		val = e + 1;
	} while (*e == ',');
	*end = e;
	return 0;
}

static int set_hex(struct parser *ps, uint8_t *raw, size_t *len,
		   const char *val, const char **end)
{
	while (isxdigit((unsigned char)val[0]) &&
	       isxdigit((unsigned char)val[1])) {
		char byte[3] = { val[0], val[1], 0 };

		if (*len == WIRE_RAW)
			return complain(ps, "too many options");
		raw[(*len)++] = (uint8_t)strtoul(byte, NULL, 16);
		val += 2;
	}
	if (*len % 4)
		return complain(ps, "options want a multiple of 4 bytes");
	*end = val;
	return 0;
}

/* name=value; the value starts behind the equal sign */
static int valued(struct parser *ps, struct step *s, const char *name,
		  size_t len, const char **pos)
{
	const struct word *w = find(nums, ARRAY_SIZE(nums), name, len);
	const char *val = name + len + 1;

	if (w)
		return set_num(ps, s, w->value, val, pos);
	if (len == 3 && !memcmp(name, "cut", 3))
		return set_list(ps, s->cut, &s->cuts, WIRE_LIST, val, pos);
	if (len == 4 && !memcmp(name, "frag", 4))
		return set_list(ps, s->frag, &s->frags, WIRE_LIST, val, pos);
	if (len == 3 && !memcmp(name, "ext", 3))
		return set_list(ps, s->ext, &s->exts, WIRE_EXTS, val, pos);
	if (len == 5 && !memcmp(name, "ipopt", 5))
		return set_hex(ps, s->ipopt, &s->ipopt_len, val, pos);
	if (len == 6 && !memcmp(name, "tcpopt", 6))
		return set_hex(ps, s->tcpopt, &s->tcpopt_len, val, pos);
	return complain(ps, "unknown option '%.*s='", (int)len, name);
}

static int add_text(struct parser *ps, struct step *s, const char **pos)
{
	const char *why;

	if (s->alts == WIRE_ALTS)
		return complain(ps, "too many alternatives");
	if (text_parse(pos, &s->alt[s->alts++], &why))
		return complain(ps, "%s", why);
	return 0;
}

/* c, s, or a flag, or "or" between alternatives */
static int bare_word(struct parser *ps, struct step *s, const char *name,
		     size_t len)
{
	const struct word *w = find(flags, ARRAY_SIZE(flags), name, len);

	if (w)
		s->flags |= w->value;
	else if (len == 1 && (*name == 'c' || *name == 's'))
		s->side = *name == 's' ? SERVER : CLIENT;
	else if (len != 2 || memcmp(name, "or", 2) ||
		 (s->kind != STEP_EXPECT && s->kind != STEP_READ))
		return complain(ps, "unknown word '%.*s'", (int)len, name);
	return 0;
}

static int options(struct parser *ps, struct step *s, const char *p)
{
	for (p += strspn(p, " \t"); *p && *p != '#'; p += strspn(p, " \t")) {
		size_t len = strcspn(p, " \t=");
		int ret;

		if (*p == '"' || *p == '(') {
			ret = add_text(ps, s, &p);
		} else if (*p == '@') {
			ret = set_num(ps, s, N_AT, p + 1, &p);
		} else if (p[len] == '=') {
			ret = valued(ps, s, p, len, &p);
		} else {
			ret = bare_word(ps, s, p, len);
			p += len;
		}
		if (ret)
			return ret;
	}
	return 0;
}

static int stats_line(struct parser *ps, struct step *s, const char *p)
{
	const char *end;

	if (sscanf(p, "%63s", s->word) != 1)
		return complain(ps, "stats NAME +N");
	p += strspn(p, " \t");
	p += strcspn(p, " \t");
	p += strspn(p, " \t");
	if (*p != '+')
		return complain(ps, "stats NAME +N");
	return set_num(ps, s, N_DELTA, p, &end);
}

static bool has_zero(const unsigned int *list, int n)
{
	while (n--)
		if (!list[n])
			return true;
	return false;
}

static int check(struct parser *ps, const struct step *s)
{
	if (has_zero(s->cut, s->cuts) || has_zero(s->frag, s->frags))
		return complain(ps, "sizes are wanted, not 0");
	if (s->kind == STEP_SEND && s->alts > 1)
		return complain(ps, "a segment has one text");
	if (s->kind == STEP_EXPECT && !s->alts && !(s->flags &
	    (F_NONE | F_BARE | F_SYN | F_FIN | F_RST | F_ANY)))
		return complain(ps, "expect what?");
	if (s->frags && (s->cuts || step_has(s, N_GSO)))
		return complain(ps, "frag= goes with neither cut= nor gso=");
	return 0;
}

static int step_parse(struct parser *ps, struct step *s, const char *p)
{
	size_t len = strcspn(p, " \t");
	const struct word *w;

	if (len == 2 && (*p == 'c' || *p == 's') &&
	    (p[1] == '>' || p[1] == '<')) {
		s->kind = p[1] == '>' ? STEP_SEND : STEP_EXPECT;
		s->side = *p == 's' ? SERVER : CLIENT;
		return options(ps, s, p + 2) ?: check(ps, s);
	}
	w = find(verbs, ARRAY_SIZE(verbs), p, len);
	if (!w)
		return complain(ps, "unknown command '%.*s'", (int)len, p);
	s->kind = w->value;
	s->side = SIDES;
	if (p[len - 1] == '6')
		s->flags |= F_V6;
	if (s->kind == STEP_STATS)
		return stats_line(ps, s, p + len);
	if (options(ps, s, p + len))
		return -1;
	if (s->kind == STEP_READ && !s->alts && !(s->flags & (F_NONE | F_FIN | F_RST)))
		return complain(ps, "read what?");
	if (s->kind == STEP_GROWN && (s->side == SIDES || !step_has(s, N_DELTA)))
		return complain(ps, "grown c|s by=N");
	return 0;
}

/* a line without its end and leading blanks; a final backslash joins lines */
static int next_line(FILE *f, char *buf, size_t size, int *line)
{
	size_t have = 0;
	size_t len;

	buf[0] = 0;
	while (have + 1 < size && fgets(buf + have, size - have, f)) {
		++*line;
		len = strcspn(buf + have, "\r\n");
		buf[have + len] = 0;
		if (!len || buf[have + len - 1] != '\\')
			return 0;
		have += len - 1;
		buf[have] = 0;
	}
	return have ? 0 : -1;
}

static void add_sentence(struct scenario *sc, const char *text)
{
	size_t n = strlen(sc->must);

	snprintf(sc->must + n, sizeof(sc->must) - n, "%s%s", n ? " " : "",
		 text);
}

/* "played:" and "live:" before a step: only with that kind of server */
static unsigned int which_server(const char **p)
{
	static const struct word server[] = {
		{ "played:", F_PLAYED }, { "live:", F_LIVE },
	};
	const struct word *w = find(server, ARRAY_SIZE(server), *p,
				    strcspn(*p, " \t"));

	if (!w)
		return 0;
	*p += strlen(w->name);
	*p += strspn(*p, " \t");
	return w->value;
}

static int add_step(struct parser *ps, struct scenario *sc, const char *p,
		    int line)
{
	struct step *s = realloc(sc->step, (sc->steps + 1) * sizeof(*s));

	if (!s)
		return complain(ps, "out of memory");
	sc->step = s;
	s += sc->steps++;
	memset(s, 0, sizeof(*s));
	s->line = line;
	s->flags = which_server(&p);
	return step_parse(ps, s, p);
}

static struct scenario *find_macro(const char *name)
{
	int i;

	for (i = 0; i < macros; i++)
		if (!strcmp(macro[i].name, name))
			return &macro[i];
	return NULL;
}

static int copy_step(struct parser *ps, struct scenario *sc,
		     const struct step *from)
{
	struct step *s = realloc(sc->step, (sc->steps + 1) * sizeof(*s));
	int i;

	if (!s)
		return complain(ps, "out of memory");
	sc->step = s;
	s += sc->steps++;
	*s = *from;
	for (i = 0; i < s->alts; i++) {
		memset(&s->alt[i], 0, sizeof(s->alt[i]));
		if (text_copy(&s->alt[i], &from->alt[i], 1))
			return complain(ps, "out of memory");
	}
	return 0;
}

static int do_line(struct parser *ps, struct scenario *sc, const char *p)
{
	const struct scenario *m;
	char name[80] = "";
	int i;

	m = sscanf(p, "%79s", name) == 1 ? find_macro(name) : NULL;
	if (!m || m == sc)
		return complain(ps, "no macro '%s' in this file", name);
	for (i = 0; i < m->steps; i++)
		if (copy_step(ps, sc, &m->step[i]))
			return -1;
	return 0;
}

static int macro_line(struct parser *ps, const char *p)
{
	if (macros == WIRE_MACROS)
		return complain(ps, "too many macros");
	if (sscanf(p, "%79s", macro[macros].name) != 1)
		return complain(ps, "a macro wants a name");
	strcpy(macro[macros++].must, "macro");
	return 0;
}

static void forget_macros(void)
{
	while (macros) {
		script_free(&macro[--macros]);
		memset(&macro[macros], 0, sizeof(macro[macros]));
	}
}

static int name_line(struct parser *ps, struct scenario *sc, const char *p)
{
	if (sscanf(p, "%79s", sc->name) != 1)
		return complain(ps, "a scenario wants a name");
	return 0;
}

static int one_line(struct parser *ps, struct scenario *sc, const char *p,
		    int line)
{
	if (!strncmp(p, "name:", 5))
		return name_line(ps, sc, p + 5);
	if (!strncmp(p, "macro:", 6) && !sc->name[0])
		return macro_line(ps, p + 6);
	if (!sc->name[0] && macros)
		sc = &macro[macros - 1];
	if (!sc->name[0])
		return complain(ps, "a scenario starts with name:");
	if (!strncmp(p, "must:", 5)) {
		add_sentence(sc, p + 5 + strspn(p + 5, " \t"));
		return 0;
	}
	if (!sc->must[0])
		return complain(ps, "must: comes before the first step");
	if (!strncmp(p, "do ", 3))
		return do_line(ps, sc, p + 3);
	return add_step(ps, sc, p, line);
}

/**
 * script_read() - read the next scenario of a file
 * @f: file
 * @sc: scenario, its file set, all else zero
 * @line: line number, counted on
 * @err: what is wrong
 * @size: room in @err
 *
 * Return: 1 for a scenario, 0 at the end of the file, -1 with @err set.
 */
int script_read(FILE *f, struct scenario *sc, int *line, char *err,
		size_t size)
{
	struct parser ps = { err, size };
	static char buf[65536];
	int before = *line;
	long pos = ftell(f);

	if (!*line)
		forget_macros();
	while (!next_line(f, buf, sizeof(buf), line)) {
		const char *p = buf + strspn(buf, " \t");

		if (!strncmp(p, "name:", 5) && sc->name[0]) {
			*line = before;
			fseek(f, pos, SEEK_SET);
			break;
		}
		if (*p && *p != '#' && one_line(&ps, sc, p, *line))
			return -1;
		before = *line;
		pos = ftell(f);
	}
	if (sc->name[0] && !sc->steps)
		return complain(&ps, "scenario '%s' has no steps", sc->name);
	return sc->name[0] != 0;
}

/**
 * script_free() - forget a scenario
 * @sc: scenario
 */
void script_free(struct scenario *sc)
{
	int i, j;

	for (i = 0; i < sc->steps; i++)
		for (j = 0; j < sc->step[i].alts; j++)
			text_free(&sc->step[i].alt[j]);
	free(sc->step);
}
