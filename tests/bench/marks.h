/* SPDX-License-Identifier: GPL-2.0 */
/*
 * No-ops that nothing else executes: nopl with a displacement of four letters. packets.c
 * puts them around what count.c is to count.
 */
#ifndef _BENCH_MARKS_H
#define _BENCH_MARKS_H

#define MARK_BEGIN 0x0f, 0x1f, 0x80, 'b', 'e', 'g', 'n'
#define MARK_END 0x0f, 0x1f, 0x80, 'd', 'o', 'n', 'e'

#endif /* _BENCH_MARKS_H */
