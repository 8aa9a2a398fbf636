/** The page that carries the explorer: its files, and what it may do. */

import { LEAD, TITLE } from "../protocol.ts";
import { BASE } from "../../report/style.ts";
import { firstLine, NegscopeError } from "../../errors/errors.ts";
import { fetchKitFiles, kitPath } from "../../files/kit_files.ts";
import { MOST_BYTES, readBytes } from "../../files/read_file.ts";
import { commandOf } from "../../errors/command.ts";

export const STYLE: string = `${BASE}:root {
  --zoom: 1; --rest: 23.5rem;
  --zero: light-dark(#efefef, #2a2e33);
  --above: light-dark(#994a07, #f08c3c);
  --below: light-dark(#28648b, #63acd7);
}
* { margin: 0; padding: 0; }
body {
  zoom: var(--zoom);
  max-width: 84rem; padding: 0.75rem clamp(0.75rem, 2vw, 1.5rem) 3rem;
  font: 0.9375rem/1.45 system-ui, "DejaVu Sans", Verdana, sans-serif;
  font-variant-numeric: tabular-nums;
}
ul, ol { list-style: none; }
h1 { font-size: 1.4rem; line-height: 1.25; }
h2, h3 { font-size: 1rem; }
header {
  display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0.25rem 1.5rem;
  align-items: center; margin-bottom: 0.6rem; font-size: 0.8125rem;
}
header p { max-width: 46rem; }
button, input, select, textarea, .button {
  font-size: 0.875rem; border-radius: 5px; padding: 0.25rem 0.6rem; min-height: 1.9rem;
}
.button, select { cursor: pointer; }
button:hover:enabled, .button:hover { background: var(--tint); }
.button:has(:focus-visible) { outline: 2px solid var(--link); outline-offset: 2px; }
button[aria-pressed="true"], button[aria-current="true"] {
  border-color: var(--link); box-shadow: inset 0 0 0 1px var(--link);
}
.buttons, .tokens, figcaption, [role="tablist"] {
  display: flex; flex-wrap: wrap; gap: 0.3rem; align-items: center;
}
.hint, .scores dt, small { color: var(--soft); font-size: 0.8125rem; }
.problem { overflow-wrap: anywhere; }
main {
  display: grid; grid-template-columns: 17.5rem minmax(0, 1fr) 17.5rem; gap: 0.75rem 1.75rem;
  align-items: start;
}
.scene, .changes, .take, .rows, .list, .drawing, .sentence, .changes ul, [role="tabpanel"] {
  display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem;
}
/* S and d stay in sight, since they are what answers. */
.scores {
  grid-column: 1 / -1; position: sticky; top: 0; z-index: 1; display: grid;
  grid-template-columns: auto minmax(10rem, 1fr); gap: 0.25rem 2rem; align-items: center;
  padding: 0.5rem 1rem; background: var(--tint); border: 1px solid var(--line); border-radius: 6px;
}
.scores .problem, .told { grid-column: 1 / -1; }
.scores dl { display: flex; flex-wrap: wrap; gap: 0.25rem 1.75rem; }
.scores dd { display: flex; flex-wrap: wrap; align-items: baseline; column-gap: 0.5rem; }
.scores strong { font-size: 1.25rem; line-height: 1.3; }
.numberline small { display: flex; justify-content: space-between; line-height: 1.2; }
.numberline svg { display: block; overflow: visible; }
.numberline { stroke: var(--control); fill: var(--line); }
.numberline :is(.moved, .was) { stroke: var(--ink); stroke-width: 2; }
.correct { color: var(--link); }
.ambiguous { color: var(--ambiguous); }
.incorrect { color: var(--incorrect); }
.numberline .now { fill: currentcolor; }
.busy { opacity: 0.55; transition: opacity 0.2s 0.25s; }
.scene figure.over { border-color: var(--link); background: var(--tint); }
img, .blank {
  display: block; width: 9rem; height: 9rem; object-fit: contain; background: var(--tint);
}
.pictures { display: grid; grid-template-columns: 9rem 1fr; gap: 0.75rem; align-items: end; }
.pictures button { border: 0; padding: 0; text-align: left; }
.pictures button :is(img, .blank) { width: 5.5rem; height: 5.5rem; }
.list label {
  display: grid; grid-template-columns: 3.2rem 1fr; align-items: center; font-size: 0.8125rem;
}
.list ul { max-height: 15rem; overflow-y: auto; border: 1px solid var(--line); }
.list ul button { display: flex; justify-content: space-between; width: 100%; border: 0; }
.sentence label, footer dt { font-weight: 600; }
.sentence input, .slider input, textarea { width: 100%; }
.tokens li {
  display: grid; justify-items: center; padding: 0.1rem 0.4rem; background: var(--tint);
  border-radius: 4px; font-size: 0.8125rem; line-height: 1.3; overflow-wrap: anywhere;
}
.tokens small { font-size: 0.6875rem; }
.tokens .negator { box-shadow: inset 0 0 0 1.5px var(--above); }
.canvas { position: relative; width: min(100%, 15rem); aspect-ratio: 1; }
.canvas canvas, .cells { position: absolute; inset: 0; width: 100%; height: 100%; }
.cells { display: grid; grid-template-columns: repeat(4, 1fr); }
.cells button { background: none; border: 1px dotted #0004; }
[role="tablist"] { gap: 0.2rem; border-bottom: 1px solid var(--line); margin-bottom: 0.6rem; }
[role="tab"] { border: 0; border-bottom: 3px solid transparent; color: var(--soft); }
[role="tab"][aria-selected="true"] { border-color: var(--link); color: var(--ink); font-weight: 600; }
[data-present] { --rest: 16rem; }
[data-present] :is(.teach, .hint) { display: none; }
[data-present] header p { visibility: hidden; }
.teach, .told, .readout { font-size: 0.875rem; }
.wait { min-height: 3rem; color: var(--soft); }
.scroll { overflow-x: auto; overscroll-behavior-x: contain; padding: 2px 0; }
.map svg { display: block; font-size: 12px; }
svg.circuit {
  font-size: 9.2px; width: 100%; min-width: 22.5rem; max-width: 40rem;
  max-height: max(20rem, calc(100vh / var(--zoom) - var(--rest)));
}
.map text { fill: var(--ink); }
.map .title { fill: var(--soft); }
.cell text { font-size: 11px; }
.cell rect { stroke: var(--line); stroke-width: 0.5; }
.live .cell, .live .part:not(.end), .live .arrow { cursor: pointer; }
.cell:focus, .part:focus, .arrow:focus { outline: none; }
.cell:hover rect, .cell:focus-visible rect { stroke: var(--ink); stroke-width: 2; }
.cell[aria-selected="true"] rect { stroke: var(--link); stroke-width: 4; }
.readout { min-height: 1.5em; }
.band { fill: var(--tint); }
.mark { fill: var(--control); }
.part rect { fill: var(--zero); stroke: var(--ink); }
.part.outside rect, .part.end rect { fill: var(--ground); }
.part.outside rect { stroke: var(--control); }
.part.unspecific rect { fill: var(--ground); stroke-dasharray: 3 2; }
.strike { visibility: hidden; stroke: var(--link); stroke-width: 2.5; }
.part[aria-pressed="true"] .strike { visibility: visible; }
.part[aria-pressed="true"] rect, .part:is(:hover, :focus-visible) rect {
  stroke: var(--link); stroke-width: 2.5;
}
.arrow { --tone: var(--above); fill: none; }
.arrow.below { --tone: var(--below); }
.arrow.below .line { stroke-dasharray: 5 2.5; }
.arrow .line { stroke: var(--tone); stroke-linejoin: round; }
.arrow .head { fill: var(--tone); }
.arrow .reach { stroke: transparent; stroke-width: 12; }
.arrow:hover .reach, .arrow:focus-visible .reach {
  stroke: color-mix(in srgb, var(--link) 35%, transparent);
}
.arrow[aria-pressed="true"] { --tone: var(--link); }
.arrow[aria-pressed="true"] .line { stroke-dasharray: 2 5; }
.behind, .ranking {
  --least: 13rem; display: grid; gap: 0.4rem; max-height: 24rem; overflow-y: auto;
  grid-template-columns: repeat(auto-fill, minmax(var(--least), 1fr));
}
.ranking { --least: 5.5rem; max-height: none; }
:is(.behind, .ranking) button { display: grid; gap: 0.3rem; width: 100%; padding: 0.3rem; }
.behind button { grid-template-columns: 3.5rem minmax(0, 1fr); text-align: left; }
:is(.behind, .ranking) :is(img, .blank) { width: 100%; height: auto; aspect-ratio: 1; }
.changes li {
  display: flex; justify-content: space-between; align-items: start; padding: 0.25rem 0.6rem;
  border-left: 3px solid var(--link); background: var(--tint); font-size: 0.875rem;
}
.changes li button { border: 0; background: none; }
fieldset, .scene figure { display: grid; gap: 0.5rem; padding: 0.5rem; border: 1px dashed var(--line); }
legend { font-weight: 600; padding: 0 0.25rem; }
.slider input { padding: 0; border: 0; accent-color: var(--link); }
textarea { font: 0.75rem/1.4 monospace; white-space: pre; }
footer { display: grid; gap: 0.5rem; margin-top: 1.5rem; border-top: 1px solid var(--line); }
@media (max-width: 70rem) {
  main { grid-template: auto auto 1fr / 17.5rem minmax(0, 1fr); }
  .maps { grid-row: 2 / 4; grid-column: 2; }
}
@media (max-width: 46rem) {
  main { display: flex; flex-direction: column; align-items: stretch; }
  :root { scroll-padding-top: 9rem; }
  .scores { grid-template-columns: minmax(0, 1fr); padding: 0.25rem 0.75rem; }
  .scores strong { font-size: 1rem; }
  .numberline { display: none; }
  header { grid-template-columns: minmax(0, 1fr) auto; }
  header p { grid-column: 1 / -1; grid-row: 2; }
  .scores dl { justify-content: space-between; gap: 0.5rem; }
}
`;

