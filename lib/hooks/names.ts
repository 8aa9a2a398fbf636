/** Names of hook points and what their axes count. */

import { distance } from "fastest-levenshtein";
import { unknownHook } from "../errors.ts";
import type { Axis } from "./tensor.ts";

/** The hook points inside a block, in the order of computation. */
export const BLOCK_HOOKS = [
  "hook_resid_pre",
  "attn.hook_q",
  "attn.hook_k",
  "attn.hook_v",
  "attn.hook_pattern",
  "attn.hook_z",
  "hook_attn_out",
  "hook_resid_mid",
  "hook_mlp_out",
  "hook_resid_post",
] as const;

/** A hook point inside a block, without the block's number. */
export type BlockHook = typeof BLOCK_HOOKS[number];

/**
 * All hook points of a tower in the order of computation.
 *
 * @param layers The number of blocks.
 * @param prefix `""` for the text tower, `"vision."` for the image tower.
 */
export function hookNames(layers: number, prefix: string): string[] {
  const blocks = Array.from({ length: layers }, (_, layer) => layer);
  return [
    `${prefix}hook_embed`,
    ...blocks.flatMap((layer) => BLOCK_HOOKS.map((hook) => `${prefix}blocks.${layer}.${hook}`)),
  ];
}

/** The axes of a hook point's value. */
export function hookAxes(name: string): readonly Axis[] {
  if (name.endsWith("hook_pattern")) return ["batch", "head", "query", "key"];
  if (/hook_[qkvz]$/.test(name)) return ["batch", "position", "head", "head width"];
  return ["batch", "position", "width"];
}

/**
 * The hook points that a list of names asks for, in the order of computation; `*` stands for any part of a name.
 *
 * @param patterns Names such as `"blocks.3.hook_resid_post"` or `"blocks.*.attn.hook_pattern"`.
 * @param known All hook points of the tower.
 * @throws {RangeError} If a name matches no hook point; the message lists the nearest.
 */
export function expandHookNames(patterns: readonly string[], known: readonly string[]): string[] {
  const matchers = patterns.map((pattern) => {
    const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    const matcher = new RegExp(`^${source.join(".*")}$`);
    if (!known.some((name) => matcher.test(name))) {
      throw unknownHook(pattern, nearest(pattern, known));
    }
    return matcher;
  });
  return known.filter((name) => matchers.some((matcher) => matcher.test(name)));
}

function nearest(pattern: string, known: readonly string[]): string[] {
  const ranked = known.map((name) => ({ name, far: distance(pattern, name) }));
  return ranked.sort((a, b) => a.far - b.far).slice(0, 3).map(({ name }) => name);
}
