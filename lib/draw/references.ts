/** Refuses charts whose pictures would refer to something outside: a picture must be complete, and must load and run nothing. */

import { NegscopeError } from "../errors.ts";
import type { SceneNode } from "./scenegraph.ts";

/** What a link may lead to: a page, a mail address, or a place within the picture. */
const LINK = /^(https?:\/\/|mailto:|#)/i;

const PIXELS = /^data:image\/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]*$/i;

/** A style that is more than a colour or a keyword: CSS can load files with functions, and escapes can spell their names. */
const LOADS = /\\|;|\b(url|src|image|image-set|cross-fade|element|var|attr|paint)\s*\(/i;

const STYLES = ["fill", "stroke", "cursor", "blend"] as const;

/** Checks that nothing in a chart refers to something outside of it, apart from links to pages. */
export function checkReferences(node: SceneNode): void {
  const { href, url } = node;
  if (isGiven(href) && !LINK.test(`${href}`)) {
    throw refersOutside(`${href}`, "links that begin with https:// or mailto:");
  }
  if (isGiven(url) && !PIXELS.test(`${url}`)) {
    throw refersOutside(`${url}`, "images within it, as data:image/png;base64,…");
  }
  for (const key of STYLES) {
    const style = node[key];
    if (typeof style === "string") checkStyle(style);
  }
  for (const item of node.items ?? []) checkReferences(item);
}

/** Checks that a style, such as the colour of a chart's background, loads nothing. */
export function checkStyle(style: string): void {
  if (LOADS.test(style)) throw refersOutside(style, "colours");
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function refersOutside(to: string, expected: string): NegscopeError {
  const shown = to.length > 80 ? `${to.slice(0, 80)}…` : to;
  return new NegscopeError("chart-invalid", {
    problem: "Cannot draw the chart",
    subject: to,
    reason: `it refers to "${shown}"`,
    expected: `only ${expected}`,
    fix: "correct it, or repeat the run with --overwrite",
  });
}