/** What the page may load: nothing from another host, no script or style in the markup, pictures that it made itself. */
export const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'";

/** Its markup, which says what to do if browsers run no script, as in a page that was opened as a file. */
export const MARKUP = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="content-security-policy" content="${POLICY}">
    <meta name="referrer" content="no-referrer">
    <title>${TITLE} · negscope</title>
    <link rel="icon" href="icon.svg">
    <link rel="stylesheet" href="page.css">
    <script type="module" src="page.js"></script>
  </head>
  <body>
    <div id="page">
      <header><h1>${TITLE}</h1><p>${LEAD}</p></header>
      <p class="wait">This page runs its script from a web server, and was opened as a file, or scripts are off.
        Serve its folder, for example with <code>python3 -m http.server</code> in it, and open the address
        that this prints.</p>
    </div>
  </body>
</html>
`;

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
  <rect width="16" height="16" rx="3" fill="#994a07" />
  <path d="M3 6h10v5" fill="none" stroke="#fff" stroke-width="2" />
</svg>
`;

export async function pageFiles(): Promise<Map<string, Uint8Array>> {
  const text = new TextEncoder();
  return new Map([
    ["index.html", text.encode(MARKUP)],
    ["page.css", text.encode(STYLE)],
    ["icon.svg", text.encode(ICON)],
    ["page.js", await scriptFile("page.js")],
  ]);
}

export async function localPage(): Promise<Map<string, Uint8Array>> {
  const files = await pageFiles();
  return files.set("explore.json", new TextEncoder().encode('{"engine":"server"}'));
}

/** A script as it ships with the kit; `deno task dev docs` bundles it from the source. */
export async function scriptFile(name: "page.js" | "worker.js"): Promise<Uint8Array> {
  return await readBytes(await fetchKitFiles(kitPath(`data/explore/${name}`)), MOST_BYTES.own);
}

export async function wasmFile(): Promise<Uint8Array> {
  const name = "npm:onnxruntime-web@1.27.0/ort-wasm-simd-threaded.wasm";
  return await readBytes(new URL(import.meta.resolve(name)), MOST_BYTES.own).catch((cause) => {
    throw new NegscopeError("page-not-bundled", {
      problem: "Cannot write the explorer's page",
      reason: `${name}: ${firstLine(cause)}`,
      fix: `run ${commandOf("explore")} once with a network`,
      cause,
    });
  });
}
