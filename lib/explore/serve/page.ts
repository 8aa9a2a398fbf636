/** The page that carries the explorer: its files, and what it may do. */

import { firstLine, NegscopeError } from "../../errors.ts";
import { fetchKitFiles, kitPath } from "../../files/kit_files.ts";
import { MOST_BYTES, readBytes } from "../../files/read_file.ts";
import { STYLE } from "./style.ts";

/** What the page may load: nothing from another host, no script or style in the markup, pictures that it made itself. */
export const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'";

/** Its markup; a page that was opened as a file shows what stands in it, since browsers run no module of a file. */
export const MARKUP = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="content-security-policy" content="${POLICY}">
    <meta name="referrer" content="no-referrer">
    <title>Where does CLIP keep “no”? · negscope</title>
    <link rel="icon" href="icon.svg">
    <link rel="stylesheet" href="page.css">
    <script type="module" src="page.js"></script>
  </head>
  <body>
    <div id="page">
      <p class="wait">This page runs its script from a web server. If nothing else appears, it was opened as a file,
        or scripts are off: serve its folder, for example with <code>python3 -m http.server</code> in it, and open
        the address that this prints.</p>
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

/** A script as it ships with the kit; `deno task docs` bundles it from the source. */
export async function scriptFile(name: "page.js" | "worker.js"): Promise<Uint8Array> {
  return await readBytes(await fetchKitFiles(kitPath(`data/explore/${name}`)), MOST_BYTES.own);
}

export async function wasmFile(): Promise<Uint8Array> {
  const name = "npm:onnxruntime-web@1.27.0/ort-wasm-simd-threaded.wasm";
  return await readBytes(new URL(import.meta.resolve(name)), MOST_BYTES.own).catch((cause) => {
    throw new NegscopeError("page-not-bundled", {
      problem: "Cannot write the explorer's page",
      reason: `${name}: ${firstLine(cause)}`,
      fix: "run deno task explore once with a network",
      cause,
    });
  });
}
