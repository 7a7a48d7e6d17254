// SPDX-License-Identifier: GPL-2.0
/* show conn: the connections, a line each or all that is known of them. */
#include "ctl.h"
#include "out.h"

#include <arpa/inet.h>
#include <string.h>

#include <esmtp/core.h>

static const char *addr_text(u8 family, const struct esmtp_addr *addr, char *buf)
{
	inet_ntop(family == ESMTP_AF_INET ? AF_INET : AF_INET6, addr->b, buf,
		  INET6_ADDRSTRLEN);
	return buf;
}

/* Which connections are shown, and how. */
struct conns {
	const struct arg *addr, *port;	/* NULL for any */
	bool count;			/* their number alone */
	bool detail;
	struct config cfg;		/* for the names of interfaces */
	u32 found;
	json_t *list;			/* or NULL for text */
};

static bool has_address(const struct esmtp_conn_view *c, const struct value *v)
{
	return c->family == v->family &&
	       (!memcmp(&c->client, &v->addr, sizeof(v->addr)) ||
		!memcmp(&c->server, &v->addr, sizeof(v->addr)) ||
		!memcmp(&c->wire_client, &v->addr, sizeof(v->addr)) ||
		!memcmp(&c->wire_server, &v->addr, sizeof(v->addr)));
}

static bool has_port(const struct esmtp_conn_view *c, u64 port)
{
	return c->client_port == port || c->server_port == port ||
	       c->wire_client_port == port || c->wire_server_port == port;
}

static bool conn_wanted(const struct conns *conns, const struct esmtp_conn_view *c)
{
	return (!conns->addr || has_address(c, &conns->addr->value)) &&
	       (!conns->port || has_port(c, conns->port->value.num));
}

