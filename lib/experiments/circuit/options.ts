/** The options of `circuit`: the rows, how a circuit is searched, or what is run without a search. */

import { type Control, controlOption } from "../../study/controls/control.ts";
import { NegscopeError } from "../../errors.ts";
import { amount, ifGiven, list, type Option, wholeNumber } from "../../options/option.ts";
import { SEGMENTS } from "../../study/rows/score_rows.ts";
import type { GivenSets } from "./measured.ts";
import { type RankingName, RANKINGS } from "./search/rank.ts";
import { CIRCUIT, SETS } from "./set_files.ts";

const RANKING = list(RANKINGS, {
  standard: ["denoise", "noise", "direct"],
  help:
    "of denoise,noise,direct,greedy: how nodes are ranked; greedy runs all nodes that are left again for each that it leaves out",
});
const FAITHFULNESS = amount({
  min: 0.01,
  max: 1,
  standard: 0.9,
  help: "the share of d that a circuit must bring about, and at most as much above 1, on each side",
});
const GREEDY: Option<number> = {
  ...wholeNumber({
    min: 1,
    max: 1e6,
    help: "sentence pairs of the greedy ranking, drawn with --seed",
  }) as Option<number>,
  standard: 32,
};

export const OPTIONS = {
  segments: list(SEGMENTS, {
    standard: ["correct"],
    help: "of correct,incorrect,ambiguous: the rows",
  }),
  ranking: ifGiven(RANKING),
  faithfulness: ifGiven(FAITHFULNESS),
  greedy: ifGiven(GREEDY),
  sets: SETS,
  circuit: CIRCUIT,
  control: controlOption(),
} as const;

export interface GivenSearch {
  readonly ranking?: readonly RankingName[] | undefined;
  readonly faithfulness?: number | undefined;
  readonly greedy?: number | undefined;
}

export interface SearchChoice {
  readonly rankings: readonly RankingName[];
  /** The faithfulness that is enough. */
  readonly bound: number;
  /** The most sentence pairs of the greedy ranking. */
  readonly greedyPairs: number;
}

export function searchChoice({ ranking, faithfulness, greedy }: GivenSearch): SearchChoice {
  return {
    rankings: ranking ?? RANKING.standard,
    bound: faithfulness ?? FAITHFULNESS.standard,
    greedyPairs: greedy ?? GREEDY.standard,
  };
}

/** Pairs of options that cannot be given together, and why. */
const CONFLICTS = [
  ["control", "sets", "only a circuit has controls"],
  ["circuit", "sets", "each names what is run"],
  ...["ranking", "faithfulness", "greedy"].flatMap((name) =>
    ["sets", "circuit"].map((file) => [name, file, `--${file} is run without a search`] as const)
  ),
] as const;

export function checkGiven(
  options: Pick<GivenSets, "sets" | "circuit"> & GivenSearch & {
    readonly control?: readonly Control[];
  },
): void {
  const { control = [], greedy, ...others } = options;
  const given: Readonly<Record<string, unknown>> = {
    ...{ ...others, greedy },
    control: control.length > 0 ? control : undefined,
  };
  for (const [name, file, reason] of CONFLICTS) {
    if (given[name] === undefined || given[file] === undefined) continue;
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use --${name} and --${file} together`,
      subject: `--${name}`,
      reason,
      expected: "one of them",
    });
  }
  const { rankings } = searchChoice(options);
  if (greedy === undefined || rankings.includes("greedy")) return;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot use --greedy "${greedy}" without the greedy ranking`,
    subject: "--greedy",
    reason: `the rankings are ${rankings.join(", ")}`,
    expected: "a --ranking with greedy, or no --greedy",
  });
}
