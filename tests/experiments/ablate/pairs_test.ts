import { assert, assertEquals } from "@std/assert";
import {
  type Alone,
  choosePairs,
  hiddenParts,
  interactionSentences,
  interactionsIn,
} from "../../../lib/experiments/ablate/pairs.ts";
import { assertPlainSentences } from "../../study/plain_sentences.ts";

/** What parts of one side restore and take away alone. */
const alone = (restore: readonly number[], remove: readonly number[]): Alone[] =>
  restore.map((share, part) => ({ restore: [share], remove: [remove[part]!] }));

const chosen = (given: readonly Alone[], hidden: readonly number[] = []) =>
  choosePairs(given, hidden, 200).joint.map(({ method, parts }) => `${method} ${parts.join("+")}`);

Deno.test("choosePairs() puts together what is needed but not enough, and each part that is enough but not needed with what is not needed either", () => {
  const cases: readonly (readonly [readonly Alone[], readonly string[]])[] = [
    [alone([1, 1, 0], [1, 1, 0]), []], // a chain
    [alone([0.5, 0.5, 0], [0.5, 0.5, 0]), []], // halves
    [alone([0, 0, 1], [1, 1, 1]), ["restore 0+1"]], // both inputs of a gate
    [alone([0.05, -0.05, 1], [0.1, 0.1, 1]), ["restore 0+1"]],
    [alone([0.06, 0, 1], [1, 1, 1]), []], // the first is enough for a little
    [alone([0, 0, 1], [0.09, 1, 1]), []], // hardly needed
    [alone([1, 0, 1], [0, 0, 1]), ["remove 0+1"]], // one rests
    [alone([1, 1, 1], [0, -0.1, 1]), ["remove 0+1"]],
    [alone([1, 1, 1], [0, -0.11, 1]), []], // without the second d grows
    [alone([0.09, 0, 1], [0, 0, 1]), []],
    [[{ restore: [0, 1], remove: [0, 0] }, { restore: [0, 0], remove: [0, 1] }], []], // not on the same side
    [[{ restore: [0, 1], remove: [0, 0] }, { restore: [0, 0], remove: [1, 0] }], ["remove 0+1"]],
    [alone([0, 0.5, 0, 1], [0, 0, 0, 0]), [ // the two that are enough first, then the larger one's
      ...["remove 1+3", "remove 0+3", "remove 2+3", "remove 0+1", "remove 1+2"],
    ]],
  ];
  for (const [given, pairs] of cases) assertEquals(chosen(given), pairs);
  assertEquals(chosen(alone([0, 0, 0, 1], [0, 0, 0, 1]), [0, 2]), ["restore 0+2"]);
  const many = Array.from({ length: 30 }, (_, part) => 1 - part / 100);
  assertEquals(chosen(alone(many.map(() => 0), many)).length, 12 * 11 / 2); // of the largest twelve
  const four = Array.from({ length: 108 }, (_, part) => part < 104 ? 0 : 1 - part / 1000);
  const { joint, leftOut } = choosePairs(alone(four, four.map(() => 0)), [], 200);
  assertEquals([joint.length, leftOut], [200, 4 * 104 + 4 * 3 / 2 - 200]);
  assert(joint.slice(0, 6).every(({ parts }) => parts.every((part) => part >= 104)));
  assertEquals(joint.at(-1)!.parts.at(-1), 105); // of the second largest
});

/** The hidden parts of a model of six parts that does so much of d without some, and how many runs these took. */
async function hidden(
  given: readonly Alone[],
  keeps: (has: (part: number) => boolean) => boolean,
) {
  let runs = 0;
  const found = await hiddenParts(given, (parts) => {
    runs++;
    return Promise.resolve(!keeps((part) => !parts.includes(part)));
  });
  return { found, runs };
}

