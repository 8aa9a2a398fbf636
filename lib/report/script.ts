/** The page's script: the modules of `browser/` as one text, since a page without requests cannot import. */

import choice from "./browser/choice.js" with { type: "text" };
import downloads from "./browser/downloads.js" with { type: "text" };
import detail from "./browser/detail.js" with { type: "text" };
import fullSize from "./browser/full_size.js" with { type: "text" };
import list from "./browser/list.js" with { type: "text" };
import main from "./browser/main.js" with { type: "text" };
import maps from "./browser/maps.js" with { type: "text" };
import marks from "./browser/marks.js" with { type: "text" };
import values from "./browser/values.js" with { type: "text" };
import view from "./browser/view.js" with { type: "text" };

/** Every module below those that it imports; no two have a name in common. */
const MODULES = [view, values, downloads, maps, marks, choice, list, fullSize, detail, main];

/** The text of a script element of the type `module` or of a classic one. */
export const SCRIPT: string = `(() => {\n"use strict";\n${MODULES.map(joined).join("\n")}})();\n`;

/** A module's text without its imports and exports, whose names are all in one scope. */
function joined(text: string): string {
  return text.replaceAll(/^import [^;]*;\n/gm, "").replaceAll(/^export /gm, "");
}
