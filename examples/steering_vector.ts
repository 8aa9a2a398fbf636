/**
 * A steering vector for negation: the mean difference of the end token's residual stream between negated and affirmative sentences,
 * added to affirmative sentences of other pairs. Do they then score as if they were negated?
 *
 *     deno run -A examples/steering_vector.ts            after block 5 of 6
 *     deno run -A examples/steering_vector.ts 3          after block 3; the files are in results/steering_vector
 */

import { add, column, fillTable, type RowOf, show, Study, table } from "negscope";
import { renderSvg, specHead, specText } from "negscope/charts";
import { tableToCsv } from "negscope/data";
import { sentencePairKey } from "negscope/experiments";
import { ClusterBootstrap } from "negscope/stats";

const STEERING = table("steering", "One row for each factor and negated side.", {
  factor: column.number("", "What the vector is multiplied by."),
  negation: column.text("The negated sentence of the pairs: `caption` or `foil`."),
  n: column.count("Number of rows, all of sentence pairs that the vector is not made of.", "rows"),
  change: column.numberOrNone("logit", "Mean change of the affirmative sentence's S."),
  low: column.low("logit"),
  high: column.high("logit"),
  share: column.numberOrNone(
    "share",
    "The change over that to the negated sentence: 1 is all of it.",
  ),
  d: column.numberOrNone(
    "logit",
    "Mean d with the steered sentence in the affirmative one's place.",
  ),
});

const [given = "5", ...more] = Deno.args;
if (!/^[1-6]$/.test(given) || more.length > 0) {
  throw new TypeError(
    `Cannot use "${Deno.args.join(" ")}": expected a block from 1 to 6, or nothing`,
  );
}
const block = Number(given);
const out = "results/steering_vector";
const hook = `blocks.${block - 1}.hook_resid_post`;
await using study = await Study.open();

// The vector, of every other sentence pair.
const { sentencePairs } = study;
const fitted = sentencePairs.filter((_, i) => i % 2 === 0);
const atEnd = async (side: "negated" | "affirmative") => {
  const { cache } = await study.text.runWithCache(fitted.map((pair) => pair[side].sentence), [
    hook,
  ]);
  return fitted.map((pair, row) => cache.row(hook, row).row(pair[side].pooled).data);
};
const [negated, affirmative] = [await atEnd("negated"), await atEnd("affirmative")];
const vector = Array.from(
  negated[0]!,
  (_, i) =>
    negated.reduce((sum, no, row) => sum + no[i]! - affirmative[row]![i]!, 0) / fitted.length,
);

// Its effect on the rows of all other sentence pairs.
const known = new Set(fitted.map(({ key }) => key));
const rows = [...study.pairs.keys()].filter((row) =>
  !known.has(sentencePairKey(study.pairs[row]!))
);
const before = (await study.score()).rows;
const effects: RowOf<typeof STEERING>[] = [];
for (const factor of [0, 0.5, 1, 1.5, 2]) {
  const steered = await study.score({
    interventions: [add(hook, vector.map((x) => factor * x), { position: "eot" })],
    sentences: "affirmative", // in d, what the S of both sentences gain cancels
  });
  const after = steered.rows;
  for (const side of ["foil", "caption"] as const) {
    const own = rows.filter((row) => study.pairs[row]!.negation === side);
    const [yes, no] = side === "caption"
      ? ["s_foil", "s_caption"] as const
      : ["s_caption", "s_foil"] as const;
    const bootstrap = new ClusterBootstrap(own.map((row) => sentencePairKey(study.pairs[row]!)), {
      seed: 0,
    });
    const changes = own.map((row) => after[row]![yes] - before[row]![yes]);
    const { estimate: change, ...bounds } = bootstrap.mean(changes);
    const whole = own.map((row) => before[row]![no] - before[row]![yes]);
    const share = bootstrap.ratio(changes, whole).estimate;
    const d = bootstrap.mean(own.map((row) => after[row]!.d)).estimate;
    effects.push({ factor, negation: side, n: own.length, change, ...bounds, share, d });
  }
}

// Table and chart.
const steering = fillTable(STEERING, effects);
const y = { field: "d", type: "quantitative" };
const chart = {
  ...specHead(
    "Lines of mean d over the factor of the steering vector, one for each negated side.",
    {
      sources: { model: [], data: [] },
    },
  ),
  title: `Affirmative sentences steered after block ${block}`,
  data: { values: effects },
  mark: { type: "line", point: true },
  encoding: { x: { field: "factor", type: "quantitative" }, y, color: { field: "negation" } },
};
await Deno.mkdir(out, { recursive: true });
await Deno.writeTextFile(`${out}/steering.csv`, tableToCsv(steering));
await Deno.writeTextFile(`${out}/steering.vl.json`, specText(chart));
await Deno.writeTextFile(`${out}/steering.svg`, await renderSvg(chart));
await show(steering);