Deno.test("hiddenParts() finds parts none of which counts alone, and all of which together do", async () => {
  const quiet = alone(Array(6).fill(0), Array(6).fill(0));
  const twoOf = (...parts: readonly number[]) => (has: (part: number) => boolean) =>
    parts.filter(has).length >= 2;
  assertEquals((await hidden(quiet, twoOf(1, 3, 4))).found, [1, 3, 4]);
  assertEquals(
    (await hidden(quiet, (has) => has(0) && has(2) || has(3) && has(5))).found,
    [0, 2, 3, 5],
  );
  assertEquals(await hidden(quiet, () => true), { found: [], runs: 1 });
  assertEquals((await hidden(quiet, (has) => [0, 1, 2, 3, 4].some(has))).found, []); // five are needed
  assertEquals(
    (await hidden(alone([0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]), twoOf(1, 3, 4))).found,
    [3, 4],
  ); // the one that counts alone is none
});

type Share = number | readonly [share: number, low: number, high?: number];

/** Lines of a summary by part: what it restores, and what it takes away. */
function lines(
  parts: Readonly<Record<string, readonly [restore: Share | undefined, remove: Share | undefined]>>,
  negation = "both",
) {
  return Object.entries(parts).flatMap(([name, shares]) =>
    shares.flatMap((own, i) => {
      if (own === undefined) return [];
      const [share, low, high = 2 * share - low] = typeof own === "number"
        ? [own, own - 0.01]
        : own;
      const [, kind, layer, head] = /^(head|mlp|block) (\d)(?:\.(\d))?$/.exec(name) ?? [];
      return [{
        ...{ negation, segment: "all", method: i === 0 ? "restore" : "remove", share },
        ...{ simultaneous_low: low, simultaneous_high: high },
        part: kind ?? name,
        layer: layer && Number(layer),
        head: head && Number(head),
      }];
    })
  );
}

const [A, B, C] = ["head 1.1", "head 1.2", "mlp 2"] as const;
const AB = `${A} + ${B}`;
/** About 0, and perhaps large. */
const WIDE = [0.04, -0.6, 0.1] as const;

const found = (rows: readonly object[]) =>
  interactionsIn(rows).map(({ kind, parts }) => `${kind} ${parts.join(" + ")}`);

Deno.test("interactionsIn() names a pair only if none of it counts alone and both certainly do by more than the sum", () => {
  const cases: readonly (readonly [Parameters<typeof lines>[0], readonly string[]])[] = [
    [{ [A]: [0, 1], [B]: [0, 1], [AB]: [1, undefined] }, [`together ${AB}`]],
    [{ [A]: [0, 1], [B]: [0, 1], [AB]: [[1, 0.05], undefined] }, []], // not certainly above .05
    [{ [A]: [0.06, 1], [B]: [0, 1], [AB]: [1, undefined] }, []], // one counts alone
    [{ [A]: [-0.06, 1], [B]: [0, 1], [AB]: [1, undefined] }, []],
    [{ [A]: [0.05, 1], [B]: [0.05, 1], [AB]: [0.14, undefined] }, []], // little more than their sum
    [{ [A]: [0.05, 1], [B]: [0.05, 1], [AB]: [0.17, undefined] }, [`together ${AB}`]],
    [{ [A]: [1, 0], [B]: [1, 0], [AB]: [undefined, 1] }, [`either ${AB}`]],
    [{ [A]: [1, 0], [B]: [0, 0], [AB]: [undefined, 1] }, [`either ${AB}`]],
    [{ [A]: [1, -0.1], [B]: [1, 0], [AB]: [undefined, 1] }, [`either ${AB}`]],
    [{ [A]: [1, -0.11], [B]: [1, 0], [AB]: [undefined, 1] }, []], // without one d grows
    [{ [A]: [WIDE, 1], [B]: [0, 1], [AB]: [1, undefined] }, []],
    [{ [A]: [[0.04, -0.6, 0.09], 1], [B]: [0, 1], [AB]: [1, undefined] }, [`together ${AB}`]],
    [{ [A]: [1, 0], [B]: [1, WIDE], [AB]: [undefined, 1] }, []],
    [{ [A]: [1, 0.06], [B]: [1, 0], [AB]: [undefined, 1] }, []],
    [{ [A]: [1, 1], [B]: [1, 1], [AB]: [1, 1] }, []], // a chain: both at once are less than their sum
    [{ [A]: [0, 0], [B]: [0, 0], [AB]: [1, 1] }, [`together ${AB}`, `either ${AB}`]], // two of three
  ];
  for (const [parts, named] of cases) assertEquals(found(lines(parts)), named);
});

