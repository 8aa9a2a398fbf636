/** The page's style. */

import detail from "./browser/detail.css" with { type: "text" };
import masks from "./browser/masks.css" with { type: "text" };
import narrowAndPrint from "./browser/narrow_print.css" with { type: "text" };
import page from "./browser/page.css" with { type: "text" };
import patterns from "./browser/patterns.css" with { type: "text" };
import rows from "./browser/rows.css" with { type: "text" };

/** The text of a style element; what is narrow or printed differs from the rest, and so comes last. */
export const STYLE: string = [page, rows, masks, detail, patterns, narrowAndPrint].join("\n");
