# SPDX-License-Identifier: Apache-2.0
# Prints `target<TAB>file<TAB>line<TAB>module` for each import in one Swift file, given -v target= and -v file=.
# Comments and string literals are left out first: a program quoted in a test may have imports of its own.

{
    code = withoutCommentsAndStrings($0)
    if (pending != "") code = pending " " code
    pending = ""
    statements = split(code, statement, ";")
    for (s = 1; s <= statements; s++) look(statement[s])
}

function look(text,    words, word, w) {
    gsub(/`/, "", text)
    if (text !~ /(^|[ \t])import([ \t]|$)/) return
    gsub(/@[A-Za-z_]+[ \t]*\([^)]*\)/, " ", text)
    words = split(text, word, /[ \t\r]+/)
    w = 1
    while (w <= words && (word[w] == "" || word[w] ~ /^@/ || word[w] ~ /^(public|package|internal|fileprivate|private)$/)) w++
    if (word[w] != "import") return
    w++
    while (w <= words && word[w] ~ /^(typealias|struct|class|enum|protocol|let|var|func|actor)$/) w++
    if (w > words || word[w] == "") {
        pending = text
        return
    }
    sub(/\..*$/, "", word[w])
    print target "\t" file "\t" NR "\t" word[w]
}

function withoutCommentsAndStrings(line,    result, mark, at) {
    result = ""
    while (line != "") {
        if (commentDepth > 0) {
            if (!match(line, /\*\/|\/\*/)) return result
            commentDepth += substr(line, RSTART, 2) == "/*" ? 1 : -1
            line = substr(line, RSTART + RLENGTH)
        } else if (inLongString) {
            if (!match(line, /\\.|"""/)) return result
            if (substr(line, RSTART, RLENGTH) == "\"\"\"") inLongString = 0
            line = substr(line, RSTART + RLENGTH)
        } else {
            if (!match(line, /"""|"|\/\/|\/\*/)) return result line
            at = RSTART
            mark = substr(line, RSTART, RLENGTH)
            result = result substr(line, 1, at - 1)
            line = substr(line, at + RLENGTH)
            if (mark == "//") return result
            if (mark == "/*") commentDepth = 1
            else if (mark == "\"\"\"") inLongString = 1
            else line = afterShortString(line)
            result = result " "
        }
    }
    return result
}

# What follows the end of a string literal whose opening quote is already behind; nothing when it has no end.
function afterShortString(line) {
    if (!match(line, /^([^"\\]|\\.)*"/)) return ""
    return substr(line, RSTART + RLENGTH)
}
