/**
 * Writes the pages of docs that follow from the source:
 *
 *     deno task docs
 */

import { errorsPage } from "../lib/docs/errors_page.ts";

const PAGES = { "docs/errors.md": errorsPage };

for (const [path, page] of Object.entries(PAGES)) {
  await Deno.writeTextFile(new URL(`../${path}`, import.meta.url), await page());
}
