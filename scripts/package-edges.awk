# SPDX-License-Identifier: Apache-2.0
# From the paths of a dumped package to its edges:
#   target<TAB>name<TAB>type<TAB>folder
#   edge<TAB>target<TAB>dependency          a target or a product by name
BEGIN { FS = "\t" }

$1 ~ /^\.targets\.[0-9]+\.(name|type|path)$/ {
    split($1, part, ".")
    value[part[3], part[4]] = $2
    if (part[3] + 1 > targets) targets = part[3] + 1
}

# A dependency is {"byName": [name, …]}, {"target": [name, …]} or {"product": [name, package, …]}.
$1 ~ /^\.targets\.[0-9]+\.dependencies\.[0-9]+\.(byName|target|product)\.0$/ {
    split($1, part, ".")
    edges++
    edgeOwner[edges] = part[3]
    edgeName[edges] = $2
}

END {
    for (i = 0; i < targets; i++) {
        folder = value[i, "path"]
        if (folder == "" || folder == "null") {
            folder = (value[i, "type"] == "test" ? "Tests/" : "Sources/") value[i, "name"]
        }
        print "target\t" value[i, "name"] "\t" value[i, "type"] "\t" folder
    }
    for (i = 1; i <= edges; i++) print "edge\t" value[edgeOwner[i], "name"] "\t" edgeName[i]
}
