import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Pair } from "../../../lib/data/pairs.ts";
import { finish } from "../../../lib/stats/steps.ts";
import {
  EffectsOnBoth,
  MatchedRows,
  matchedSteps,
  understandingSteps,
} from "../../../lib/study/effects/understanding.ts";

interface Scored {
  readonly pair: Pair;
  readonly d: number;
}

/** A row about a noun, with a d that its place gives. */
function row(noun: string, negation: Pair["negation"], { i, more = "" }: {
  readonly i: number;
  readonly more?: string;
}): Scored {
  const be = noun.endsWith("s") ? "are" : "is";
  const [affirmative, negated] = [
    `There ${be} ${be === "is" ? "a" : "some"} ${noun}${more}.`,
    `There ${be} no ${noun}${more}.`,
  ];
  const [caption, foil] = negation === "foil" ? [affirmative, negated] : [negated, affirmative];
  const d = (negation === "foil" ? 1.5 : 0.5) + Math.sin(7 * i) + (be === "is" ? 1 : 0);
  return { pair: { id: `${i}`, image: "a.png", negation, caption, foil }, d };
}

const NOUNS =
  "cat dog boat tree car chair cup shoe hat bird apple lamp door clock horse truck sheep kite plane spoon fork knife"
    .split(" ");

/** Pairs of which 20 are on both sides and 2 on one alone; three of them hold half of the foil-negated rows. */
const BY_PAIR = NOUNS.flatMap((noun, k) => [
  ...Array.from(
    { length: k < 3 ? 10 : 1 + k % 2 },
    (_, j) => row(noun, "foil", { i: 100 * k + j }),
  ),
  ...k < 20
    ? Array.from({ length: 2 }, (_, j) => row(noun, "caption", { i: 100 * k + 50 + j }))
    : [],
]);

/** Rows whose sentences are all different; of the plural there are two frames, of one of which there is one side alone. */
const BY_FRAME = NOUNS.flatMap((noun, k) => [
  row(`${k % 3 === 0 ? noun : `${noun}s`}`, "foil", { i: k, more: k % 2 === 0 ? "" : " here" }),
  row(`${k % 2 === 0 ? `big ${noun}` : `big ${noun}s`}`, "caption", { i: 50 + k }),
]);

function understood(rows: readonly Scored[]) {
  return finish(understandingSteps(
    rows.map(({ pair }) => pair),
    rows.map(({ d }) => d),
    { seed: 0 },
  ));
}

/** What the reference implementation in numpy finds, with 100,000 samples: estimates and their bounds. */
const REFERENCE = [
  {
    rows: BY_PAIR,
    gamma: [0.9888697101225781, 0.8743868752076965, 1.1108484835993626],
    alpha: [0.273148080047403, 0.1410735752861177, 0.3994712418741175],
    matched: 96,
  },
  {
    rows: BY_FRAME,
    gamma: [0.7121207782755247, 0.48514826454758186, 0.9083106441916281],
    alpha: [0.2924006846039033, 0.13134552087569745, 0.4480031895710732],
    matched: 33,
  },
] as const;

Deno.test("understandingSteps() gives gamma and alpha of the reference, by the same sentences and by frame and number", () => {
  for (const { rows, matched, gamma, alpha } of REFERENCE) {
    const found = understood(rows);
    assertEquals(found.matched, matched);
    for (const [name, known] of [["gamma", gamma], ["alpha", alpha]] as const) {
      const { estimate, low, high } = found[name];
      assertAlmostEquals(estimate!, known[0], 1e-9);
      // 2,000 samples give a quantile at .007, 2.4 standard errors out, to sqrt(.007 / 2000) / .02 = .09 of these, or .02 of the width
      const three = 0.06 * (known[2] - known[1]);
      assertAlmostEquals(low!, known[1], three);
      assertAlmostEquals(high!, known[2], three);
    }
  }
});

