/** The page's script and style: the files of `browser/` as one text each, since a page without requests cannot import. */

import { createHash } from "node:crypto";
import choice from "./browser/choice.js" with { type: "text" };
import downloads from "./browser/downloads.js" with { type: "text" };
import detail from "./browser/detail.js" with { type: "text" };
import fullSize from "./browser/full_size.js" with { type: "text" };
import list from "./browser/list.js" with { type: "text" };
import main from "./browser/main.js" with { type: "text" };
import maps from "./browser/maps.js" with { type: "text" };
import marks from "./browser/marks.js" with { type: "text" };
import patterns from "./browser/patterns.js" with { type: "text" };
import values from "./browser/values.js" with { type: "text" };
import view from "./browser/view.js" with { type: "text" };
import base from "./browser/base.css" with { type: "text" };
import detailStyle from "./browser/detail.css" with { type: "text" };
import masksStyle from "./browser/masks.css" with { type: "text" };
import narrowAndPrint from "./browser/narrow_print.css" with { type: "text" };
import pageStyle from "./browser/page.css" with { type: "text" };
import patternsStyle from "./browser/patterns.css" with { type: "text" };
import rowsStyle from "./browser/rows.css" with { type: "text" };

/** Every module below those that it imports; no two have a name in common. */
const MODULES = [
  view,
  values,
  downloads,
  maps,
  patterns,
  marks,
  choice,
  list,
  fullSize,
  detail,
  main,
];

export const SCRIPT: string = `(() => {\n"use strict";\n${MODULES.map(joined).join("\n")}})();\n`;

/** The source of the script for a Content-Security-Policy: its element must have this text and no other, not even a space before it. */
export const SCRIPT_SOURCE: string = `sha256-${
  createHash("sha256").update(SCRIPT).digest("base64")
}`;

/** A module's text without its imports and exports, whose names are all in one scope. */
function joined(text: string): string {
  return text.replaceAll(/^import [^;]*;\n/gm, "").replaceAll(/^export /gm, "");
}

/** What is narrow or printed differs from the rest, and so comes last. */
export const STYLE: string = [
  base,
  pageStyle,
  rowsStyle,
  masksStyle,
  detailStyle,
  patternsStyle,
  narrowAndPrint,
].join("\n");
