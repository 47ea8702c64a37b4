// SPDX-License-Identifier: Apache-2.0

extension Page {
    /// The style sheet: light, dark by the reader's preference, and print.
    ///
    /// The colours in light are those of `Ink.attributes`. Rules with a variable are longhands: WeasyPrint takes no others.
    static let styleSheet = frameStyle + "\n" + ReportStyle.content + "\n" + printStyle

    private static let frameStyle = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --panel: #f6f8f9; --text: #1b2226; --soft: #3d474d; --muted: #5f6b73; --rule: #dfe4e7;
          --grid: #e4e8ea;
          --axis: #9aa4ab; --accent: #17627a; --warm: #a8501b; --on: #ffffff; --good: #1d6b45; --good-tint: #eaf4ee;
          --bad-tint: #fbf0e9;
          --open-tint: #f3f4ee; --plum: #6d4a93; --leaf: #3f6b2e;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --paper: #14181b; --panel: #1c2226; --text: #eceff1; --soft: #c6cdd2; --muted: #98a3aa; --rule: #323b41;
            --grid: #2a3237;
            --axis: #65727a; --accent: #6cbcd4; --warm: #eb9a63; --on: #14181b; --good: #7ccaa0; --good-tint: #19291f;
            --bad-tint: #2d211a; --open-tint: #24251d; --plum: #c3a1e6; --leaf: #9fce8b;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background-color: var(--paper); color: var(--text); font-size: 16px; line-height: 1.6;
          word-break: keep-all;
          overflow-wrap: break-word;
          font-family:
            Pretendard, "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", NanumGothic, "Malgun Gothic",
            system-ui, sans-serif;
        }
        main { max-width: 900px; margin: 0 auto; padding: 48px 24px 64px; }
        h1 { font-size: 30px; line-height: 1.25; margin: 0 0 10px; letter-spacing: -0.01em; }
        h2 { font-size: 20px; line-height: 1.3; margin: 0 0 14px; letter-spacing: -0.005em; }
        h3 { font-size: 15px; margin: 26px 0 8px; color: var(--soft); }
        p { margin: 0 0 12px; max-width: 72ch; }
        ul { margin: 0 0 12px; padding-left: 20px; max-width: 72ch; }
        li { margin: 0 0 6px; }
        header { border-bottom: 2px solid; border-bottom-color: var(--text); padding-bottom: 18px; }
        .meta { color: var(--muted); font-size: 14px; margin: 0 0 2px; }
        .status { margin: 12px 0 0; color: var(--soft); }
        section { margin-top: 44px; counter-increment: section; }
        header + section { margin-top: 26px; }
        """

    private static let printStyle = """
        @media (max-width: 640px) {
          main { padding: 28px 16px 48px; }
          h1 { font-size: 25px; }
          .sentence { font-size: 19px; }
        }
        @page {
          size: A4; margin: 16mm 15mm 18mm;
          @bottom-right { content: counter(page) " / " counter(pages); font-size: 9pt; color: #5f6b73; }
        }
        @media print {
          body { font-size: 10.2pt; line-height: 1.5; }
          main { max-width: none; padding: 0; }
          h1 { font-size: 20pt; } h2 { font-size: 13.5pt; } h3 { font-size: 10.5pt; }
          .sentence { font-size: 15pt; }
          .facts dd { font-size: 11.5pt; } .facts dt, .facts small, .caption, .meta, .verdict { font-size: 8.8pt; }
          table { font-size: 8.8pt; } th { font-size: 8.4pt; }
          section { margin-top: 9mm; }
          h2, h3 { break-after: avoid; }
          figure, .headline, tr { break-inside: avoid; }
          .scroll { overflow: visible; }
        }
        """
}

/// The style of what stands in a report's sections, for pages that show them within a frame of their own.
package enum ReportStyle {
    /// Rules on classes and tables; the colours are variables (`--text`, `--accent` …) that the page defines.
    package static let content = """
        .headline {
          border-left: 4px solid; border-left-color: var(--accent); background-color: var(--open-tint);
          padding: 18px 22px 16px; margin: 0 0 20px;
        }
        .headline.good { border-left-color: var(--good); background-color: var(--good-tint); }
        .headline.bad { border-left-color: var(--warm); background-color: var(--bad-tint); }
        .verdict { font-size: 13px; font-weight: 700; color: var(--accent); }
        .good .verdict { color: var(--good); }
        .bad .verdict { color: var(--warm); }
        .sentence { font-size: 23px; line-height: 1.35; font-weight: 700; margin: 4px 0 8px; max-width: none; }
        .source { color: var(--soft); font-size: 14px; margin: 0; }
        .facts {
          display: flex; flex-wrap: wrap; margin: 0 0 22px; border-top: 1px solid; border-top-color: var(--rule);
          border-bottom: 1px solid; border-bottom-color: var(--rule);
        }
        .facts > div { flex: 1 1 150px; padding: 12px 16px 12px 0; }
        .facts dt { font-size: 13px; color: var(--muted); }
        .facts dd { margin: 0; font-weight: 700; font-size: 17px; line-height: 1.35; }
        .facts small { display: block; font-weight: 400; font-size: 13px; color: var(--muted); }
        .scroll { overflow-x: auto; margin: 0 0 14px; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 1.45; }
        th {
          text-align: left; font-weight: 600; color: var(--muted); font-size: 13px; border-bottom: 1px solid;
          border-bottom-color: var(--axis); padding: 6px 14px 6px 0; vertical-align: bottom;
        }
        td { border-bottom: 1px solid; border-bottom-color: var(--rule); padding: 7px 14px 7px 0; vertical-align: top; }
        th:last-child, td:last-child { padding-right: 0; }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .w { white-space: nowrap; }
        .s, tr.changed td { font-weight: 700; }
        a { color: inherit; text-decoration-color: var(--axis); text-underline-offset: 2px; }
        td svg { display: block; }
        tr.quiet td { color: var(--muted); }
        tr.sum td { border-bottom: none; color: var(--soft); }
        table.pairs td:first-child { color: var(--muted); width: 30%; padding-right: 18px; }
        .caption { color: var(--muted); font-size: 13px; line-height: 1.5; }
        .charts { display: flex; flex-wrap: wrap; margin: 0 -10px; }
        figure { margin: 0 0 8px; flex: 1 1 380px; padding: 0 10px; min-width: 0; }
        figure svg { display: block; width: 100%; height: auto; }
        figure svg[width="400"] { max-width: 440px; }
        pre {
          font-size: 12.5px; line-height: 1.5; background-color: var(--panel); padding: 10px 14px; overflow-x: auto;
          white-space: pre-wrap; overflow-wrap: anywhere;
        }
        footer {
          margin-top: 48px; border-top: 1px solid; border-top-color: var(--rule); padding-top: 12px; font-size: 13px;
          color: var(--muted);
        }
        footer p { margin: 0; }
        .c-text { fill: var(--soft); }
        .c-muted { fill: var(--muted); }
        .c-strong { fill: var(--text); font-weight: 700; }
        .c-on-accent { fill: var(--on); font-weight: 700; }
        .c-grid { stroke: var(--grid); }
        .c-axis { stroke: var(--axis); }
        .c-line, .c-dashed, .c-error { stroke: var(--accent); }
        .c-second { stroke: var(--muted); }
        .c-band { fill: var(--accent); }
        .c-stage { fill: var(--muted); }
        .c-target, .c-ring { stroke: var(--warm); }
        .c-target-text { fill: var(--warm); }
        .c-fill, .c-faint { fill: var(--accent); }
        .c-hollow { fill: var(--paper); stroke: var(--text); }
        .c-decision { fill: var(--soft); }
        .c-alert { fill: var(--warm); } .c-mark { stroke: var(--axis); }
        .c-hover { fill: var(--accent); } .c-zero { stroke: var(--muted); } .c-limit { stroke: var(--warm); }
        .c-first-stroke { stroke: var(--accent); } .c-second-stroke { stroke: var(--warm); }
        .c-third-stroke { stroke: var(--plum); } .c-fourth-stroke { stroke: var(--leaf); }
        .c-first-fill { fill: var(--accent); stroke: var(--accent); }
        .c-second-fill { fill: var(--warm); stroke: var(--warm); }
        .c-third-fill { fill: var(--plum); stroke: var(--plum); }
        .c-fourth-fill { fill: var(--leaf); stroke: var(--leaf); }
        """
}
