/** Circuits of models of any size, as a challenge to the layout of their picture. */

import type { PicturePart, PicturePath, PictureSide } from "../../lib/charts/circuit/sides.ts";
import type { Role } from "../../lib/data/align.ts";
import { seededRandom } from "../../lib/stats/random.ts";

/** The roles of a sentence from the negator on. */
export const ROLES_OF_ROWS = [
  ...["negator", "subject_first", "subject_further", "full_stop", "eot"] as const,
] satisfies readonly Role[];

/** Two sides, each with so many parts in the circuit, drawn at random, and so many paths between them. */
export function generatedSides(
  { layers, heads }: { readonly layers: number; readonly heads: number },
  { parts: inside, paths }: { readonly parts: number; readonly paths: number },
): PictureSide[] {
  const random = seededRandom(7);
  const next = () => random.below(1_000_000) / 1e6;
  const pick = <Value>(values: readonly Value[]) => values[random.below(values.length)]!;
  return ["foil-negated (n = 40)", "caption-negated (n = 40)"].map((title, side): PictureSide => {
    const nodes = Array.from({ length: layers * (heads + 1) }, (_, i) => ({
      layer: Math.floor(i / (heads + 1)) + 1,
      head: i % (heads + 1) === heads ? undefined : i % (heads + 1) + 1,
    }));
    const chosen = new Set(random.shuffle(nodes).slice(0, inside));
    const parts = nodes.map((node): PicturePart => {
      const share = next() - 0.3;
      return {
        ...node,
        role: pick(ROLES_OF_ROWS),
        share,
        low: share - 0.1,
        high: share + 0.1,
        inCircuit: chosen.has(node),
        tip: `part ${node.layer}.${node.head ?? "MLP"}`,
        isSpecific: side === 0 || node.layer % 2 === 0,
      };
    });
    const circuit = parts.filter(({ inCircuit }) => inCircuit);
    const drawn: PicturePath[] = [];
    for (let tries = 0; drawn.length < paths && circuit.length > 0 && tries < 1000; tries++) {
      const share = (next() - 0.2) ** 3;
      const by = pick(["queries", "keys", "values"] as const);
      const kind = tries % 5;
      if (kind === 0) drawn.push({ from: pick(circuit), to: "score", by: "direct", share });
      else {
        const to = pick(circuit.filter(({ head }) => head !== undefined));
        const from = kind === 1 ? "negator" as const : pick(circuit);
        if (from === "negator" || from.layer < to.layer) drawn.push({ from, to, by, share });
      }
    }
    return { title, parts, paths: drawn };
  });
}
