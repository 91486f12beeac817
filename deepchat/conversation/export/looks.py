"""How an exported page looks: on a screen, light or dark, and on paper."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --ink: #22242a; --faint: #6a6e78; --line: #dedbd2; --card: #ffffff; --code: #f1efe9;
  --you: #2f6f9f; --answer: #3f7d4e; --aside: #8a6d2f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181c; --ink: #e4e2dc; --faint: #989ca6; --line: #32363d; --card: #1d2025; --code: #121417;
    --you: #7db8e0; --answer: #8fcf9c; --aside: #d9b96c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 50rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: anywhere;
}
header { border-bottom: 1px solid var(--line); margin-bottom: 2rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; }
header p, footer p, .remarks, .language { color: var(--faint); font-size: .85rem; }
article {
  margin: 0 0 1.25rem; padding: 1rem 1.25rem; background: var(--card);
  border: 1px solid var(--line); border-inline-start: 4px solid var(--answer); border-radius: .5rem;
}
article.user { border-inline-start-color: var(--you); }
article.system, article.tool { border-inline-start-color: var(--aside); }
h2 { margin: 0; font-size: .95rem; color: var(--answer); }
.user h2 { color: var(--you); }
.system h2, .tool h2 { color: var(--aside); }
.remarks { margin: 0 0 .6rem; }
.words { white-space: pre-wrap; unicode-bidi: plaintext; margin: .6rem 0; }
.language { margin: .6rem 0 -.4rem; font-family: ui-monospace, monospace; }
pre {
  margin: .6rem 0; padding: .8rem 1rem; overflow-x: auto; background: var(--code);
  border: 1px solid var(--line); border-radius: .4rem;
}
code { font: .88rem/1.5 ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, monospace; }
details { margin: .6rem 0; color: var(--faint); font-size: .92rem; }
summary { cursor: pointer; }
details.tool .words { font-family: ui-monospace, monospace; }
figure { margin: .8rem 0; }
img { max-width: 100%; height: auto; border-radius: .4rem; }
@media print {
  :root { --paper: #fff; --ink: #000; --faint: #444; --line: #bbb; --card: #fff; --code: #f6f6f6; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  article { break-inside: auto; border-radius: 0; }
  h2 { break-after: avoid; }
  pre { white-space: pre-wrap; }
}
"""
