/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wire: plays both ends of a TCP connection through a router under test.
 *
 * text.c    quoted strings, escapes
 * script.c  scenario file -> steps
 * pkt.c     IP and TCP headers: build, parse, checksums
 * raw.c     packet sockets in the end namespaces
 * neigh.c   ARP and neighbour discovery
 * fence.c   reception; what arrived before the fence, and what never will
 * tcp.c     the two minimal TCP ends
 * run.c     steps -> segments and expectations
 * live.c    a server that is a real one: a socket of a kernel, or a program's
 * stats.c   the module's counters
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define __printf(a, b)	__attribute__((__format__(printf, a, b)))
#define WIRE_ALTS	4
#define WIRE_LIST	32
#define WIRE_RAW	40
#define WIRE_MACROS	16
#define WIRE_EXTS	12

enum wire_side { CLIENT, SERVER, SIDES };

/**
 * struct text - bytes of a segment
 * @data: the bytes, allocated
 * @other: at each place, the byte that is as good on an expectation
 * @len: how many
 */
struct text {
	uint8_t *data;
	uint8_t *other;
	size_t len;
};

/* text.c */
int text_parse(const char **pos, struct text *t, const char **why);
int text_copy(struct text *t, const struct text *from, long times);
void text_free(struct text *t);
size_t text_common(const struct text *t, size_t at, const uint8_t *data,
		   size_t len);
char *text_escape(const uint8_t *data, size_t len, char *buf, size_t size);

/* script.c */
enum step_kind {
	STEP_SEND, STEP_EXPECT, STEP_BEGIN, STEP_OPEN, STEP_CLOSE, STEP_RESET, STEP_ABANDON,
	STEP_ACK, STEP_NOACK, STEP_MARK, STEP_RENUMBER, STEP_GROWN, STEP_STATS,
	STEP_READ,
};

/* words without a value */
enum step_flag {
	F_FIN = 1 << 0, F_SYN = 1 << 1, F_RST = 1 << 2, F_PUSH = 1 << 3,
	F_NOACK = 1 << 4, F_BADSUM = 1 << 5, F_SPLIT = 1 << 6,
	F_REVERSED = 1 << 7, F_NONE = 1 << 8, F_BARE = 1 << 9,
	F_PARTIAL = 1 << 11, F_NOSACK = 1 << 12, F_TS = 1 << 13, F_V6 = 1 << 14,
	F_AGAIN = 1 << 15, F_NOTS = 1 << 16, F_PLAYED = 1 << 17, F_LIVE = 1 << 18,
	F_ANY = 1 << 19, F_WITHOUT = 1 << 20,
};

/* words with a number */
enum step_num {
	N_AT, N_ACK, N_WIN, N_TSVAL, N_TTL, N_URG, N_GSO, N_SEGS, N_MSS,
	N_WSCALE, N_CISN, N_SISN, N_DELTA, N_DOFF, N_OVERLAP, N_RCVBUF, N_NUMS,
};

/**
 * struct step - one line of a scenario
 * @kind: what to do
 * @line: line number, for messages
 * @side: who sends, or who receives
 * @alt: the text; on an expectation also its alternatives
 * @alts: number of texts
 * @flags: words given, enum step_flag
 * @num: numbers given, enum step_num
 * @has: bit per number: it was given
 * @rel: bit per number: it was given with a sign
 * @cut: sizes of the segments; @cuts of them
 * @cuts: number of sizes
 * @frag: sizes of the IP fragments; @frags of them
 * @frags: number of sizes
 * @ipopt: IPv4 options; @ipopt_len bytes
 * @ipopt_len: length, a multiple of four
 * @tcpopt: extra TCP options; @tcpopt_len bytes
 * @tcpopt_len: length
 * @ext: IPv6 extension headers, by number; @exts of them
 * @exts: number of headers
 * @word: name of a counter
 */
