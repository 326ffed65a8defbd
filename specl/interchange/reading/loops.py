"""Compiled loops over the bytes of long texts: words, numbers, and the lines of the formats.

They stand in one file, for what is kept of a compiled loop is not renewed where another file changes.

A decimal of at most 2^53 in units of 10^-22 … 10^22 is one correctly rounded operation on two exact doubles (Clinger
1990). One of up to 18 digits is divided in twice the precision, and taken where the error cannot change how it rounds
(Ziv 1991). All others, fractions among them, are left to `numbers.exactly`. So every number is rounded once, to the
nearest double.
"""

import numpy as np

from specl.solvers.compiled import compiled

POWERS = np.array([float(f"1e{k}") for k in range(23)])


@compiled
def skip(data, at):  # type: ignore[no-untyped-def]
    """Where the next character stands that is neither blank nor tab nor carriage return."""
    while at < len(data) and (data[at] == 32 or data[at] == 9 or data[at] == 13):
        at += 1
    return at


@compiled
def line_end(data, at):  # type: ignore[no-untyped-def]
    """Where the line ends."""
    while at < len(data) and data[at] != 10:
        at += 1
    return at


@compiled
def token_end(data, at):  # type: ignore[no-untyped-def]
    """Where a word ends: at a blank, a comma, a bracket or the end of the line."""
    while at < len(data):
        c = data[at]
        if c == 32 or c == 9 or c == 13 or c == 10 or c == 44 or c == 93:
            break
        at += 1
    return at


@compiled
def integer(data, at):  # type: ignore[no-untyped-def]
    """A number of digits alone and where it ends; −1 where none stands, or one too large."""
    value, start = 0, at
    while at < len(data) and 48 <= data[at] <= 57:
        if value < 10**15:
            value = 10 * value + int(data[at]) - 48
        at += 1
    if at == start or value >= 10**15:
        return -1, start
    return value, at


@compiled
def quotient(above, below):  # type: ignore[no-untyped-def]
    """An integer above 2^53 over an exact double, rounded to the nearest double; NaN where that is not sure."""
    high = float(above)
    low = float(above - np.int64(high))  # exact: high is the integer's nearest double
    first = high / below
    split = 134217729.0  # 2^27 + 1: Veltkamp's splitting, for Dekker's exact product of `first` and `below`
    a = split * first - (split * first - first)
    b = split * below - (split * below - below)
    product = first * below
    rest = a * b - product + a * (below - b) + (first - a) * b + (first - a) * (below - b)
    more = ((high - product - rest) + low) / below
    value = first + more
    if first + more * (1 - 2.0**-40) == value and first + more * (1 + 2.0**-40) == value:
        return value
    return np.nan


@compiled
def number(data, at):  # type: ignore[no-untyped-def]
    """A decimal, where it ends, and whether it was read: the others are for `exactly`."""
    end = token_end(data, at)
    sign = 1.0
    if at < end and (data[at] == 45 or data[at] == 43):
        sign = -1.0 if data[at] == 45 else 1.0
        at += 1
    mantissa, digits, scale, is_behind = 0, 0, 0, False
    while at < end:
        c = int(data[at])
        if 48 <= c <= 57 and mantissa < 10**17:
            mantissa = 10 * mantissa + (c - 48)
            digits += 1
            if is_behind:
                scale -= 1
        elif c == 46 and not is_behind:
            is_behind = True
        else:
            break
        at += 1
    if at < end and (data[at] == 101 or data[at] == 69):
        at += 1
        is_negative = False
        if at < end and (data[at] == 45 or data[at] == 43):
            is_negative = data[at] == 45
            at += 1
        exponent, behind = integer(data, at)
        if exponent < 0 or exponent > 400:
            return np.nan, end, False
        scale += -exponent if is_negative else exponent
        at = behind
    if at < end or digits == 0 or scale < -22 or scale > 22:
        return np.nan, end, False
    if mantissa > 2**53:
        value = quotient(mantissa, POWERS[-scale]) if scale <= 0 else np.nan
        return sign * value, end, not np.isnan(value)
    return (sign * mantissa / POWERS[-scale] if scale < 0 else sign * mantissa * POWERS[scale]), end, True


