import { assertEquals } from "@std/assert";
import {
  interactionSentences,
  interactionsIn,
} from "../../../lib/experiments/ablate/interactions.ts";
import { assertPlainSentences } from "../../study/plain_sentences.ts";

type Share = number | readonly [share: number, low: number];

/** Lines of a summary by part: what it restores, and what it takes away. */
function lines(
  parts: Readonly<Record<string, readonly [restore: Share | undefined, remove: Share | undefined]>>,
  negation = "both",
) {
  return Object.entries(parts).flatMap(([name, shares]) =>
    shares.flatMap((own, i) => {
      if (own === undefined) return [];
      const [share, low] = typeof own === "number" ? [own, own - 0.01] : own;
      const [, kind, layer, head] = /^(head|mlp) (\d)(?:\.(\d))?$/.exec(name) ?? [];
      return [{
        ...{ negation, segment: "all", method: i === 0 ? "restore" : "remove", share },
        ...{ simultaneous_low: low, simultaneous_high: share + (share - low) },
        part: kind ?? name,
        layer: layer && Number(layer),
        head: head && Number(head),
      }];
    })
  );
}

const [A, B, C] = ["head 1.1", "head 1.2", "mlp 2"] as const;
const [AB, AC, BC] = [`${A} + ${B}`, `${A} + ${C}`, `${B} + ${C}`] as const;

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
    [{ [A]: [1, 0], [B]: [0, 0], [AB]: [undefined, 1] }, [`stands in ${B} + ${A}`]],
    [{ [A]: [1, -0.3], [B]: [1, 0], [AB]: [undefined, 1] }, [`either ${AB}`]],
    [{ [A]: [1, 0.06], [B]: [1, 0], [AB]: [undefined, 1] }, []],
    [{ [A]: [1, 1], [B]: [1, 1], [AB]: [1, 1] }, []], // a chain: both at once are less than their sum
    [
      { [A]: [0, 0], [B]: [0, 0], [C]: [0, 0], ...{ [AB]: [1, 1], [AC]: [1, 1], [BC]: [1, 1] } },
      [
        `together ${A} + ${B} + ${C}`,
        `either ${AB}`,
        `either ${AC}`,
        `either ${BC}`,
      ],
    ],
    [
      { [A]: [0, 1], [B]: [0, 1], [C]: [0, 1], ...{ [AB]: [1, undefined], [AC]: [1, undefined] } },
      [`together ${AB}`, `together ${AC}`],
    ],
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
    ...{ [C]: [0.3, 0.04], "mlp 3": [0.09, 0], "mlp 4": [[0.2, -0.1], 0] }, // too little, and uncertain
  });
  const said = [
    "Sufficient, not necessary: 1.1 (restores 1.00 of gamma, takes away 0.00) and MLP 2",
    "Necessary, not sufficient: 3.2 (takes away 0.50 of gamma, restores 0.01) and 3.1",
    "3.1 and 3.2 count only together: they restore 0.50 (0.49 to 0.51) of gamma, alone at most 0.01",
    "2.4 stands in for 1.1: without both 0.98 (0.90 to 1.06) of gamma is lost, without one at most 0.00",
  ];
  assertEquals(interactionSentences(rows), said);
  const all = { [A]: [0, 0], [B]: [0, 0], [C]: [0, 0] } as const;
  const three = lines(
    { ...all, [AB]: [1, undefined], [AC]: [1, undefined], [BC]: [1, undefined] },
    "foil",
  );
  const [any] = interactionSentences(three);
  assertEquals(
    any,
    "Any two of 1.1, 1.2 and MLP 2 count only together: they restore at least 1.00 (0.99 to 1.01) of d, one alone at most 0.00",
  );
  assertPlainSentences([...said, any!]);
  assertEquals(interactionSentences([]), []);
});
