/** Where towers come from, in words. */

import type { TakenTower } from "../../reading/sources.ts";

/** Says where towers come from: `Both towers: model.safetensors (activation quick_gelu, from config.json)`. Undefined if there are none. */
export function takenText(taken: readonly TakenTower[]): string | undefined {
  const [first, second] = taken;
  if (first === undefined) return undefined;
  if (second !== undefined && first.from === second.from) return `Both towers: ${first.from}`;
  const all = taken.map(({ tower, from }) => `${tower} tower: ${from}`).join("; ");
  return `${all[0]!.toUpperCase()}${all.slice(1)}`;
}
