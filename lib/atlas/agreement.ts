/** agreement.csv: how far two methods put heads and MLPs in the same order, and which parts only one of them names. */

import { agreementOf } from "../compare/agreement.ts";
import type { Negation } from "../data/pairs.ts";
import { NEGATION, numberOrNone } from "../study/columns.ts";
import { LEAST_SHARE } from "../study/effects/named_shares.ts";
import {
  count,
  fillTable,
  key,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../tables/table.ts";
import { type MethodName, METHODS, partText } from "./methods.ts";
import { isNamedBy, isTested } from "./naming.ts";
import type { AtlasPart } from "./read_atlas.ts";

export const AGREEMENT = table(
  "agreement",
  `One row for each side and two methods. A method names a part whose value is ${LEAST_SHARE} or more, of either sign, with an interval without 0; \`attend\` only a head that looks at the negator more than at its twin.`,
  {
    negation: NEGATION,
    first: key(text<MethodName>("A method, as in atlas.csv.")),
    second: key(text<MethodName>("Another method.")),
    parts: count("The parts that both measure: heads, and where both measure MLPs these too."),
    rho: numberOrNone(
      "",
      "Spearman's rho of the sizes of their values over these parts, of `attend` of its values; values within about .001 are tied. Empty below three parts, and where all are tied.",
    ),
    both: count("How many of the parts that both test are named by both."),
    first_only: optional(text("Those that the first alone names, with a comma between them.")),
    second_only: optional(text("Those that the second alone names.")),
  },
);

export type AgreementRow = Row<
  {
    negation: Negation;
    first: MethodName;
    second: MethodName;
    first_only: string | undefined;
    second_only: string | undefined;
  },
  "parts" | "both",
  "rho"
>;

/** Makes the table, in the order side, first, second: of the methods that measure parts, not paths. */
export function agreementTable(parts: readonly AtlasPart[]): Table<AgreementRow> {
  const names = METHODS.map(({ name }) => name).filter((name) =>
    !name.startsWith("path") && parts.some(({ values }) => values.get(name)?.value !== undefined)
  );
  const sides = [...Map.groupBy(parts, ({ negation }) => negation)];
  const rows = sides.flatMap(([negation, side]) =>
    names.flatMap((first, i) =>
      names.slice(i + 1).map((second): AgreementRow => {
        const tested = side.filter(({ values }) =>
          [first, second].every((name) => values.has(name) && isTested(values.get(name)!))
        );
        const { n: parts, rho } = agreementOf(
          side,
          (part) => [orderOf(part, first), orderOf(part, second)],
        );
        const only = (one: MethodName, other: MethodName) =>
          tested.filter((part) => isNamedBy(part, one) && !isNamedBy(part, other))
            .map(({ node }) => partText(node)).join(", ") || undefined;
        return {
          negation,
          first,
          second,
          parts,
          rho,
          both: tested.filter((part) => isNamedBy(part, first) && isNamedBy(part, second)).length,
          first_only: only(first, second),
          second_only: only(second, first),
        };
      })
    )
  );
  return fillTable(AGREEMENT, rows);
}

/** What a part is ordered by. */
function orderOf({ values }: AtlasPart, name: MethodName): number | undefined {
  const value = values.get(name)?.value;
  return value === undefined || name === "attend" ? value : Math.abs(value);
}
