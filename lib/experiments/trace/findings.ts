/** Where the effect is largest, in sentences for a terminal. */

import { roleLabel } from "../../charts/roles.ts";
import { groupsOf, pairGroupTitle } from "../../charts/spec.ts";
import { peakRuns } from "../../charts/peak_runs.ts";
import type { TraceMapRow } from "./map_row.ts";

/**
 * Lists, for each group, the role with the largest mean effect, layer by layer.
 *
 * @param rows Rows of trace.csv.
 */
export function traceFindings(rows: readonly TraceMapRow[]): string {
  if (rows.length === 0) {
    return "No row is in the segments to trace; choose others with --segments correct,incorrect,ambiguous\n";
  }
  const lines = groupsOf(rows, ({ negation, segment }) => `${negation},${segment}`).map((group) => {
    const peaks = peakRuns(group).map(({ role, head, from, to }) => {
      const what = head === undefined ? roleLabel(role) : `${roleLabel(role)}, head ${head},`;
      return `${what} ${from === to ? from : `${from}-${to}`}`;
    });
    return `  ${pairGroupTitle(group)}: ${peaks.join(", ")}\n`;
  });
  return `Largest mean effect by layer\n${lines.join("")}`;
}
