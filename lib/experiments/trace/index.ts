/** Causal tracing: where in the text tower negation lives (Quantmeyer et al. 2024, section 4). */

import { roleName } from "../../charts/texts.ts";
import { fixedIn, LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { PASSES, topShares } from "../../study/effects/ranked.ts";
import type { Finding, RowEffects } from "../../study/experiment/finding.ts";
import { headName, headNote, type NamedHead } from "../../tables/nodes.ts";
import {
  type EffectRow,
  tracedEffects,
  type TracedRow,
  type TracedScores,
  type TraceRow,
  traceSummarySteps,
} from "./tables.ts";
import { DIRECTIONS, directionsIn, jobsOf, measureEffects, siteHook, SITES } from "./trace.ts";
import { engineNames } from "../../engine/changes/run_changes.ts";
import { clusterOf } from "../../study/clusters.ts";
import { type ScoredRow, SEGMENTS } from "../../study/rows/score_rows.ts";
import { controlOption } from "../../study/controls/control.ts";
import { chartOptions, experiment } from "../../study/experiment/experiment.ts";
import { choice, list } from "../../options/option.ts";
import { words } from "../words.ts";
import type { Study } from "../../study/study.ts";
import { traceMap } from "./chart.ts";
import { rowsOf } from "../../tables/table.ts";

/** The effects at the places that the method does not fix: of each role that in its largest layer, or of each head that at its largest role. */
function rowTraces(table: Iterable<EffectRow>): RowEffects {
  const rows = [...table];
  const { isFree } = fixedIn(rows);
  const isBoth = directionsIn(rows).length > 1;
  return {
    of: "causal tracing effects",
    asTheyAre: true,
    effects: rows.filter(isFree).map((row) => {
      const { id, layer, head, role, direction, cte } = row;
      const [part, at] = head === undefined
        ? [roleName(role), `in layer ${layer}`]
        : [headName({ layer, head }), `at ${roleName(role)}`];
      return { id, part: isBoth ? `${direction}: ${part}` : part, at, effect: cte };
    }),
  };
}

/**
 * The largest mean effects at places that the method does not fix: of roles by the layers in which they have one, or at site z of heads; of
 * two directions each has its own table, and a last one lists where they differ. Rows of all segments together have no mean CTE.
 */
export function traceFindings(rows: readonly TraceRow[], ofOneRow = false): Finding {
  if (rows.length === 0) {
    return {
      sentences: [
        "No row is in the segments to trace; choose others with --segments correct,incorrect,ambiguous",
      ],
    };
  }
  const { isFree } = fixedIn(rows);
  const lines = rows.filter((row) => row.segment !== "all" && isFree(row))
    .map((row) => ({ ...row, share: row.cte }));
  const isOfHeads = rows.some(({ head }) => head !== undefined);
  const unit: "head" | "role" = isOfHeads ? "head" : "role";
  const title = `Largest effects of ${unit}s`;
  const ranked = {
    ...{ unit, called: "CTE", ofOneRow },
    ...{ joinsLayers: !isOfHeads, ...!isOfHeads && { does: PASSES } },
    nameOf: ({ layer, head, role }: TraceRow) =>
      head === undefined ? roleName(role) : `${headName({ layer, head })} at ${roleName(role)}`,
  };
  const directions = directionsIn(lines);
  const found = directions.map((direction) =>
    topShares(lines.filter((row) => row.direction === direction), {
      ...ranked,
      title: direction === "denoise" && directions.length === 1 ? title : `${title}, ${direction}`, // the paper's goes without saying
    })
  );
  const parting = partingShares(lines, ranked);
  const both = rows.filter((row) =>
    row.negation === "both" && row.direction === directionsIn(rows)[0] && isFree(row)
  ).map((row) => ({ ...row, share: row.ratio_of_means }));
  const ofBoth = topShares(both, {
    ...{ ...ranked, called: "share of gamma", title: `${title}, on gamma`, beside: [] },
  });
  const all = [...both.length === 0 ? [] : [ofBoth], ...found, ...parting];
  const example = all.flatMap(({ named }) => named).find(({ head }) => head !== undefined);
  return {
    sentences: [...ofBoth.sentences, ...found[0]?.sentences ?? []],
    untested: [...ofBoth.untested, ...found[0]?.untested ?? []],
    tables: all.map(({ table }) => table),
    notes: [
      ...example === undefined ? [] : [headNote(example as NamedHead)],
      ...rowNotes(rows),
    ],
  };
}

type TraceLine = TraceRow & { readonly share: number | undefined };

/** Where the two directions differ, with both effects and what they say together; nothing of one direction. */
function partingShares(
  lines: readonly TraceLine[],
  ranked: Pick<Parameters<typeof topShares<TraceLine>>[1], "unit" | "nameOf">,
) {
  const placeOf = ({ negation, segment, layer, head, role }: TraceLine, direction?: string) =>
    [direction, negation, segment, layer, head, role].join(" ");
  const ctes = new Map(lines.map((line) => [placeOf(line, line.direction), line.cte]));
  const differences = lines.filter(({ direction }) => direction === "difference");
  if (differences.length === 0) return [];
  const nameOf = (line: TraceLine) =>
    `${ranked.nameOf(line)}${line.head === undefined ? ` in layer ${line.layer}` : ""}`;
  return [topShares(differences, {
    ...{ ...ranked, nameOf, joinsLayers: false, beside: [] },
    ...{ title: "Denoise minus noise", called: "difference" },
    more: (line) => {
      const [denoise, noise] = DIRECTIONS.map((direction) => ctes.get(placeOf(line, direction)));
      return { denoise, noise, reading: readingOf(denoise, noise) };
    },
  })];
}

/** The part of the larger effect below which the smaller one counts as small, so that a mechanism is named. */
const SMALL_SHARE = 1 / 3;

/**
 * What the difference of a cell says of it: what suffices but is hardly missed is backed up by another part, what is missed but hardly
 * suffices needs another part. Where neither effect is small beside the other, they merely differ, and there is nothing to read.
 */
function readingOf(denoise = 0, noise = 0): string {
  const [small, large] = [denoise, noise].toSorted((a, b) => Math.abs(a) - Math.abs(b));
  if (Math.abs(large!) < LEAST_SHARE) return "";
  if (denoise * noise < 0 && Math.abs(small!) >= LEAST_SHARE) return "opposite";
  if (Math.abs(small!) >= SMALL_SHARE * Math.abs(large!)) return "";
  return large === denoise ? "backed up" : "not alone";
}

/** Says where a negator is not in the map, where positions show instead of negation, and which groups have a d near 0. */
function rowNotes(rows: readonly TraceRow[]): string[] {
  const notes: readonly (readonly [(row: TraceRow) => boolean, string])[] = [
    [
      ({ role }) => role === "inserted",
      'Not in the map: an inserted negator. The affirmative sentence has no token for it ("no people", "people"), so that there is no place to put its values',
    ],
    [
      ({ layer, role, cte = 0 }) => layer === 0 && role !== "negator" && cte !== 0,
      "Layer 0 is no finding: it holds token and position embeddings, and where a token of the affirmative sentence stands at another position, since a word is inserted or moved, its effect there comes from the position",
    ],
    [
      ({ segment }) => segment === "ambiguous",
      "Ambiguous rows have a d near 0, so that shares of it are large and unsteady; trace.csv has the ratio of means beside them",
    ],
  ];
  return notes.flatMap(([of, note]) => rows.some(of) ? [note] : []);
}

export const trace = experiment({
  name: "trace",
  summary:
    "causal tracing at every layer and position; `--site` patches parts of a block or single heads",
  does:
    "patches single activations of the negated sentence into the affirmative one and maps how much of d each restores.",
  options: {
    segments: list(SEGMENTS, {
      standard: ["correct", "incorrect"],
      help: "of correct,incorrect,ambiguous: the rows to trace",
    }),
    site: choice(SITES, { standard: "resid", help: "where in a block to patch" }),
    direction: choice([...DIRECTIONS, "both"], {
      standard: "denoise",
      help:
        "which run to patch: denoise, the affirmative one; noise, the negated one; both, one after the other",
    }),
    control: controlOption(),
  },
  hooks: ({ site }, layers) => [siteHook(site, layers)],
  measure: async (study, { site, segments, direction: chosen }, { kept, keptOf, progress }) => {
    const { images } = await study.scoredRows();
    const rows = await tracedRows(study, segments);
    const directions = chosen === "both" ? DIRECTIONS : [chosen];
    const ofRow = new Map<string, TracedRow>();
    for (const [i, direction] of directions.entries()) {
      const traced = await measureEffects(study.text, rows, {
        ...{ site, direction, images, kept: direction === "denoise" ? kept : keptOf(direction) },
        progress: (done, all) => progress(i * all + done, directions.length * all),
      });
      for (const [row, { pair: { id } }] of rows.entries()) {
        const { effects, ...own } = traced[row]!;
        ofRow.set(id, { ...own, effects: { ...ofRow.get(id)?.effects, ...effects } });
      }
    }
    return study.pairs.map(({ id }): TracedRow | null => ofRow.get(id) ?? null);
  },
  engines: async (study, { site, segments }) => {
    const rows = await tracedRows(study, segments);
    const jobOf = jobsOf(study.text, { site, direction: "denoise" }); // engines are the same in both directions
    return await engineNames(study.text, rows.map(({ aligned }) => jobOf(aligned).group));
  },
  tables: function* (rows, { seed, cluster, site, segments }) {
    const traced = rows.flatMap(({ pair, scores, measured }): TracedScores[] =>
      measured === null
        ? []
        : [{ scores: scores!, traced: measured, cluster: clusterOf(pair, cluster) }]
    );
    return {
      effects: tracedEffects(traced, site),
      trace: yield* traceSummarySteps(traced, { site, seed, cluster, segments }),
    };
  },
  charts: (tables, context) => ({
    trace_map: traceMap(tables.trace.rows, chartOptions(context)),
  }),
  findings: (tables, ofOneRow) => traceFindings(tables.trace.rows, ofOneRow),
  rowEffects: ({ effects }) => rowTraces(rowsOf(effects)),
  words: words(
    "CTE",
    "denoise (trace)",
    "specific",
    "noise (trace)",
    "reading",
    "backed up",
    "not alone",
    "opposite",
    "site",
    "simultaneous",
    "EOT",
    "pooled",
    "fast engine",
  ),
});

async function tracedRows(
  study: Study,
  segments: readonly string[],
): Promise<readonly ScoredRow[]> {
  const { rows } = await study.scoredRows();
  return rows.filter(({ scores }) => segments.includes(scores.segment));
}
