/** The error for a graph that cannot be run row by row. */

import { NegscopeError } from "../../errors.ts";

/** The error for a graph whose blocks need more than single rows outside attention. */
export function rowsInseparable(source: string, cause?: unknown): NegscopeError {
  return new NegscopeError("sweep-not-fast", {
    problem: `Cannot sweep "${source}" by the fast schedule`,
    subject: source,
    reason: "a block's projections or its MLP need more than the rows that they change",
    fix: "the general sweep is used, or take a plain export of CLIP",
    cause,
  });
}
