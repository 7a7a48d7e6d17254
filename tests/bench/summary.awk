# SPDX-License-Identifier: GPL-2.0
#
# The single figures of tests/bench/run (round,mode,unit,value) in a table:
# minimum, median and maximum, and the median of the rounds' ratios to
# "unloaded" with the least and the greatest of them.

BEGIN {
	FS = ","
}

/^#/ || $1 == "round" {
	next
}

{
	rounds = $1 > rounds ? $1 : rounds
	value[$2, $3, $1] = $4
	if (!($3 in units_seen)) {
		units_seen[$3] = 1
		units[++unit_count] = $3
	}
	modes[$2] = 1
}

# Fills sorted[1..n] with the given mode's figures, or ratios; returns n.
function collect(mode, unit, as_ratio,    i, j, n, one) {
	n = 0
	for (i = 1; i <= rounds; i++) {
		if (!((mode, unit, i) in value))
			continue
		one = value[mode, unit, i]
		if (as_ratio)
			one /= value["unloaded", unit, i]
		for (j = n++; j > 0 && sorted[j] > one; j--)
			sorted[j + 1] = sorted[j]
		sorted[j + 1] = one
	}
	return n
}

function median(n) {
	if (n % 2)
		return sorted[(n + 1) / 2]
	return (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function row(mode, unit,    n, figures) {
	n = collect(mode, unit, 0)
	figures = sprintf("%.0f / %.0f / %.0f", sorted[1], median(n), sorted[n])
	n = collect(mode, unit, 1)
	printf "%-10s %-12s %26s   %.2f (%.2f..%.2f)\n", mode, unit, figures,
		median(n), sorted[1], sorted[n]
}

END {
	printf "%-10s %-12s %26s   %s\n", "mode", "unit", "min / median / max",
		"ratio to unloaded (min..max)"
	n = split("unloaded other exempted loaded unread haproxy nginx", order, " ")
	for (i = 1; i <= unit_count; i++)
		for (j = 1; j <= n; j++)
			if (order[j] in modes)
				row(order[j], units[i])
}
