// SPDX-License-Identifier: GPL-2.0
/*
 * Show SMTP dialogues side by side, and what changed against the first.
 *
 *   columns [-c] [-i REGEX]... [-w WIDTH] TITLE FILE [TITLE FILE]...
 *
 *   -c		colour what changed
 *   -i REGEX	text that is never the same twice (POSIX extended): not compared
 *   -w WIDTH	of the screen, 160 by default; the dialogues go one below the
 *		other where a column would be narrower than 36
 *
 * A FILE is a dialogue as swaks prints it: "===" starts what is neither side's,
 * " ->" what the client says, "<-" or "<**" what the server says, "#" a
 * comment. The lines are paired so that as few as possible differ; "!" stands
 * before each that differs from the first dialogue's, or has none there.
 */
#include <errno.h>
#include <regex.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES_MAX	8
#define LINES_MAX	512
#define IGNORED_MAX	8
#define NARROWEST	36
#define WRAP_MAX	4	/* rows of one line, the rest is left out */
#define GAP_COST	2
#define NONE		(-1)

enum side { SIDE_INFO, SIDE_CLIENT, SIDE_SERVER };

struct line {
	enum side side;
	char *text;	/* with the arrow */
	char *said;	/* without */
	char *compared;	/* without what is ignored */
};

struct dialogue {
	const char *title;
	struct line lines[LINES_MAX];
	int count;
	int partner[LINES_MAX];	/* of each line, in the first dialogue */
};

struct screen {
	int width;
	bool colour;
	int columns;
};

static struct dialogue dialogues[FILES_MAX];
static regex_t ignored[IGNORED_MAX];
static int ignored_count;

