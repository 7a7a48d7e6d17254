// SPDX-License-Identifier: GPL-2.0
/*
 * Access-lists. A line that is configured again is found by its hash, so that
 * loading a list of 100,000 lines takes no longer than reading it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

/**
 * config_acl_find() - find an access-list
 * @cfg: the configuration
 * @name: its name
 *
 * Return: the list, or NULL.
 */
struct acl *config_acl_find(struct config *cfg, const char *name)
{
	struct acl *acl;

	/* Lines of a list follow one another: look at the newest first. */
	list_each_reverse(acl, &cfg->acls, list)
		if (!strcmp(acl->name, name))
			return acl;
	return NULL;
}

/**
 * config_acl_add() - add an access-list
 * @cfg: the configuration
 * @name: its name, up to 64 characters
 *
 * Return: the list, still without lines.
 */
struct acl *config_acl_add(struct config *cfg, const char *name)
{
	struct acl *acl = mem_alloc(sizeof(*acl));

	memcpy(acl->name, name, strlen(name) + 1);
	list_init(&acl->lines);
	list_add(&cfg->acls, &acl->list);
	cfg->nacls++;
	return acl;
}

/**
 * config_acl_del() - remove an access-list with its lines
 * @cfg: the configuration
 * @acl: the list, not in use
 */
void config_acl_del(struct config *cfg, struct acl *acl)
{
	struct acl_line *line;
	struct list *next;

	list_each_safe(line, next, &acl->lines, list)
		config_line_del(cfg, acl, line);
	list_del(&acl->list);
	cfg->nacls--;
	free(acl->buckets);
	free(acl);
}

/* FNV-1a */
static u32 hash_bytes(u32 h, const void *p, size_t n)
{
	const u8 *b = p;

	while (n--)
		h = (h ^ *b++) * 16777619U;
	return h;
}

static u32 hash_line(const struct acl_key *key, const char *remark)
{
	u32 h = hash_bytes(2166136261U, key, sizeof(*key));

	return remark ? hash_bytes(h, remark, strlen(remark)) : h;
}

/* A line came or went: what refers to objects, and what to count anew. */
static void refer(struct acl *acl, const struct acl_key *key, int by)
{
	bool refs = false;
	u32 i;

	for (i = 0; i < ACL_PLACES; i++) {
		if (!key->object[i])
			continue;
		key->object[i]->uses += (u32)by;
		refs = true;
	}
	if (refs)
		acl->nrefs += (u32)by;
	acl->standard += (u32)(by * key->standard);
	acl->naces += (u32)(by * !key->remark);
	acl->nlines += (u32)by;
	acl->epoch = 0;
}

static struct list *bucket(const struct acl *acl, u32 hash)
{
	return &acl->buckets[hash & (acl->nbuckets - 1)];
}

/* Twice as many buckets, with all lines in them. */
static void rehash(struct acl *acl)
{
	struct acl_line *line;
	u32 i;

	free(acl->buckets);
	acl->nbuckets = acl->nbuckets ? acl->nbuckets * 2 : 16;
	acl->buckets = mem_array(acl->nbuckets, sizeof(*acl->buckets));
	for (i = 0; i < acl->nbuckets; i++)
		list_init(&acl->buckets[i]);
	list_each(line, &acl->lines, list)
		list_add(bucket(acl, line->hash), &line->bucket);
}

/**
 * config_line_find() - find a line of an access-list
 * @acl: the list
 * @key: what it says
 * @remark: its text if it is a remark, else NULL
 *
 * Return: the line, or NULL.
 */
struct acl_line *config_line_find(struct acl *acl, const struct acl_key *key,
				  const char *remark)
{
	u32 hash = hash_line(key, remark);
	struct acl_line *line;
	struct list *lines;

	if (!acl->nbuckets)
		return NULL;
	lines = bucket(acl, hash);
	list_each(line, lines, bucket)
		if (line->hash == hash && !memcmp(&line->key, key, sizeof(*key)) &&
		    (!remark || !strcmp(line->remark, remark)))
			return line;
	return NULL;
}

/* The line that is number @at, from 1; NULL behind the last one. */
static struct acl_line *nth(const struct acl *acl, u32 at)
{
	struct acl_line *line;

	list_each(line, &acl->lines, list)
		if (!--at)
			break;
	return line;
}

/**
 * config_line_add() - add a line to an access-list
 * @cfg: the configuration
 * @acl: the list, which does not have the line
 * @key: what it says
 * @remark: its text if it is a remark, else NULL
 * @at: place that it is to have, from 1; 0 for the last
 *
 * Return: the line, without log and inactive.
 */
struct acl_line *config_line_add(struct config *cfg, struct acl *acl,
				 const struct acl_key *key, const char *remark,
				 u32 at)
{
	struct acl_line *before = at && at <= acl->nlines ? nth(acl, at) : NULL;
	struct acl_line *line = mem_alloc(sizeof(*line));

	line->key = *key;
	line->remark = remark ? mem_dup(remark, strlen(remark)) : NULL;
	line->hash = hash_line(&line->key, remark);
	if (acl->nlines >= acl->nbuckets)
		rehash(acl);
	list_add(bucket(acl, line->hash), &line->bucket);
	if (before)
		list_add(&before->list, &line->list);
	else
		list_add(&acl->lines, &line->list);
	refer(acl, key, 1);
	cfg->naces += !key->remark;
	return line;
}

/**
 * config_line_del() - remove a line of an access-list
 * @cfg: the configuration
 * @acl: the list
 * @line: the line
 */
void config_line_del(struct config *cfg, struct acl *acl, struct acl_line *line)
{
	list_del(&line->list);
	list_del(&line->bucket);
	refer(acl, &line->key, -1);
	cfg->naces -= !line->key.remark;
	free(line->remark);
	free(line);
}

/**
 * config_acl_size() - how many lines has a list when objects are put in?
 * @cfg: the configuration
 * @acl: the list
 *
 * Return: their number, at most ESMTP_MAX_ACES + 1 for more than that.
 */
u32 config_acl_size(struct config *cfg, struct acl *acl)
{
	const struct acl_line *line;

	if (!acl->nrefs)
		return acl->naces;
	if (acl->epoch == cfg->object_epoch)
		return acl->size;
	acl->size = 0;
	list_each(line, &acl->lines, list) {
		if (!line->remark)
			acl->size += acl_line_size(cfg, line);
		if (acl->size > ESMTP_MAX_ACES)
			acl->size = ESMTP_MAX_ACES + 1;
	}
	acl->epoch = cfg->object_epoch;
	return acl->size;
}

/**
 * config_acls_size() - the same for all lists that a class uses
 * @cfg: the configuration
 *
 * Return: their number, at most ESMTP_MAX_ACES + 1 for more than that.
 */
u32 config_acls_size(struct config *cfg)
{
	struct class_map *class;
	struct acl *acl;
	u32 n = 0;

	list_each(acl, &cfg->acls, list)
		acl->index = ESMTP_NONE;
	list_each(class, &cfg->classes, list) {
		if (!class->acl || class->acl->index != ESMTP_NONE)
			continue;
		class->acl->index = 0;
		n += config_acl_size(cfg, class->acl);
		if (n > ESMTP_MAX_ACES)
			return ESMTP_MAX_ACES + 1;
	}
	return n;
}
