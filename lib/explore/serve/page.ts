/** The page that carries the explorer: its files, and what it may do. */

import icon from "../page/icon.svg" with { type: "text" };
import markup from "../page/index.html" with { type: "text" };
import base from "../../report/browser/base.css" with { type: "text" };
import style from "../page/page.css" with { type: "text" };
import { bundled } from "./bundle.ts";

/** What the page may load: nothing from another host, no script or style in the markup, pictures that it made itself. */
export const POLICY: string = /content="(default-src[^"]*)"/.exec(markup)![1]!;

export async function pageFiles(): Promise<Map<string, Uint8Array>> {
  const text = new TextEncoder();
  return new Map([
    ["index.html", text.encode(markup)],
    ["page.css", text.encode(`${base}\n${style}`)],
    ["icon.svg", text.encode(icon)],
    ["page.js", await bundled("page/app.tsx")],
  ]);
}
