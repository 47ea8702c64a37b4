# SPDX-License-Identifier: Apache-2.0
# Turns any JSON text into lines of `path<TAB>value`, one for each string, number and word in it,
# where a path reads like `.targets.3.name`. Escapes in strings are left as they are written.

{ text = text $0 "\n" }

END {
    depth = 0
    path[0] = ""
    while (match(text, /"([^"\\]|\\.)*"|[][{},:]|[^][{},: \t\r\n"]+/)) {
        token = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        take(token)
    }
}

function take(token) {
    if (token == "{" || token == "[") {
        depth++
        kind[depth] = token
        count[depth] = 0
        step[depth] = token == "[" ? 0 : ""
        isKey[depth] = token == "{"
    } else if (token == "}" || token == "]") {
        depth--
    } else if (token == ",") {
        if (kind[depth] == "[") step[depth]++
        else isKey[depth] = 1
    } else if (token == ":") {
        isKey[depth] = 0
    } else if (isKey[depth]) {
        step[depth] = unquoted(token)
    } else {
        print where() "\t" unquoted(token)
    }
}

function unquoted(token) {
    return substr(token, 1, 1) == "\"" ? substr(token, 2, length(token) - 2) : token
}

function where(    level, result) {
    result = ""
    for (level = 1; level <= depth; level++) result = result "." step[level]
    return result
}
