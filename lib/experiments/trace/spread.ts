/** How far the mean effects of the roles lie apart at each layer, which the strip below a map shows. */

import { groupsOf } from "../../charts/spec.ts";
import { isBeforeNegator } from "../../data/roles.ts";
import { mean } from "../../stats/quantile.ts";
import type { TraceCell } from "./map_row.ts";

/**
 * Computes the population standard deviation of the mean effects over the roles from the negator on (paper, figure of the map), for each
 * layer and head. None for a layer where fewer than two of these roles have an effect.
 */
export function spreadOverRoles(cells: readonly TraceCell[]) {
  const carrying = cells.filter(({ role, cte }) => cte !== undefined && !isBeforeNegator(role));
  return groupsOf(carrying, ({ layer, head }) => `${layer} ${head}`).flatMap((place) => {
    if (place.length < 2) return [];
    const { layer, head } = place[0]!;
    const effects = place.map(({ cte }) => cte!);
    const centre = mean(effects)!;
    const variance = mean(effects.map((cte) => (cte - centre) ** 2))!;
    return [{ layer, head, roles: place.length, sd: Math.sqrt(variance) }];
  });
}
