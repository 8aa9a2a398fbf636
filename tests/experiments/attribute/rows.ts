/** Rows with parts that are easy to add up. */

import type { Negation } from "../../../lib/data/pairs.ts";
import type { Role } from "../../../lib/data/align.ts";
import type { AttributedRow } from "../../../lib/experiments/attribute/measured.ts";
import type { EvaluateRow } from "../../../lib/study/rows/score_rows.ts";

/** The roles of a row with one token of the subject. */
const SHORT: readonly Role[] = ["sot", "negator", "subject_first", "eot"];

/** The roles of a row with three. */
const LONG: readonly Role[] = [
  ...["sot", "negator", "subject_first"] as const,
  ...["subject_further", "subject_further", "eot"] as const,
];

/**
 * A row of a model with 2 blocks of 2 heads. Head 1.2 reads the first token of the subject and 2.1 the others, or the negator without any.
 *
 * @param id The row's id, and its sentence pair.
 * @param effects Of heads 1.2 and 2.1, of MLP 2, and of the norm.
 * @param how Which sentence is negated, the score of the affirmative one, and whether the subject has more tokens.
 */
export function attributedRow(
  id: string,
  [first, second, mlp, norm]: readonly [number, number, number, number],
  { negation = "foil", affirmative = 20, isLong = false }: {
    readonly negation?: Negation;
    readonly affirmative?: number;
    readonly isLong?: boolean;
  } = {},
): AttributedRow {
  const d = first + second + mlp + norm;
  const negated = affirmative + (negation === "caption" ? d : -d);
  const roles = isLong ? LONG : SHORT;
  const none = roles.map(() => 0);
  const at = (role: Role, effect: number) => {
    const own = roles.filter((other) => other === role).length;
    return roles.map((other) => other === role ? effect / own : 0);
  };
  const read = (first: number, second: number) => [
    ...[...none, ...at("subject_first", first)],
    ...[...at(isLong ? "subject_further" : "negator", second), ...none],
  ];
  const scores = {
    ...{ id, negation, d, image: "image", caption: `${id} caption`, foil: `${id} foil`, tokens: 9 },
    s_caption: negation === "caption" ? negated : affirmative,
    s_foil: negation === "caption" ? affirmative : negated,
    segment: "correct",
  } satisfies EvaluateRow;
  return {
    scores,
    measured: {
      ...{ heads: [0, first, second, 0], mlps: [0, mlp], norm },
      ...{ netHeads: [0, first + norm, second, 0], netMlps: [0, mlp] },
      ...{ sources: read(first, second), netSources: read(first + norm, second) },
      ...{ roles, tokens: roles.map((role) => `<${role}>`) },
    },
  };
}
