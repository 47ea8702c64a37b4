# SPDX-License-Identifier: Apache-2.0
# Reads imports.allow, the package's edges and the imports, in that order; prints each offence, and exits with 1 if any.
BEGIN { FS = "\t" }

FNR == 1 { reading++ }

# imports.allow: target | our targets | modules from outside
reading == 1 {
    sub(/#.*$/, "")
    if ($0 !~ /\|/) next
    if (split($0, column, "|") != 3) {
        offend(FILENAME ":" FNR ": a row has three columns: target | our targets | modules from outside")
        next
    }
    name = column[1]
    gsub(/[ \t]/, "", name)
    ruled[name] = 1
    allow(name, column[2])
    allow(name, column[3])
    next
}

reading == 2 && $1 == "target" {
    isTest[$2] = ($3 == "test" || $4 ~ /^Tests\//)
    if (!isTest[$2] && !($2 in ruled)) offend("Package.swift: target " $2 " has no row in scripts/imports.allow")
    next
}

reading == 2 && $1 == "edge" {
    declared[$2, $3] = 1
    if (!isTest[$2] && !permitted($2, $3)) {
        offend("Package.swift: target " $2 " declares " $3 ", which it may not use; allowed: " list($2))
    }
    next
}

reading == 3 {
    target = $1
    place = $2 ":" $3
    module = $4
    if (module == target) next
    if (("toolchain", module) in allowed) next
    if (isTest[target]) {
        if (module == "Testing") next
    } else if (!permitted(target, module)) {
        offend(place ": " target " may not import " module "; allowed: " list(target))
        next
    }
    if (!((target, module) in declared)) {
        offend(place ": " target " imports " module ", which Package.swift does not declare as its dependency")
    }
}

END {
    if (reading < 3) offend("check-imports: the rules, the package or the imports are empty")
    exit offences > 0
}

function allow(name, modules,    i, n, module) {
    n = split(modules, module, /[ \t]+/)
    for (i = 1; i <= n; i++) {
        if (module[i] == "" || (name, module[i]) in allowed) continue
        allowed[name, module[i]] = 1
        listed[name] = listed[name] (listed[name] == "" ? "" : " ") module[i]
    }
}

function permitted(name, module) {
    return (name, module) in allowed || ("everyone", module) in allowed
}

function list(name) {
    return (listed[name] == "" ? "" : listed[name] " ") listed["everyone"] " " listed["toolchain"]
}

function offend(message) {
    offences++
    print message
}
