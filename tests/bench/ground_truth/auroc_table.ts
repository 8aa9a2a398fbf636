/** The table of methods and planted models: how well each method's scores tell the planted nodes from all others. */

import { plantedNodes } from "../../../lib/opening/find_model.ts";
import { allNodes, nodeName } from "../../../lib/tables/nodes.ts";
import { aurocOf } from "../../../lib/stats/correlation.ts";
import { mean } from "../../../lib/stats/columns.ts";
import type { Study } from "../../../lib/study/study.ts";
import { markdownTable } from "../../markdown_table.ts";
import { LEAST, NODE_METHODS, type NodeMethod } from "./methods.ts";

export interface ModelAurocs {
  readonly model: string;
  readonly nodes: readonly string[];
  readonly count: number;
  /** The sizes of all methods' scores, by method and node. */
  readonly scores: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly aurocs: ReadonlyMap<string, number>;
}

export async function modelAurocs(
  study: Study,
  methods: readonly NodeMethod[] = NODE_METHODS,
): Promise<ModelAurocs> {
  const model = study.inputs.modelName;
  const nodes = await plantedNodes(model);
  const all = allNodes(study.config.text).map(nodeName);
  const aurocs = new Map<string, number>();
  const sizes = new Map<string, ReadonlyMap<string, number>>();
  for (const { name, scores } of methods) {
    const given = await scores(study);
    const own = all.map((node) => [node, Math.abs(given.get(node) ?? 0)] as const);
    const rounded = own.map(([node, size]) => [node, Math.round(size / LEAST)] as const);
    sizes.set(name, new Map(own));
    aurocs.set(name, aurocOf(new Map(rounded), nodes)!);
  }
  return { model, nodes, count: all.length, scores: sizes, aurocs };
}

/** The table in Markdown, as `deno fmt` aligns it: a line for each method, with its mean over the models. */
export async function aurocTable(
  models: readonly ModelAurocs[],
  methods: readonly NodeMethod[] = NODE_METHODS,
): Promise<string> {
  const lines = [
    ["method", ...models.map(({ model }) => `\`${model.slice(model.indexOf("/") + 1)}\``), "mean"],
    ["planted nodes", ...models.map(({ nodes, count }) => `${nodes.length} of ${count}`), ""],
    ...methods.map(({ name }) => {
      const values = models.map(({ aurocs }) => aurocs.get(name)!);
      return [name, ...[...values, mean(values)!].map((value) => value.toFixed(2))];
    }),
  ];
  return await markdownTable(lines, { right: true });
}
