/** Whether two paths lead to one folder or file. */

import { dirname, join, relative, resolve, sep } from "node:path";

/** Whether two paths lead to one folder or file, also through links; of those that do not exist, the part that exists is resolved. */
export async function isSamePath(one: string, other: string): Promise<boolean> {
  return await truePath(one) === await truePath(other);
}

/** Whether a folder is another one or lies in it, also through links. */
export async function isWithin(path: string, folder: string): Promise<boolean> {
  const [inner, outer] = [await truePath(path), await truePath(folder)];
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

async function truePath(path: string): Promise<string> {
  const whole = resolve(path);
  for (let there = whole;; there = dirname(there)) {
    const real = await Deno.realPath(there).catch(() => undefined);
    if (real !== undefined) return join(real, relative(there, whole));
    if (there === dirname(there)) return whole;
  }
}
