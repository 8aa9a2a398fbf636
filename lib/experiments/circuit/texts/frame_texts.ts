/** How the circuit does in each frame, and on rows without images. */

import type { FindingTable } from "../../../study/experiment/finding.ts";
import { NO_SEGMENT } from "../measured.ts";
import { SHARE_ROUNDING } from "../faithfulness.ts";
import { estimateText } from "../../../tables/text_table.ts";
import type { CircuitFrameRow } from "../tables/frames.ts";

/** What the numbers of rows without images are. */
export function byEmbeddingNotes({ segment }: { readonly segment: string }): string[] {
  if (segment !== NO_SEGMENT) return [];
  return [
    "The rows have no images: faithfulness is that of the embedding, sum <e_C - e_a, e_n - e_a> / sum |e_n - e_a|^2, and d is |e_n - e_a|^2",
  ];
}

/** The frame in which the circuit is furthest from 1, as the end of a sentence. */
export function worstText(frames: readonly CircuitFrameRow[]): string {
  const known = frames.filter(({ frame, faithfulness }) =>
    frame !== "all" && faithfulness !== undefined
  );
  if (known.length === 0) return "";
  const distance = ({ faithfulness }: CircuitFrameRow) => Math.abs(1 - faithfulness!);
  const worst = known.reduce((most, row) => distance(row) > distance(most) ? row : most);
  if (distance(worst) <= SHARE_ROUNDING) return `, and 1 in each of ${known.length} frames`;
  return `; of ${known.length} frames it is furthest from 1 in "${worst.frame}", ${
    estimateText(worst.faithfulness, worst)
  }`;
}

/** The circuit in each frame, beside one that is chosen without it. */
export function framesTable(frames: readonly CircuitFrameRow[]): FindingTable {
  const isHeldOut = frames.some(({ frame, held_out }) => frame !== "all" && held_out !== undefined);
  return {
    title: `The circuit in each frame${isHeldOut ? ", and one chosen on all others" : ""}`,
    digits: 2,
    lines: frames.map((row) => ({
      frame: row.frame,
      n: row.n,
      "faithfulness (95 %)": estimateText(row.faithfulness, row, 2),
      "row error": row.row_error,
      "within .2": row.rows_near,
      ...(isHeldOut && {
        "held out": row.held_out === undefined || row.frame === "all"
          ? ""
          : estimateText(row.held_out, { low: row.held_out_low, high: row.held_out_high }, 2),
      }),
    })),
  };
}
