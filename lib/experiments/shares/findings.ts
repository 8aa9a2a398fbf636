/** Which roles hold d at which layers. */

import { LEAST_EFFECT } from "../../study/effects/peak_runs.ts";
import { roleLabel } from "../../charts/roles.ts";
import { greatest, groupsOf } from "../../charts/spec.ts";
import { noneNamedText } from "../../study/effects/named_shares.ts";
import { controlLine, specificText } from "../../study/controls/control_text.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { layersNamed, layersText } from "../../tables/head_names.ts";
import { bracketed } from "../../tables/text_table.ts";
import { namesText, simultaneousText, whereNegated } from "../top_shares.ts";
import { type Holding, holdingsOf, isFixed, isKnown, lastLayer } from "./shown.ts";
import type { ShareSummaryRow } from "./tables.ts";

/** Digits after the point: those that the paper prints of its effects. */
const DIGITS = 2;

export function sharesFindings(rows: readonly ShareSummaryRow[]): Finding {
  const last = lastLayer(rows);
  const sides = groupsOf(rows.filter(({ segment }) => segment === "all"), (row) => row.negation)
    .map((side) => ({ side, holdings: holdingsOf(side.filter(isKnown), last) }));
  return {
    sentences: sides.map(({ side, holdings }) =>
      `${whereNegated(side[0]!)}, ${
        holdings.length > 0
          ? heldText(holdings)
          : `no role is named: ${
            noneNamedText(side.filter(({ layer }) => !isFixed(layer, last)), LEAST_EFFECT)
          }`
      }`
    ),
    tables: [{
      title: "Who holds d at which layers",
      digits: DIGITS,
      lines: sides.flatMap(({ side, holdings }) => {
        const all = greatest(side.filter(isKnown).map(({ n }) => n));
        return holdings.map(({ layers, most }) => ({
          negated: most.negation,
          role: roleLabel(most.role),
          layers: layersText(layers),
          at: most.layer,
          share: most.share,
          simultaneous: simultaneousText(most, DIGITS),
          rows: most.n === all ? `${all}` : `${most.n}/${all}`,
          ...controlLine(most),
        }));
      }),
    }],
  };
}

function heldText(holdings: readonly Holding[]): string {
  const names = holdings.map(({ layers, most }) =>
    `${roleLabel(most.role)} in ${layersNamed(layers)} ${
      bracketed(most.share, { low: most.simultaneous_low, high: most.simultaneous_high })
    }`
  );
  const specific = specificText(
    holdings.map(({ most }) => most),
    (lines) => namesText(lines.map(({ role, layer }) => `${roleLabel(role)} in layer ${layer}`)),
  );
  const largest = names.length < 2
    ? ""
    : ", by its largest share in any layer (they do not add up)";
  return `d passes through ${namesText(names, 4)}${largest}${specific}`;
}