struct step {
	enum step_kind kind;
	int line;
	enum wire_side side;
	struct text alt[WIRE_ALTS];
	int alts;
	unsigned int flags;
	long long num[N_NUMS];
	unsigned int has;
	unsigned int rel;
	unsigned int cut[WIRE_LIST];
	int cuts;
	unsigned int frag[WIRE_LIST];
	int frags;
	uint8_t ipopt[WIRE_RAW];
	size_t ipopt_len;
	uint8_t tcpopt[WIRE_RAW];
	size_t tcpopt_len;
	unsigned int ext[WIRE_EXTS];
	int exts;
	char word[64];
};

/**
 * step_has() - was this number given?
 * @s: step
 * @n: which number
 *
 * Return: true if it was.
 */
static inline bool step_has(const struct step *s, enum step_num n)
{
	return s->has & (1U << n);
}

/**
 * struct scenario - one conversation
 * @file: file it comes from
 * @name: its name
 * @must: the sentence that says what must happen, may be several lines
 * @step: its steps
 * @steps: number of steps
 */
struct scenario {
	const char *file;
	char name[80];
	char must[1024];
	struct step *step;
	int steps;
};

int script_read(FILE *f, struct scenario *sc, int *line, char *err,
		size_t size);
void script_free(struct scenario *sc);

/* pkt.c */
#define PKT_HDRS	256	/* room for link, IP and extension headers */

/**
 * struct addrs - who talks to whom
 * @family: AF_INET or AF_INET6
 * @src: source address
 * @dst: destination address
 */
struct addrs {
	int family;
	uint8_t src[16];
	uint8_t dst[16];
};

/**
 * struct ip_how - how to wrap a transport segment in IP
 * @ttl: hop limit
 * @opt: IPv4 options
 * @opt_len: their length
 * @ext: IPv6 extension headers, by number
 * @exts: how many
 * @frag: sizes of fragments, or NULL
 * @frags: number of sizes
 * @overlap: bytes of each fragment but the first that repeat, otherwise, the end
 *	of the one before
 * @reversed: last fragment first
 * @gso: segment size of a super-packet, or 0
 * @partial: leave the checksum to the receiver (CHECKSUM_PARTIAL)
 */
struct ip_how {
	uint8_t ttl;
	const uint8_t *opt;
	size_t opt_len;
	const unsigned int *ext;
	int exts;
	const unsigned int *frag;
	int frags;
	unsigned int overlap;
	bool reversed;
	unsigned int gso;
	bool partial;
};

/**
 * struct pkt - what was found in a received packet
 * @addr: addresses
 * @proto: transport protocol
 * @ttl: hop limit
 * @l4: transport header
 * @len: transport length
 * @is_frag: this is a fragment
 * @more: more fragments follow
 * @off: offset of this fragment
 * @id: fragment id
 * @partial: checksum left to the receiver
 * @bad: what is wrong with it, or NULL
 */
struct pkt {
	struct addrs addr;
	uint8_t proto;
	uint8_t ttl;
	const uint8_t *l4;
	size_t len;
	bool is_frag;
	bool more;
	size_t off;
	uint32_t id;
	bool partial;
	const char *bad;
};

uint32_t pkt_sum(const void *data, size_t len, uint32_t sum);
uint16_t pkt_fold(uint32_t sum);
uint32_t pkt_pseudo(const struct addrs *a, uint8_t proto, size_t len);
size_t pkt_ip(uint8_t *buf, const struct addrs *a, uint8_t proto,
	      const struct ip_how *how, size_t len);
size_t pkt_ip_frag(uint8_t *buf, const struct addrs *a, uint8_t proto,
		   const struct ip_how *how, size_t len, size_t off, bool more);
int pkt_parse(const uint8_t *ip, size_t len, struct pkt *p);
const char *pkt_tcp_check(const struct pkt *p);

/* raw.c */
struct wire;

/**
 * struct reasm - fragments of one packet
 * @id: its id
 * @have: bytes that came
 * @total: bytes in all, 0 until the last fragment came
 * @data: the bytes
 */
struct reasm {
	uint32_t id;
	size_t have;
	size_t total;
	uint8_t data[65536];
};

