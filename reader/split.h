/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SPLIT_H
#define SPLIT_H

#include "dump.h"

/* Joins regions that the memory of ramoops has been split over by mistake, once kinds are known. */
void split_find(struct dump *dump, const char *path);

#endif
