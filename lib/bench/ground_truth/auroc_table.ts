/** The table of methods and planted models: how well each method's scores tell the planted nodes from all others. */

import { plantedNodes } from "../../data/planted.ts";
import { allNodes, nodeName } from "../../experiments/nodes/node.ts";
import { aurocOf } from "../../stats/auroc.ts";
import type { Study } from "../../study/study.ts";
import { LEAST, NODE_METHODS, type NodeMethod } from "./methods.ts";

/** How well the methods find what is planted in one model. */
export interface ModelAurocs {
  /** The model's name, such as `planted/relay`. */
  readonly model: string;
  /** What is planted in it. */
  readonly nodes: readonly string[];
  /** The AUROC of each method, by its name. */
  readonly aurocs: ReadonlyMap<string, number>;
}

/** More nodes than these are counted, not listed. */
const LISTED = 4;

/**
 * Compares the scores of all methods with what is planted.
 *
 * @param study A planted model with its rows and images.
 * @param methods The methods. @default {all}
 */
export async function modelAurocs(
  study: Study,
  methods: readonly NodeMethod[] = NODE_METHODS,
): Promise<ModelAurocs> {
  const model = study.subject.inputs.modelName;
  const nodes = await plantedNodes(model);
  const all = allNodes(study.subject.config.text).map(nodeName);
  const aurocs = new Map<string, number>();
  for (const { name, scores } of methods) {
    const given = await scores(study);
    const rounded = all.map((node) =>
      [node, Math.round(Math.abs(given.get(node) ?? 0) / LEAST)] as const
    );
    aurocs.set(name, aurocOf(new Map(rounded), nodes)!);
  }
  return { model, nodes, aurocs };
}

/**
 * The table in Markdown, as `deno fmt` aligns it; the last line has each method's mean.
 *
 * @param models A line of the table each.
 * @param methods A column each. @default {all}
 */
export function aurocTable(
  models: readonly ModelAurocs[],
  methods: readonly NodeMethod[] = NODE_METHODS,
): string {
  const names = methods.map(({ name }) => name);
  const means = names.map((name) => models.reduce((sum, own) => sum + own.aurocs.get(name)!, 0));
  const lines = [
    ["model", "planted nodes", ...names],
    ...models.map(({ model, nodes, aurocs }) => [
      `\`${model}\``,
      nodes.length > LISTED ? `${nodes.length} heads` : nodes.join(", "),
      ...names.map((name) => aurocs.get(name)!.toFixed(2)),
    ]),
    ["mean", "", ...means.map((sum) => (sum / models.length).toFixed(2))],
  ];
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${
      cells.map((cell, i) => i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))
        .join(" | ")
    } |\n`;
  const rule = widths.map((width, i) => i < 2 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  const [head, ...body] = lines;
  return [line(head!), line(rule), ...body.map(line)].join("");
}
