// SPDX-License-Identifier: Apache-2.0

import Mustache

// What templates find under a name. Without these the template engine would look for every name by reflection, in every value around
// it: a table of a hundred lines then costs a quarter of a second.

extension PageSection: MustacheParent {
    package func child(named name: String) -> Any? {
        switch name {
        case "id": id
        case "title": title
        case "pieces": pieces
        case "style": style
        default: nil
        }
    }
}

extension Piece: MustacheParent {
    package func child(named name: String) -> Any? {
        switch name {
        case "note": note
        case "paragraph": paragraph
        case "heading": heading
        case "figures": figures
        case "list": list
        case "bar": bar
        case "table": table
        case "more": links
        case "report": report
        case "empty": empty
        case "form": form
        default: nil
        }
    }
}

extension DataTable: MustacheParent {
    package func child(named name: String) -> Any? {
        switch name {
        case "caption": caption
        case "head": head
        case "rows": rows
        default: nil
        }
    }
}

extension DataTable.Head: MustacheParent {
    package func child(named name: String) -> Any? {
        switch name {
        case "text": text
        case "style": style
        default: nil
        }
    }
}

extension DataTable.Row: MustacheParent {
    package func child(named name: String) -> Any? { name == "cells" ? cells : nil }
}

extension DataTable.Badge: MustacheParent {
    package func child(named name: String) -> Any? {
        switch name {
        case "text": text
        case "tone": tone
        default: nil
        }
    }
}

extension DataTable.ShownCell: MustacheParent {
    package func child(named name: String) -> Any? {
        switch name {
        case "text": text
        case "style": style
        case "href": href
        case "badge": badge
        case "links": links
        case "note": note
        case "instant": instant
        case "isPlain": isPlain
        case "column": column
        default: nil
        }
    }
}

extension Link: MustacheParent {
    package func child(named name: String) -> Any? {
        switch name {
        case "name": self.name
        case "href": href
        case "tone": tone
        case "label": label
        default: nil
        }
    }
}
