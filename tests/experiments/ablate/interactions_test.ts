import { assertEquals } from "@std/assert";
import {
  interactionSentences,
  interactionsIn,
} from "../../../lib/experiments/ablate/interactions.ts";
import { assertPlainSentences } from "../../study/plain_sentences.ts";

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
      const [, kind, layer, head] = /^(head|mlp) (\d)(?:\.(\d))?$/.exec(name) ?? [];
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
    ...{ [C]: [0.3, 0.04], "mlp 3": [0.09, 0], "mlp 4": [[0.2, -0.1], 0] }, // too little, and uncertain
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
