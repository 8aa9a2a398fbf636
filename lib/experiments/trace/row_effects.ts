/** The effects of single rows, for the summary of few rows. */

import { roleLabel } from "../../charts/roles.ts";
import { greatest } from "../../charts/spec.ts";
import type { RowEffects } from "../../study/experiment/each_row.ts";
import { headName } from "../../tables/head_names.ts";
import type { EffectRow } from "./effects.ts";
import { isFixedPlace, traitsOf } from "./fixed_effects.ts";
import { directionsIn } from "./direction.ts";

/** The effects at the places that the method does not fix: of each role that in its largest layer, or of each head that at its largest role. */
export function rowTraces(table: Iterable<EffectRow>): RowEffects {
  const rows = [...table];
  const last = greatest(rows.map(({ layer }) => layer));
  const traits = traitsOf(
    rows.map(({ role, cte }) => ({ role, values: cte === undefined ? [] : [cte] })),
  );
  const isBoth = directionsIn(rows).length > 1;
  return {
    of: "causal tracing effects",
    asTheyAre: true,
    effects: rows.filter((row) => !isFixedPlace({ ...row, ...traits }, last)).map((row) => {
      const { id, layer, head, role, direction, cte } = row;
      const [part, at] = head === undefined
        ? [roleLabel(role), `in layer ${layer}`]
        : [headName({ layer, head }), `at ${roleLabel(role)}`];
      return { id, part: isBoth ? `${direction}: ${part}` : part, at, effect: cte };
    }),
  };
}
