/** Which attention heads look at the negator (Quantmeyer et al. 2024, section 5). */

import { heatMap } from "../../charts/heat_map.ts";
import { type ChartOptions, type ChartSpec, modelOf } from "../../charts/spec.ts";
import { ROLE_SIDE, roleLabel, titledSides } from "../../charts/texts.ts";
import { isBeforeNegator } from "../../data/align.ts";
import { LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { partName, topShares } from "../../study/effects/ranked.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { headName, headNote } from "../../tables/nodes.ts";
import { intervalText } from "../../tables/text_table.ts";
import {
  type AttendedSentences,
  attentionSteps,
  type HeadRoleRow,
  type HeadRow,
  type LookRow,
  mostSelectiveLayer,
} from "./tables.ts";
import { clusterOf } from "../../study/clusters.ts";
import { controlOption } from "../../study/controls/control.ts";
import { chartOptions, experiment } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";
import { attendRows, firstLooks, pairName, PATTERNS } from "./attend.ts";

/** Names the heads that are certain to attend more to one of the two words than to the other. */
export function headFindings(
  rows: readonly HeadRow[],
  looks: readonly LookRow[] = [],
  ofOneRow = false,
): Finding {
  const lines = rows.filter(({ above_baseline: difference = Infinity }) => difference > 0)
    .map((row) => ({ ...row, segment: "all", share: row.above_baseline }));
  const { sentences, untested, table, named } = topShares(lines, {
    title: "Attention to the negator minus that to the word in its place",
    unit: "head",
    nameOf: partName,
    ...{ called: "difference", ofOneRow },
    does: {
      first: "the negator gets more attention than the word in its place from",
      then: "from",
    },
    beside: [],
    more: (row) => (
      { selectivity: row.selectivity, r: row.correlation_with_d, q: row.q_value }
    ),
  });
  const without = rows.filter(({ layer, head, n, n_baseline }) =>
    layer === 1 && head === 1 && n > n_baseline
  ).map(({ negation, n, n_baseline }) =>
    `${negation}-negated: ${
      n - n_baseline
    } of ${n} rows have no word in its place and are not compared`
  );
  const split = [...new Set(named.map(headName))]
    .map((head) => looks.filter((row) => headName(row) === head));
  const unclear = split.flatMap(([row]) => row && row.share === undefined ? [headName(row)] : []);
  const why = split.map((ofHead) =>
    ofHead.filter(({ share = 0 }) => Math.abs(share) >= LEAST_TOLD)
      .toSorted((a, b) => Math.abs(b.share!) - Math.abs(a.share!))
  ).filter(({ length }) => length > 0);
  const notSplit = "Why these heads look is not known: the file lacks weights or values";
  return {
    ...{ sentences: [...sentences, ...why.slice(0, MOST.sentences).flatMap(reasonText)], untested },
    tables: [table, {
      title: "Why these heads look: largest parts of the difference in their attention scores",
      lines: why.flatMap((ofHead) => ofHead.slice(0, MOST.senders)).map((row) => ({
        ...{ head: headName(row), sender: senderText(row), share: row.share },
        interval: intervalText({ low: row.share_low, high: row.share_high }),
      })),
    }],
    notes: [
      ...without,
      ...named.length > 0 && looks.length === 0 ? [notSplit] : [],
      ...unclear.map((head) =>
        `Why head ${head} looks is not said: its scores are not certainly higher at the negator`
      ),
      ...named.slice(0, 1).map(headNote),
    ],
  };
}

/** The heads of which a sentence says why they look, and the senders of each that are listed. */
const MOST = { sentences: 2, senders: 4 };

/** The least share of a sender that is the reason of a look, and of one that is more than rounding. */
const [LEAST_REASON, LEAST_TOLD] = [0.5, 1e-4];

function reasonText([row, ...others]: readonly LookRow[]): string[] {
  const { share = 0, share_low: low = 0, share_high: high = NaN } = row!;
  const against = others.find(({ share }) => share! <= -LEAST_SHARE);
  const head = headName(row!);
  return share < LEAST_REASON || low <= 0 ? [] : [
    `Head ${head} looks at the negator, not the other word, because of ${senderText(row!)}: ${
      percent(share)
    } % (${percent(low)} to ${percent(high)}) of the difference in its attention score`,
    ...against
      ? [`In ${head}, ${senderText(against)} takes ${percent(-against.share!)} % of it back`]
      : [],
  ];
}

function percent(share: number): string {
  return (100 * share).toFixed(0);
}

function senderText({ at, sender }: LookRow): string {
  if (at === "key" && /^(embedding|position)$/.test(sender)) return `the word's own ${sender}`;
  const what = sender.replace(/^(?=\d)/, "head ").replace(/^(?=embedding|position)/, "the ")
    .replace("scale", "the layer norm's scale").replace("rest", "an edit");
  return `${what} at ${at === "key" ? "the word" : "the token that looks"}`;
}

/** How much more every head attends to the negator than to its twin (paper, section 5): one map per negated side, heads down, layers across. */
export function selectivityMap(rows: readonly HeadRow[], options: ChartOptions): ChartSpec {
  return heatMap(rows, {
    ...options,
    title: `Which heads of ${modelOf(options)} look at "no"`,
    subtitle: "selectivity: attention to the negator less that to the word in its place",
    about:
      "Negator selectivity of every attention head, by layer: the head's largest attention to the negator minus that to the word in its place in the affirmative sentence, mean over rows, with n rows on each side",
    panels: titledSides,
    x: "layer",
    y: "head",
    value: {
      ...{ field: "selectivity", low: "selectivity_low", high: "selectivity_high" } as const,
      judged: ({ above_baseline_low: low, above_baseline_high: high }) => ( // marks are of those that are not above
        { low, high, apartFrom: "the exchanged sentences" }
      ),
    },
  });
}

/** The same for the heads of one layer by the role of the query: heads down, roles that can attend to the negator across. */
export function headRoles(
  rows: readonly HeadRoleRow[],
  { layer, ...options }: ChartOptions & { readonly layer: number },
): ChartSpec {
  // With a causal mask, queries before the negator cannot attend to it.
  const isOpen = rows.some((row) => isBeforeNegator(row.role) && row.attention_difference !== 0);
  const shown = rows.filter((row) => row.layer === layer && (isOpen || !isBeforeNegator(row.role)));
  return heatMap(shown, {
    ...options,
    title: `From which tokens the heads of layer ${layer} of ${modelOf(options)} look at "no"`,
    about:
      `Attention to the negator in layer ${layer}, by role of the query: attention in the negated sentence minus attention to the word in its place in the affirmative one, mean over n rows (0 for a row without such a query)`,
    panels: titledSides,
    x: { ...ROLE_SIDE, isSlanted: true },
    y: "head",
    value: { field: "attention_difference", title: "difference" },
    name: ({ head, role }) => `head ${head} from ${roleLabel(role)}`,
  });
}

export const attend = experiment({
  name: "attend",
  summary: "which heads look at the negator; needs no images",
  does:
    "compares how much every head attends to the negator and to the word in its place in the affirmative sentence; without images what depends on d stays empty.",
  reads: "text, images if given",
  options: {
    control: controlOption({ of: ["random"] }),
  },
  hooks: () => [PATTERNS],
  measure: async ({ text, rows, inputs }, _, phase): Promise<readonly AttendedSentences[]> => {
    const heads = await attendRows(text, rows, phase);
    const looks = await firstLooks(text, inputs);
    return rows.map(({ aligned }) => {
      const own = looks.get(pairName(aligned));
      return { roles: aligned.roles, heads: heads.get(aligned)!, ...own && { looks: own } };
    });
  },
  tables: function* (rows, { seed, cluster, isGroup }) {
    const attended = rows.map(({ pair, scores, measured }) => {
      const d = isGroup ? undefined : scores?.d; // no head of a group is tested against it
      return {
        ...measured,
        ...{ id: pair.id, negation: pair.negation, d, cluster: clusterOf(pair, cluster) },
      };
    });
    return yield* attentionSteps(attended, { seed });
  },
  charts: ({ heads, headRoles: roles }, context) => {
    const layer = mostSelectiveLayer(heads.rows);
    const options = chartOptions(context);
    return {
      selectivity: selectivityMap(heads.rows, options),
      head_roles: headRoles(roles.rows, { layer, ...options }),
    };
  },
  findings: ({ heads, looks }, ofOneRow) => headFindings(heads.rows, looks.rows, ofOneRow),
  rowEffects: ({ attention: { rows } }) => ({
    of: "differences of attention to the negator, above those of the exchanged sentences",
    asTheyAre: true,
    effects: rows.map((row) => ({
      id: row.id,
      part: headName(row),
      effect: row.swapped_difference === undefined
        ? row.max_difference
        : row.max_difference - row.swapped_difference,
    })),
  }),
  words: words("selectivity", "above", "r (attend)", "specific", "q (attend)"),
});
