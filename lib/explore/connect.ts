/** The engine of a page, wherever it runs. */

import type { Explorer } from "./protocol.ts";

/** Connects the page to its engine, which `explore.json` beside the page says. */
export function connect(): Promise<Explorer> {
  return Promise.reject(new Error("not made yet"));
}
