/** Whether two paths lead to one folder or file. */

import { resolve } from "node:path";

/**
 * Whether two paths lead to one folder or file, also through links; those that do not exist are compared by their paths.
 *
 * @param one A path.
 * @param other Another path.
 */
export async function isSamePath(one: string, other: string): Promise<boolean> {
  return await truePath(one) === await truePath(other);
}

async function truePath(path: string): Promise<string> {
  return await Deno.realPath(path).catch(() => resolve(path));
}