Deno.test("interactionsIn() is of gamma where it is certain, and else of what both sides show, with the smaller share", () => {
  const pair = { [A]: [0, 1], [B]: [0, 1] } as const;
  const foil = lines({ ...pair, [AB]: [0.9, undefined] }, "foil");
  const caption = lines({ ...pair, [AB]: [0.7, undefined] }, "caption");
  const none = lines({ ...pair, [AB]: [0, undefined] }, "caption");
  assertEquals(found([...foil, ...caption]), [`together ${AB}`]);
  assertEquals(interactionsIn([...foil, ...caption])[0]!.share, 0.7);
  assertEquals(found(foil), [`together ${AB}`]); // of data of one side
  assertEquals(found([...foil, ...none]), []);
  assertEquals(found([...foil, ...lines({ ...pair, [AB]: [0, undefined] })]), []);
});

Deno.test("interactionSentences() says what is sufficient, necessary and shown by pairs, each in a plain sentence", () => {
  const rows = lines({
    ...{ [A]: [1, 0], "head 2.4": [0, 0], [`${A} + head 2.4`]: [undefined, [0.98, 0.9]] },
    ...{ "head 3.1": [0, 0.4], "head 3.2": [0.01, 0.5], "head 3.1 + head 3.2": [0.5, undefined] },
    ...{ [C]: [0.3, 0.04], "block 2": [0, 0.5], "mlp 3": [0.09, 0], "mlp 4": [[0.2, -0.1], 0] }, // too little, and uncertain
    ...{ "mlp 5": [0.5, WIDE], "mlp 6": [WIDE, 0.5], "mlp 7": [0.5, -0.8], "mlp 8": [0.5, -0.11] }, // what it does not do is uncertain, or it does the opposite
    ...{ "head 4.2": [0, 0.6], "head 4.1": [0, 0.3] },
  });
  const said = [
    "Sufficient, not necessary: MLP 2", // 1.1 stands in a pair
    "Necessary, not sufficient: 4.1 and 4.2",
    "1.1 or 2.4 is enough: without both 0.98 (0.90 to 1.06) of gamma is lost, without one 0.00",
    "3.1 and 3.2 count only together: they restore 0.50 (0.49 to 0.51) of gamma, either alone restores at most 0.01",
  ];
  assertEquals(interactionSentences(rows), said);
  const three = { "head 1.2": [0, 1], "head 1.3": [0, 1], "head 1.4": [0, 1] } as const;
  const pairs = ["1.1 + head 1.2", "1.1 + head 1.3", "1.2 + head 1.3", "1.3 + head 1.4"];
  const both = Object.fromEntries(pairs.map((name) => [`head ${name}`, [1, undefined] as const]));
  const many = interactionSentences(lines({ [A]: [0, 1], ...three, ...both }, "foil"));
  assertEquals(many.slice(1, 2), [
    "1.1 and 1.2 count only together: they restore 1.00 (0.99 to 1.01) of d, either alone restores 0.00",
  ]);
  assertEquals(many.slice(4), ["More pairs that show such things: 1"]);
  const grows = lines({ [A]: [1, -0.06], [B]: [1, 0.04], [AB]: [undefined, 1] });
  assertEquals(interactionSentences(grows), [
    "1.1 or 1.2 is enough: without both 1.00 (0.99 to 1.01) of gamma is lost, without one -0.06",
  ]);
  assertPlainSentences([...said, ...many]);
  assertEquals(interactionSentences([]), []);
});