static void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("columns: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static char *copy(const char *text)
{
	char *new = strdup(text);

	if (!new)
		die("out of memory");
	return new;
}

static void cut_ignored(char *text)
{
	regmatch_t match;
	int i;

	for (i = 0; i < ignored_count; i++) {
		char *pos = text;

		while (*pos && !regexec(&ignored[i], pos, 1, &match, 0)) {
			char *end = pos + match.rm_eo;

			if (match.rm_eo == match.rm_so)
				break;
			pos += match.rm_so;
			memmove(pos, end, strlen(end) + 1);
		}
	}
}

/* A terminal must not act upon what a peer has sent; high bytes pass. */
static void make_printable(char *text)
{
	for (; *text; text++) {
		if (*text == '\t')
			*text = ' ';
		else if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
	}
}

static void parse_line(struct line *line, char *text)
{
	static const char * const arrows[] = { " -> ", " ~> ", "<-  ", "<~  ",
					       "<** ", "<~* " };
	size_t i;

	text[strcspn(text, "\r\n")] = '\0';
	make_printable(text);
	line->text = copy(text);
	line->said = line->text;
	line->side = SIDE_INFO;
	for (i = 0; i < sizeof(arrows) / sizeof(arrows[0]); i++) {
		if (strncmp(text, arrows[i], 3))
			continue;
		line->side = i < 2 ? SIDE_CLIENT : SIDE_SERVER;
		line->said += strlen(text) > 4 ? 4 : strlen(text);
	}
	line->compared = copy(line->said);
	cut_ignored(line->compared);
}

static void read_dialogue(struct dialogue *dialogue, const char *title,
			  const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	if (!in)
		die("%s: %s", path, strerror(errno));
	dialogue->title = title;
	while (getline(&text, &room, in) >= 0) {
		if (*text == '#')
			continue;
		if (dialogue->count == LINES_MAX)
			die("%s: more than %d lines", path, LINES_MAX);
		parse_line(&dialogue->lines[dialogue->count++], text);
	}
	free(text);
	fclose(in);
}

/* What it costs to show one line beside the other; dearer than two gaps: never. */
static int pair_cost(const struct line *one, const struct line *other)
{
	if (one->side != other->side)
		return 2 * GAP_COST + 1;
	if (!strcmp(one->compared, other->compared))
		return 0;
	if (one->side == SIDE_INFO)
		return 2;
	return strncmp(one->said, other->said, 3) ? 3 : 1;
}

/* Needleman and Wunsch: the cheapest way to pair two lists in their order. */
static void align(const struct dialogue *first, struct dialogue *other)
{
	static int cost[LINES_MAX + 1][LINES_MAX + 1];
	int i, j;

	for (i = first->count; i >= 0; i--) {
		for (j = other->count; j >= 0; j--) {
			int best = GAP_COST * (first->count - i +
					       other->count - j);

			if (i < first->count && cost[i + 1][j] + GAP_COST < best)
				best = cost[i + 1][j] + GAP_COST;
			if (j < other->count && cost[i][j + 1] + GAP_COST < best)
				best = cost[i][j + 1] + GAP_COST;
			if (i < first->count && j < other->count) {
				int pair = cost[i + 1][j + 1] +
					   pair_cost(&first->lines[i],
						     &other->lines[j]);

				if (pair < best)
					best = pair;
			}
			cost[i][j] = best;
		}
	}
	for (i = 0, j = 0; j < other->count;) {
		if (i < first->count &&
		    cost[i][j] == cost[i + 1][j + 1] +
				  pair_cost(&first->lines[i],
					    &other->lines[j])) {
			other->partner[j++] = i++;
		} else if (i < first->count &&
			   cost[i][j] == cost[i + 1][j] + GAP_COST) {
			i++;
		} else {
			other->partner[j++] = NONE;
		}
	}
}

/* The length of the character at text, in bytes; a stray byte is one. */
static size_t character(const char *text)
{
	unsigned char lead = *text;
	size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
	size_t i;

	for (i = 1; i < want; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 1;
	return want;
}

/* Prints at most width characters; returns how many bytes, *used: how many. */
static size_t print_part(const char *text, int width, int *used)
{
	size_t bytes = 0;

	for (*used = 0; text[bytes] && *used < width; (*used)++)
		bytes += character(text + bytes);
	fwrite(text, 1, bytes, stdout);
	return bytes;
}

struct cell {
	const char *text;	/* what of it is still to print, or NULL */
	bool changed;
	int row;		/* of its own rows */
};

static void print_cell(struct cell *cell, int width, const struct screen *screen,
		       bool last)
{
	const char *indent = cell->row ? "    " : "";
	bool colour = screen->colour && cell->changed;
	int used = 0, room = width - 2 - (int)strlen(indent);
	bool cut = cell->row == WRAP_MAX - 1;

	if (last && !cell->text)
		return;
	if (colour)
		fputs("\033[1;31m", stdout);
	fputs(cell->changed && cell->text ? "! " : "  ", stdout);
	fputs(indent, stdout);
	if (cell->text) {
		if (cut && strlen(cell->text) > (size_t)room)
			room -= 3;
		else
			cut = false;
		cell->text += print_part(cell->text, room, &used);
		if (cut) {
			fputs("...", stdout);
			used += 3;
		}
		if (cut || !*cell->text)
			cell->text = NULL;
		cell->row++;
	}
	if (colour)
		fputs("\033[0m", stdout);
	if (!last)
		printf("%*s", width - 2 - (int)strlen(indent) - used, "");
}

static void print_row(struct cell *cells, const struct screen *screen)
{
	int width = (screen->width - 3 * (screen->columns - 1)) /
		    screen->columns;
	bool more;
	int i;

	do {
		more = false;
		for (i = 0; i < screen->columns; i++) {
			if (i)
				fputs(" | ", stdout);
			print_cell(&cells[i], width, screen,
				   i == screen->columns - 1);
			more |= cells[i].text != NULL;
		}
		putchar('\n');
	} while (more);
}

static void print_rule(const struct screen *screen)
{
	int width = (screen->width - 3 * (screen->columns - 1)) /
		    screen->columns;
	int i, j;

	for (i = 0; i < screen->columns; i++) {
		if (i)
			fputs("-+-", stdout);
		for (j = 0; j < width; j++)
			putchar('-');
	}
	putchar('\n');
}

static struct cell cell_of(const struct dialogue *first,
			   const struct dialogue *dialogue, int line)
{
	struct cell cell = { .text = dialogue->lines[line].text };
	int partner = dialogue->partner[line];

	if (dialogue != first)
		cell.changed = partner == NONE ||
			       strcmp(first->lines[partner].compared,
				      dialogue->lines[line].compared);
	return cell;
}

/* One row of the table: a line of the first dialogue, or none of it. */
static void side_by_side_row(int anchor, int *at, const struct screen *screen)
{
	const struct dialogue *first = &dialogues[0];
	struct cell cells[FILES_MAX] = { { 0 } };
	int i;

	if (anchor != NONE)
		cells[0] = cell_of(first, first, anchor);
	for (i = 1; i < screen->columns; i++) {
		const struct dialogue *dialogue = &dialogues[i];

		if (at[i] < dialogue->count &&
		    dialogue->partner[at[i]] == anchor) {
			cells[i] = cell_of(first, dialogue, at[i]++);
		} else if (anchor != NONE) {
			cells[i].text = "(nothing)";
			cells[i].changed = true;
		}
	}
	print_row(cells, screen);
}

static bool unpaired_next(const int *at, int columns)
{
	int i;

	for (i = 1; i < columns; i++)
		if (at[i] < dialogues[i].count &&
		    dialogues[i].partner[at[i]] == NONE)
			return true;
	return false;
}

static void side_by_side(const struct screen *screen)
{
	struct cell titles[FILES_MAX] = { { 0 } };
	int at[FILES_MAX] = { 0 };
	int i;

	for (i = 0; i < screen->columns; i++)
		titles[i].text = dialogues[i].title;
	print_row(titles, screen);
	print_rule(screen);
	for (i = 0; i <= dialogues[0].count; i++) {
		while (unpaired_next(at, screen->columns))
			side_by_side_row(NONE, at, screen);
		if (i < dialogues[0].count)
			side_by_side_row(i, at, screen);
	}
}

static void stacked(const struct screen *screen)
{
	struct screen single = { screen->width, screen->colour, 1 };
	int i, j;

	for (i = 0; i < screen->columns; i++) {
		struct cell title = { .text = dialogues[i].title };

		if (i)
			putchar('\n');
		print_row(&title, &single);
		print_rule(&single);
		for (j = 0; j < dialogues[i].count; j++) {
			struct cell cell = cell_of(&dialogues[0],
						   &dialogues[i], j);

			print_row(&cell, &single);
		}
	}
}

static int usage(void)
{
	fputs("usage: columns [-c] [-i REGEX]... [-w WIDTH] "
	      "TITLE FILE [TITLE FILE]...\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct screen screen = { .width = 160 };
	int option, i;

	while ((option = getopt(argc, argv, "ci:w:")) != -1) {
		switch (option) {
		case 'c':
			screen.colour = true;
			break;
		case 'i':
			if (ignored_count == IGNORED_MAX ||
			    regcomp(&ignored[ignored_count++], optarg,
				    REG_EXTENDED))
				die("bad expression: %s", optarg);
			break;
		case 'w':
			screen.width = atoi(optarg);
			break;
		default:
			return usage();
		}
	}
	argc -= optind;
	argv += optind;
	if (argc < 2 || argc % 2 || argc / 2 > FILES_MAX || screen.width < 20)
		return usage();
	screen.columns = argc / 2;
	for (i = 0; i < screen.columns; i++)
		read_dialogue(&dialogues[i], argv[2 * i], argv[2 * i + 1]);
	for (i = 1; i < screen.columns; i++)
		align(&dialogues[0], &dialogues[i]);
	if ((screen.width - 3 * (screen.columns - 1)) / screen.columns <
	    NARROWEST)
		stacked(&screen);
	else
		side_by_side(&screen);
	return 0;
}
