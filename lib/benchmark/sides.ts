/** Understanding and bias in a benchmark's questions that show a picture and ask for one of two sentences, of which one is negated. */

import { findNegation } from "../data/words.ts";
import type { Estimate } from "../stats/estimate.ts";
import { finish } from "../stats/steps.ts";
import type { StatisticsOptions } from "../study/clusters.ts";
import { understandingSteps } from "../study/effects/understanding.ts";
import { blockTables, isOfRights } from "../study/evaluate/blocks.ts";
import { estimateText } from "../tables/text_table.ts";
import type { Finding } from "../study/experiment/finding.ts";
import type { RowOf } from "../tables/table.ts";
import { type Choice, pictureKey } from "./choice.ts";
import type { FIGURES } from "./tables.ts";

/** Gamma and alpha of matched questions and the means over blocks, as lines of benchmark.csv and in a table; nothing without both sides. */
export function sidesOutcome(
  choices: readonly Choice[],
  scores: readonly ArrayLike<number>[],
  options: StatisticsOptions,
): { readonly figures: readonly RowOf<typeof FIGURES>[]; readonly finding: Finding } {
  const rows = choices.flatMap(({ row, pictures, sentences, right, frame }, i) => {
    const [picture, caption, foil] = [pictures[0]!, sentences[right]!, sentences[1 - right]!];
    if (pictures.length !== 1 || sentences.length !== 2) return [];
    const negation = findNegation(caption, foil);
    if (negation === undefined) return [];
    const given = { id: `${row}`, image: pictureKey(picture), negation, caption, foil };
    const pair = { ...given, ...frame !== undefined && { frame } };
    return [{ pair, id: given.id, s_caption: scores[i]![right]!, s_foil: scores[i]![1 - right]! }];
  });
  const pairs = rows.map(({ pair }) => pair);
  const d = rows.map(({ s_caption, s_foil }) => s_caption - s_foil);
  const { gamma, alpha, matched } = finish(understandingSteps(pairs, d, options));
  if (gamma.estimate === undefined) return { figures: [], finding: {} };
  const { blocks, blockMeans } = finish(blockTables(pairs, rows, options));
  const line = (measure: string, n: number, { estimate: value, low, high }: Estimate) => (
    { by: "all" as const, group: "all", measure, n, value, low, high }
  );
  const [means, n] = [blockMeans?.rows ?? [], blocks?.rows.length ?? 0];
  return {
    figures: [
      ...[line("gamma", matched, gamma), line("alpha", matched, alpha)],
      ...means.filter(({ quantity }) => isOfRights(quantity))
        .map(({ quantity, value: estimate, low, high }) =>
          line(quantity, n, { estimate, low, high })
        ),
    ],
    finding: {
      sentences: gamma.low === undefined ? [] : [
        `Understanding (gamma) is ${
          estimateText(gamma.estimate, gamma, 2)
        } logits on ${matched} matched rows, bias (alpha) ${
          estimateText(alpha.estimate, alpha, 2)
        }`,
      ],
    },
  };
}