/**
 * struct host - a packet socket in an end namespace
 * @netns: name of the namespace
 * @ifname: interface, or NULL for the first one that is no loopback
 * @ip4: address in text
 * @ip6: address in text
 * @gw4: router's address in text
 * @fd: packet socket
 * @mac: own link address
 * @gw_mac: router's link address
 * @gw_known: @gw_mac is valid
 * @addr4: address
 * @addr6: address
 * @fence: number of the last fence that arrived here
 * @reasm: reassembly
 */
struct host {
	const char *netns;
	const char *ifname;
	const char *ip4;
	const char *ip6;
	const char *gw4;
	int fd;
	uint8_t mac[6];
	uint8_t gw_mac[6];
	bool gw_known;
	uint8_t addr4[4];
	uint8_t addr6[16];
	uint32_t fence;
	struct reasm reasm;
};

int raw_open(struct wire *w);
int raw_send(struct wire *w, enum wire_side side, const struct addrs *a,
	     uint8_t proto, const struct ip_how *how, const uint8_t *l4,
	     size_t len);
void raw_addrs(const struct wire *w, enum wire_side from, int family,
	       struct addrs *a);
struct virtio_net_hdr;
uint8_t *raw_link_hdr(const struct host *h, const uint8_t *dst, uint16_t proto);
int raw_send_frame(struct wire *w, struct host *h,
		   const struct virtio_net_hdr *vh, size_t len);

/* neigh.c */
int neigh_arp(struct wire *w, struct host *h, const uint8_t *p, size_t len);
int neigh_icmp6(struct wire *w, struct host *h, const uint8_t *eth,
		const struct pkt *p);
int neigh_ask(struct wire *w, struct host *h);

/* fence.c */
int fence_sync(struct wire *w);
int fence_warm_up(struct wire *w);
long fence_now_ms(void);

/* tcp.c */
#define TH_FIN	0x01
#define TH_SYN	0x02
#define TH_RST	0x04
#define TH_PUSH	0x08
#define TH_ACK	0x10
#define TH_URG	0x20

/**
 * struct seg - a TCP segment that arrived
 * @next: next in arrival order
 * @seq: sequence number
 * @ack: acknowledgement number
 * @win: window
 * @urg: urgent pointer
 * @flags: TH_*
 * @ttl: hop limit
 * @bad: what is wrong with it, or NULL
 * @opt: TCP options
 * @opt_len: their length
 * @data: payload
 * @len: its length
 */
struct seg {
	struct seg *next;
	uint32_t seq;
	uint32_t ack;
	uint16_t win;
	uint16_t urg;
	uint8_t flags;
	uint8_t ttl;
	const char *bad;
	uint8_t opt[WIRE_RAW];
	size_t opt_len;
	uint8_t *data;
	size_t len;
};

/**
 * struct tcp_end - one end of the connection
 * @port: port
 * @isn: initial sequence number; offset 0 is the byte after it
 * @snd_nxt: offset of the next byte to send
 * @rcv_isn: initial sequence number of the other end, as it arrived
 * @rcv_nxt: offset of the next byte to come
 * @ack_out: offset that is acknowledged to the other end
 * @autoack: acknowledge what was expected and came
 * @syn_seen: the other end's SYN came
 * @ts_now: own timestamp clock
 * @ts_recent: the other end's last timestamp
 * @queue: what arrived and was not yet expected
 * @tail: where to append
 */
struct tcp_end {
	uint16_t port;
	uint32_t isn;
	long long snd_nxt;
	uint32_t rcv_isn;
	long long rcv_nxt;
	long long ack_out;
	bool autoack;
	bool syn_seen;
	uint32_t ts_now;
	uint32_t ts_recent;
	struct seg *queue;
	struct seg **tail;
};

/**
 * struct conn - the connection of a scenario
 * @family: AF_INET or AF_INET6
 * @end: both ends
 * @mss: announced by both
 * @wscale: announced by both, or -1
 * @sack: SACK permitted
 * @ts: timestamps
 * @renumber: numbers may be translated on the way
 * @grown: bytes that the router has put into each side's stream
 * @live: segments of it may be under way
 */