@compiled
def rows(data, at, width, indices, values, later, behind):  # type: ignore[no-untyped-def]
    """Lines of ``width`` indices, a number, and maybe more: filled into ``indices`` [limit, width], ``values`` and
    ``behind``, where the number has ended, until they are full.

    Lines that begin with # are left out. ``later`` is where a number stands that is for `exactly`, else −1.

    Returns: how many lines, where the next begins, and what was expected in vain: 0 nothing, 1 an index, 2 a number.
    """
    count = 0
    while at < len(data) and count < len(values):
        at = skip(data, at)
        if at < len(data) and data[at] == 35:
            at = line_end(data, at)
        if at >= len(data) or data[at] == 10:
            at += 1
            continue
        for i in range(width):
            value, end = integer(data, at)
            if value < 0 or end >= len(data) or (data[end] != 32 and data[end] != 9):
                return count, at, 1
            indices[count, i] = value
            at = skip(data, end)
        if at >= len(data) or data[at] == 10:
            return count, at - 1, 2
        values[count], end, is_read = number(data, at)
        later[count] = -1 if is_read else at
        behind[count] = end
        at = line_end(data, end) + 1
        count += 1
    return count, min(at, len(data)), 0


@compiled
def _is_word(data, at, word):  # type: ignore[no-untyped-def]
    if at + len(word) > len(data):
        return False
    return np.array_equal(data[at : at + len(word)], word)


_STATE = np.frombuffer(b"state ", dtype=np.uint8)
_ACTION = np.frombuffer(b"action ", dtype=np.uint8)


@compiled
def _brackets(data, at, rewards, later):  # type: ignore[no-untyped-def]
    """The rewards of one line, from [ on: where ] has passed, or −6, −7 for what is wrong."""
    at = skip(data, at + 1)
    for i in range(len(rewards)):
        rewards[i], end, is_read = number(data, at)
        later[i] = -1 if is_read else at
        at = skip(data, end)
        if at < len(data) and data[at] == 44:
            at = skip(data, at + 1)
        elif at < len(data) and data[at] == 93:
            return at + 1
        else:
            return -7
    return -6


@compiled
def drn_lines(  # type: ignore[no-untyped-def]
    data, at, counts, choices, entries, targets, values, later, rewards, reward_later, words, places
):
    """Read until one of the arrays is full. ``counts``: of states, choices, transitions so far, in the
    whole file, and the first choice of the last state.

    Returns: where the next line begins, and which of `drn_lines.EXPECTED` was expected in vain there.
    """
    n0, m0, nnz0 = counts[0], counts[1], counts[2]
    limit = len(targets) - 1
    while at < len(data):
        n, m, nnz = counts[0] - n0, counts[1] - m0, counts[2] - nnz0
        if n >= limit or m >= limit or nnz >= limit:
            break
        at = skip(data, at)
        if at >= len(data) or data[at] == 10 or (data[at] == 47 and at + 1 < len(data) and data[at + 1] == 47):
            at = line_end(data, at) + 1
            continue
        if _is_word(data, at, _STATE) or _is_word(data, at, _ACTION):
            begin = at
            if data[at] == 115:
                which, index = 0, n
                number_of, end = integer(data, skip(data, at + 6))
                if number_of != counts[0]:
                    return at, 2
                choices[n] = counts[1]
                counts[0] += 1
                counts[3] = counts[1]
                at = skip(data, end)
                if at < len(data) and (data[at] == 33 or data[at] == 123):
                    return at, 9
            else:
                if counts[0] == 0:
                    return at, 5
                which, index = 1, m
                entries[m] = counts[2]
                counts[1] += 1
                at = skip(data, at + 7)
                words[1, m, 0] = at
                while at < len(data) and data[at] != 32 and data[at] != 9 and data[at] != 13 and data[at] != 10:
                    at += 1
                words[1, m, 1] = at
                at = skip(data, at)
            if at < len(data) and data[at] == 91:
                end = _brackets(data, at, rewards[which, index], reward_later[which, index])
                if end < 0:
                    return at, -end
                at = skip(data, end)
            end = line_end(data, at)
            if which == 0:
                words[0, n, 0] = at if at < end else begin
                words[0, n, 1] = end if at < end else begin
            at = end + 1
            continue
        target, end = integer(data, at)
        if target < 0:
            return at, 1 if data[at] > 58 else 3
        if counts[0] == 0:
            return at, 5
        if counts[1] == counts[3]:
            # a transition without a line for its choice: the only choice of its state
            entries[m] = counts[2]
            words[1, m, 0] = at
            words[1, m, 1] = at
            counts[1] += 1
        targets[nnz] = target
        places[nnz] = at
        at = skip(data, end)
        if at >= len(data) or data[at] != 58:
            return at, 4
        at = skip(data, at + 1)
        values[nnz], end, is_read = number(data, at)
        later[nnz] = -1 if is_read else at
        at = skip(data, end)
        if at < len(data) and data[at] != 10:
            return at, 8
        at += 1
        counts[2] += 1
    return min(at, len(data)), 0