/* Hours, minutes and seconds, as ASA has them. */
static void put_time(struct buf *out, u32 seconds)
{
	buf_add(out, "%u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

static void conn_line(const struct esmtp_conn_view *c)
{
	char client[INET6_ADDRSTRLEN], server[INET6_ADDRSTRLEN];
	struct buf idle = { 0 };

	addr_text(c->family, &c->client, client);
	addr_text(c->family, &c->server, server);
	put_time(&idle, c->idle);
	out_line("TCP client %s/%u server %s/%u, idle %s, %s, map %s, packets %llu, bytes %llu %llu%s%s",
		 client, c->client_port, server, c->server_port, idle.s,
		 c->state ? c->state : "-", c->map ? c->map : "-", c->packets,
		 c->c2s, c->s2c, c->reason ? ", " : "",
		 c->reason ? c->reason : "");
	buf_free(&idle);
}

/* One end: interface, real address, and in parentheses how the other end knows it. */
struct end {
	const char *ifname;
	const struct esmtp_addr *real, *wire;
	u16 port, wire_port;
};

static void put_end(struct buf *out, const struct config *cfg, u8 family,
		    const struct end *e)
{
	const char *name = config_nameif(cfg, e->ifname);
	char real[INET6_ADDRSTRLEN], wire[INET6_ADDRSTRLEN];

	buf_add(out, "%s %s/%u (%s/%u)", name ? name : "identity",
		addr_text(family, e->real, real), e->port,
		addr_text(family, e->wire, wire), e->wire_port);
}

static void put_ends(struct buf *out, const struct config *cfg,
		     const struct esmtp_conn_view *c)
{
	const struct end client = { c->client_if, &c->client, &c->wire_client,
				    c->client_port, c->wire_client_port };
	const struct end server = { c->server_if, &c->server, &c->wire_server,
				    c->server_port, c->wire_server_port };

	buf_add(out, "TCP connection %u: client ", c->id);
	put_end(out, cfg, c->family, &client);
	buf_add(out, " server ");
	put_end(out, cfg, c->family, &server);
}

static const char *sentence(const char *reason)
{
	u32 i;

	for (i = 0; i < ESMTP_REASON_MAX; i++)
		if (!strcmp(esmtp_reason_name((enum esmtp_reason)i), reason))
			return esmtp_reason_sentence((enum esmtp_reason)i);
	return reason;
}

static void conn_detail(const struct config *cfg, const struct esmtp_conn_view *c)
{
	struct buf text = { 0 };

	put_ends(&text, cfg, c);
	buf_add(&text, ",\n    %s", c->state ? c->state : "-");
	if (c->map)
		buf_add(&text, ", map %s", c->map);
	buf_add(&text, ", policy of generation %u, idle ", c->generation);
	put_time(&text, c->idle);
	buf_add(&text, ", uptime ");
	put_time(&text, c->uptime);
	buf_add(&text, ",\n    packets %llu, bytes judged: client %llu, server %llu",
		c->packets, c->c2s, c->s2c);
	if (c->reason)
		buf_add(&text, ",\n    closed by inspection: %s (%s)",
			sentence(c->reason), c->reason);
	out_line("%s", text.s);
	buf_free(&text);
}

static void set_path(json_t *to, const struct config *cfg, const struct esmtp_conn_view *c)
{
	char client[INET6_ADDRSTRLEN], server[INET6_ADDRSTRLEN];
	json_t *path = json_pack("{s:s, s:i, s:s, s:i, s:s?, s:s?, s:s?, s:s?}",
				 "mapped-client",
				 addr_text(c->family, &c->wire_client, client),
				 "mapped-client-port", (int)c->wire_client_port,
				 "mapped-server",
				 addr_text(c->family, &c->wire_server, server),
				 "mapped-server-port", (int)c->wire_server_port,
				 "client-interface", c->client_if,
				 "server-interface", c->server_if,
				 "client-nameif", config_nameif(cfg, c->client_if),
				 "server-nameif", config_nameif(cfg, c->server_if));

	json_object_update(to, path);
	json_decref(path);
}

static json_t *conn_json(const struct config *cfg, const struct esmtp_conn_view *c)
{
	char client[INET6_ADDRSTRLEN], server[INET6_ADDRSTRLEN];
	json_t *to = json_pack("{s:I, s:s, s:i, s:s, s:i, s:s?, s:s?, s:s?, s:I, s:I, s:I, s:I, s:I, s:I}",
			       "connection", (json_int_t)c->id,
			       "client", addr_text(c->family, &c->client, client),
			       "client-port", (int)c->client_port,
			       "server", addr_text(c->family, &c->server, server),
			       "server-port", (int)c->server_port,
			       "state", c->state, "map", c->map,
			       "reason", c->reason,
			       "generation", (json_int_t)c->generation,
			       "idle", (json_int_t)c->idle,
			       "uptime", (json_int_t)c->uptime,
			       "packets", (json_int_t)c->packets,
			       "bytes-client", (json_int_t)c->c2s,
			       "bytes-server", (json_int_t)c->s2c);

	set_path(to, cfg, c);
	return to;
}

static void conn_one(const struct esmtp_conn_view *c, void *ctx)
{
	struct conns *conns = ctx;

	if (!conn_wanted(conns, c))
		return;
	conns->found++;
	if (conns->count)
		return;
	if (conns->list)
		json_array_append_new(conns->list, conn_json(&conns->cfg, c));
	else if (conns->detail)
		conn_detail(&conns->cfg, c);
	else
		conn_line(c);
}

static void print_conns(const struct conns *conns)
{
	if (conns->list)
		out_json(json_pack("{s:i, s:O}", "count", (int)conns->found,
				   "connections", conns->list));
	else if (conns->count)
		out_line("%u in use", conns->found);
}

/**
 * show_conn() - show conn [detail|count|address A|port P]...
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int show_conn(struct ctl *ctl, const struct args *args)
{
	struct conns conns = {
		.addr = args_type(args, TYPE_ADDR, 0),
		.port = args_type(args, TYPE_PORT, 0),
		.count = args_word(args, "count"),
		.detail = args_word(args, "detail"),
	};
	int err = CTL_OK;

	if (ctl_connect(ctl))
		return CTL_ERROR;
	config_load_quietly(ctl, &conns.cfg);
	conns.list = ctl->json ? json_array() : NULL;
	if (esmtp_model_conns(&ctl->nl, conn_one, &conns))
		err = ctl_failed(ctl);
	else
		print_conns(&conns);
	json_decref(conns.list);
	config_free(&conns.cfg);
	return err;
}
