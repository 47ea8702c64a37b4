// SPDX-License-Identifier: Apache-2.0

import Dashboard
import HTTPTypes

/// The page to which a sign-in link leads.
///
/// The code stands behind the address's `#`, which browsers send to nobody: it is in no log of any server or proxy, and nothing that only
/// looks at a link uses it up. A script of ours posts it.
package enum SignInPage {
    /// Where the page is.
    package static let path = "/sign-in"

    /// The page after a sign-out.
    static let goodbyePath = "/signed-out"

    static let page = about(
        path,
        "signInPage",
        html(
            """
            <p id="state" role="status">Signing in … <span lang="ko">로그인하는 중 …</span></p>
            <noscript>\(form)</noscript>
            """,
            head: "<script src=\"/sign-in.js\" defer></script>"
        ),
        type: "text/html"
    )

    /// For a browser without scripts, which cannot read what stands behind the `#` by itself.
    private static let form = """
        <form action="\(path)" method="post" class="form"><div class="field">
        <label for="code">What stands behind the # of the link <span lang="ko">링크의 # 뒤에 있는 글</span></label>
        <input id="code" name="code" type="text" autocomplete="off" required>
        </div><div class="submit"><button type="submit" class="primary">Sign in <span lang="ko">로그인</span></button></div></form>
        """

    /// The page after a code that is not good, with the form for another.
    static func refused(_ problem: Problem) -> Answer {
        let (english, korean) =
            problem.kind == .unauthorized
            ? ("The link is not good, or no more: 'dure open' makes another.", "링크가 맞지 않거나 이미 쓰였습니다. 새 링크: dure open")
            : ("Try again in a moment, from this page.", "잠시 뒤에 이 쪽에서 다시 해 보세요.")
        var answer = html(
            """
            <p role="alert">You are not signed in. \(english)</p>
            <p lang="ko">로그인하지 못했습니다. \(korean)</p>
            \(form)
            """
        )
        answer.status = problem.kind.status
        return answer
    }

    static let goodbye = about(
        goodbyePath,
        "signedOutPage",
        html(
            """
            <p>You are signed out. A new sign-in link, on the server's machine: <code>dure open --output FOLDER</code></p>
            <p lang="ko">로그아웃했습니다. 서버가 있는 컴퓨터에서 새 로그인 링크 받기: <code>dure open --output 폴더</code></p>
            """
        ),
        type: "text/html"
    )

    private static func html(_ content: String, head: String = "") -> Answer {
        .text(
            """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"><meta name="referrer" content="same-origin"><title>Dure</title>
            <link rel="icon" href="/assets/dure.svg?v=\(Assets.version)" type="image/svg+xml">
            <link rel="stylesheet" href="/assets/dure.css?v=\(Assets.version)">\(head)</head>
            <body class="door"><main><h1>Dure</h1>
            \(content)
            </main></body></html>

            """,
            type: "text/html; charset=utf-8"
        )
    }

    static let script = about(
        "/sign-in.js",
        "signInScript",
        .text(
            """
            "use strict";
            (async () => {
              const state = document.getElementById("state");
              const code = location.hash.slice(1);
              history.replaceState(null, "", "/sign-in");
              const say = (text) => { state.textContent = text; };
              if (!code) {
                say("This is no sign-in link: use the one that the server printed, or 'dure open'. 서버가 출력한 로그인 링크를 쓰세요.");
                return;
              }
              try {
                const answer = await fetch("/api/v1/session", {
                  method: "POST",
                  headers: { "Content-Type": "application/json" },
                  body: JSON.stringify({ code })
                });
                if (answer.ok) { location.replace("/"); return; }
                const problem = await answer.json();
                say(problem.detail + " – 'dure open' makes another. 새 링크: dure open");
              } catch (error) {
                say("The server does not answer. 서버가 응답하지 않습니다.");
              }
            })();

            """,
            type: "text/javascript; charset=utf-8"
        ),
        type: "text/javascript"
    )

    private static func about(_ path: String, _ operation: String, _ answer: Answer, type: String) -> Endpoint {
        var endpoint = Endpoint(
            .get,
            path,
            operation,
            .about,
            .anyone,
            "Where a sign-in link leads.",
            gives: [.other(type)]
        ) { _ in answer }
        endpoint.isDocumented = false
        return endpoint
    }
}