struct conn {
	int family;
	struct tcp_end end[SIDES];
	unsigned int mss;
	int wscale;
	bool sack;
	bool ts;
	bool renumber;
	long long grown[SIDES];
	bool live;
};

void tcp_begin(struct wire *w, const struct step *s);
int tcp_send(struct wire *w, const struct step *s, const uint8_t *data,
	     size_t len, long long at);
void tcp_receive(struct wire *w, enum wire_side side, const struct pkt *p);
int tcp_mark(struct wire *w);
struct seg *tcp_next(struct tcp_end *end);
void tcp_drop(struct tcp_end *end, struct seg *seg);
void tcp_drop_bare(struct tcp_end *end);
void tcp_flush(struct wire *w);
long long tcp_offset(const struct tcp_end *end, const struct seg *seg);
bool tcp_is_bare(const struct seg *seg);
char *tcp_flags(unsigned int flags, char buf[8]);

/* live.c */
enum live_kind { LIVE_NOT, LIVE_SOCKET, LIVE_PEER };

/**
 * struct live - a server that wire does not play
 * @kind: a socket of this program's in the server's namespace, or another
 *	program's
 * @addr4: its address
 * @addr6: its address
 * @listener: for @kind LIVE_SOCKET, by family: IPv4, IPv6
 * @fd: the connection, or -1
 * @slow: the application reads only when a step asks what it has read
 * @eof: the application has read the end
 * @reset: the application was told of a RST
 * @read: what the application has read and no step has asked for
 * @len: how many bytes
 * @replies: final lines of the server's replies that came
 * @awaited: final lines that were waited for
 * @line: the line that is coming
 * @col: its bytes, as far as they matter
 */
struct live {
	enum live_kind kind;
	uint8_t addr4[4];
	uint8_t addr6[16];
	int listener[2];
	int fd;
	bool slow;
	bool eof;
	bool reset;
	uint8_t read[65536];
	size_t len;
	int replies;
	int awaited;
	uint8_t line[4];
	size_t col;
};

int live_set(struct live *l, enum live_kind kind, const char *text);
int live_listen(struct wire *w);
void live_addrs(const struct wire *w, enum wire_side from, struct addrs *a);
void live_begin(struct wire *w, const struct step *s);
int live_send(struct wire *w, const struct step *s);
int live_settle(struct wire *w);
int live_read(struct wire *w, const struct step *s);
int live_collect(struct wire *w);

/* stats.c */
#define STATS_MAX	512

/**
 * struct stats - counters at one moment
 * @n: number of counters
 * @name: their names
 * @value: their values
 */
struct stats {
	int n;
	char name[STATS_MAX][64];
	unsigned long long value[STATS_MAX];
};

int stats_read(struct stats *st, const char *command);
const unsigned long long *stats_find(const struct stats *st, const char *name);

/* run.c */
int run_scenario(struct wire *w, const struct scenario *sc, int variant);
int run_variants(const struct scenario *sc);

/**
 * struct wire - the program
 * @host: the end hosts
 * @router: name of the router's namespace, or NULL: this one
 * @conn: the connection of the running scenario
 * @sc: the running scenario
 * @line: the running line
 * @before: counters before the scenario
 * @port: last client port used
 * @server_port: port of the server
 * @fence: number of the last fence sent
 * @rounds: how many fences follow each other
 * @verbose: trace packets
 * @stats: command that prints the counters, or NULL for the module's
 * @no_module: the router has no module: counters are not compared
 * @live: the server, if it is a real one
 * @err: what went wrong
 */
struct wire {
	struct host host[SIDES];
	const char *router;
	struct conn conn;
	const struct scenario *sc;
	int line;
	struct stats before;
	uint16_t port;
	uint16_t server_port;
	uint32_t fence;
	int rounds;
	bool verbose;
	const char *stats;
	bool no_module;
	struct live live;
	char err[4096];
};

__printf(2, 3) int wire_fail(struct wire *w, const char *fmt, ...);
__printf(2, 3) void wire_trace(const struct wire *w, const char *fmt, ...);

#endif /* WIRE_H */
