/* SPDX-License-Identifier: GPL-2.0 */
/* The version of module, daemon and tools; debian/changelog begins with the same. */
#ifndef _ESMTP_VERSION_H
#define _ESMTP_VERSION_H

#define ESMTP_VERSION "0.9.0"

#endif /* _ESMTP_VERSION_H */