Deno.test("the intervals of rows matched by frame are those of samples in which each frame's weight is computed anew", () => {
  const rows = NOUNS.flatMap((noun, k) =>
    // two frames a noun, so that clusters of nouns share frames
    [0, 1, 2].flatMap((j) => [
      row(noun, "foil", { i: 60 * k + j, more: j < 2 ? "" : " here" }),
      ...j <= k % 3
        ? [row(noun, "caption", { i: 60 * k + 30 + j, more: k % 2 === 0 ? "" : " here" })]
        : [],
    ])
  );
  const frameOf = ({ caption }: Pair) => caption.includes(" here") ? "here" : "none";
  const matched = new MatchedRows(rows.map(({ pair }) => pair), frameOf, { seed: 0 });
  const found = matched.means(rows.map(({ d }) => d));
  for (const [name, sign] of [["gamma", 1], ["alpha", -1]] as const) {
    const ofRows = matched.places.map((_, i) => matched.places.map((_, k) => Number(k === i)));
    const exact = matched.bootstrap.sums(ofRows)((counts) => { // how often each row is drawn
      let [sum, whole] = [0, 0];
      for (const frame of ["here", "none"]) {
        const [[n, f], [m, c]] = ["foil", "caption"].map((side) =>
          matched.places.reduce(([n, sum], place, i) => {
            const { pair, d } = rows[place]!;
            const isIn = pair.negation === side && frameOf(pair) === frame;
            return isIn ? [n + counts[i]!, sum + counts[i]! * d] : [n, sum];
          }, [0, 0] as [number, number])
        ) as [[number, number], [number, number]];
        const weight = n * m / (n + m);
        sum += weight * (f / n + sign * c / m);
        whole += weight;
      }
      return sum / whole / 4;
    }, { weights: matched.fewer });
    for (const bound of ["estimate", "low", "high"] as const) {
      assertAlmostEquals(found[name][bound]!, exact[bound]!, 1e-9);
    }
    const { weights, ...sums } = matched.split((place) => rows[place]!.d);
    const { low, high } = matched.ratio(sums[name], weights);
    // what the first order leaves out is about half of the square of the intervals' reach of 0.1
    assertAlmostEquals(low!, exact.low!, 0.005);
    assertAlmostEquals(high!, exact.high!, 0.005);
  }
});

Deno.test("understandingSteps() takes all rows, unmatched and without an interval, where the fewer side has less than nine clusters", () => {
  const few = NOUNS.flatMap((noun, k) => [
    ...[0, 1].map((j) => row(noun, "foil", { i: 10 * k + j })),
    ...k < 8 ? [row(noun, "caption", { i: 10 * k + 5 })] : [],
  ]);
  const { gamma, alpha, matched } = understood(few);
  assertEquals([matched, gamma.low, alpha.high], [0, undefined, undefined]);
  const mean = (rows: readonly Scored[]) => rows.reduce((sum, { d }) => sum + d, 0) / rows.length;
  const [foils, captions] = ["foil", "caption"].map((side) =>
    mean(few.filter(({ pair }) => pair.negation === side))
  );
  assertAlmostEquals(gamma.estimate!, (foils! + captions!) / 4, 1e-9);
  const none = { estimate: 0, low: 0, high: 0 };
  const rounding = understood(BY_PAIR.map(({ pair }, i) => ({ pair, d: i % 2 ? 1e-4 : -9e-5 })));
  assertEquals([rounding.gamma, rounding.alpha], [none, none]);
  assertEquals(
    understood(few.filter(({ pair }) => pair.negation === "foil")).gamma.estimate,
    undefined,
  );
  assert(understood(few.slice(0, 0)).gamma.estimate === undefined);
});

