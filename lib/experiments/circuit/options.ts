/** The options of `circuit`: the rows, how a circuit is searched, or what is run without a search. */

import { type Control, controlOption } from "../../study/controls/control.ts";
import { NegscopeError } from "../../errors.ts";
import { amount, ifGiven, list, type Option, wholeNumber } from "../../options/option.ts";
import { SEGMENTS } from "../../study/rows/score.ts";
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

const SEARCH = {
  ranking: ifGiven(RANKING),
  faithfulness: ifGiven(FAITHFULNESS),
  greedy: ifGiven(GREEDY),
};

export const OPTIONS = {
  segments: list(SEGMENTS, {
    standard: ["correct"],
    help: "of correct,incorrect,ambiguous: the rows",
  }),
  ...SEARCH,
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

/** Refuses options that would do nothing: both files, options of a search beside a file, pairs of the greedy ranking without it. */
export function checkGiven(
  { sets, circuit, control = [], ...given }: Pick<GivenSets, "sets" | "circuit"> & GivenSearch & {
    readonly control?: readonly Control[];
  },
): void {
  if (sets !== undefined && control.length > 0) {
    throw new NegscopeError("usage-value-wrong", {
      problem: "Cannot use --control and --sets together",
      subject: "--control",
      expected: "--control with a search or --circuit, whose faithfulness has controls",
    });
  }
  if (sets !== undefined && circuit !== undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: "Cannot use --sets and --circuit together",
      subject: "--circuit",
      expected: "one of them",
    });
  }
  const file = sets === undefined ? circuit && "--circuit" : "--sets";
  for (const [name, option] of Object.entries(SEARCH) as [keyof GivenSearch, Option<unknown>][]) {
    const text = option.print(given[name]);
    if (text === undefined || file === undefined) continue;
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use --${name} "${text}" beside ${file}`,
      subject: `--${name}`,
      reason: "what the file names is run without a search",
      expected: `--${name} or ${file}, not both`,
    });
  }
  if (given.greedy === undefined || searchChoice(given).rankings.includes("greedy")) return;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot use --greedy "${given.greedy}" without the greedy ranking`,
    subject: "--greedy",
    reason: `the rankings are ${searchChoice(given).rankings.join(", ")}`,
    expected: "a --ranking with greedy, or no --greedy",
  });
}