/** The same for effects on d: the share of gamma and the effect on alpha, with their own and simultaneous bounds. */
const EFFECTS = [
  {
    effectOf: ({ d }: Scored, i: number) => 0.6 * d + 0.2 * Math.sin(3 * i),
    share: [0.6011268562924069, 0.592339707156253, 0.6095456547163418],
    shares: [0.591057627487924, 0.6111960850968898],
    alpha: [0.16533648750924812, 0.08650339822781627, 0.24103220134284195],
    alphas: [0.07413780081049748, 0.25653517420799876],
  },
  {
    effectOf: ({ pair }: Scored, i: number) =>
      (pair.negation === "foil" ? 0.3 : -0.3) + 0.1 * Math.cos(i),
    share: [-0.002746075675936172, -0.01133835234612793, 0.008351910364061441],
    shares: [-0.014613578229305086, 0.009121426877432741],
    alpha: [0.15452531221362936, 0.14053962387364555, 0.16639171218479004],
    alphas: [0.13918200090565921, 0.1698686235215995],
  },
] as const;

Deno.test("EffectsOnBoth gives shares of gamma and effects on alpha of the reference, with simultaneous bounds", () => {
  using matched = finish(matchedSteps(BY_PAIR.map(({ pair }) => pair), { seed: 0 }));
  const both = new EffectsOnBoth(matched, BY_PAIR.map(({ d }) => d));
  const added = EFFECTS.map(({ effectOf }) => both.add((i) => effectOf(BY_PAIR[i]!, i)));
  for (const [place, { share, shares, alpha, alphas }] of EFFECTS.entries()) {
    const found = added[place]!;
    const all = found.simultaneous();
    const compared = [["share", share, shares], ["alpha", alpha, alphas]] as const;
    assertEquals(found.n, 96);
    for (const [name, known, knownTogether] of compared) {
      const [own, together] = [found[name], all[name]];
      assertAlmostEquals(own.estimate!, known[0], 1e-9);
      const some = 0.1 * (known[2] - known[1]); // quantiles of 2,000 samples at .007, as above, and of the largest deviations
      assertAlmostEquals(own.low!, known[1], some);
      assertAlmostEquals(own.high!, known[2], some);
      assertAlmostEquals(together.low!, knownTogether[0], some);
      assertAlmostEquals(together.high!, knownTogether[1], some);
    }
  }
});

Deno.test("EffectsOnBoth counts the matched rows that have an effect, and gives no share of a gamma that may be 0", () => {
  const rows = BY_PAIR.map(({ pair, d }, i) => ({ pair, d: i % 2 ? d : -d }));
  using matched = finish(matchedSteps(rows.map(({ pair }) => pair), { seed: 0 }));
  const unknown = new EffectsOnBoth(matched, rows.map(({ d }) => d)).add((i) => rows[i]!.d);
  assertEquals([unknown.share.estimate, unknown.n], [undefined, 96]);
  const [some, gone] = [BY_PAIR.slice(0, 39), BY_PAIR.slice(39)];
  const known = new EffectsOnBoth(matched, BY_PAIR.map(({ d }) => d))
    .add((i) => i < some.length ? BY_PAIR[i]!.d : undefined);
  assertEquals(gone.length > 0 && known.n < 96, true);
  using ofFrames = finish(matchedSteps(BY_FRAME.map(({ pair }) => pair), { seed: 0 }));
  const { alpha } = new EffectsOnBoth(ofFrames, BY_FRAME.map(({ d }) => d)).add((i) =>
    BY_FRAME[i]!.d
  );
  const exact = understood(BY_FRAME).alpha;
  const near = 0.1 * (exact.high! - exact.low!); // in the first order alone where clusters share a form
  assertAlmostEquals(alpha.estimate!, exact.estimate!, 1e-9);
  assertAlmostEquals(alpha.low!, exact.low!, near);
  assertAlmostEquals(alpha.high!, exact.high!, near);
  assertAlmostEquals(known.share.estimate!, 1, 1e-9); // an effect of all d is all of gamma, of the rows that have it
});
