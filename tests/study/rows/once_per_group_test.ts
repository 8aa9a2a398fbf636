import { assertEquals } from "@std/assert";
import { type GroupResult, oncePerGroup } from "../../../lib/study/rows/once_per_group.ts";
import { keptIn } from "../kept_map.ts";

interface Row {
  readonly id: string;
  readonly group: string;
  readonly factor: number;
}

const ROWS: readonly Row[] = [
  { id: "1", group: "a", factor: 1 },
  { id: "2", group: "b", factor: 10 },
  { id: "3", group: "a", factor: 100 },
  { id: "4", group: "c", factor: 1000 },
];

/** Groups a and b have two runs each, c has none; results come run by run, with the groups mixed. */
const SIZES: Readonly<Record<string, number>> = { a: 2, b: 2, c: 0 };

function grouped(ran: string[], kept = new Map<string, readonly number[]>()) {
  const reports: string[] = [];
  return {
    reports,
    kept,
    numbers: () =>
      oncePerGroup(ROWS, {
        groupOf: ({ group }) => group,
        idOf: ({ id }) => id,
        sizeOf: (group) => SIZES[group]!,
        run: async function* (groups): AsyncGenerator<GroupResult[]> {
          await Promise.resolve();
          ran.push(groups.join());
          for (const place of [1, 0]) {
            yield groups.flatMap((group, index) =>
              place < SIZES[group]!
                ? [{ index, place, embedding: Float32Array.of(group.charCodeAt(0), place) }]
                : []
            );
          }
        },
        score: ({ factor }, [group, place]) => factor * (group! - 96 + place! / 4),
        kept: keptIn(kept),
        progress: (done, total) => void reports.push(`${done}/${total}`),
      }),
  };
}

/** factor x (place of the letter + place of the run / 4). */
const EXPECTED: [number[], number[], number[], number[]] = [[1, 1.25], [20, 22.5], [100, 125], []];

Deno.test("oncePerGroup() runs each group once and gives every row its own numbers in order", async () => {
  const ran: string[] = [];
  const { numbers, kept, reports } = grouped(ran);
  assertEquals(await numbers(), EXPECTED);
  assertEquals(ran, ["a,b,c"]);
  assertEquals([...kept], [["4", []], ["1", [1, 1.25]], ["3", [100, 125]], ["2", [20, 22.5]]]);
  assertEquals(reports, ["2/4", "4/4"]);
});

Deno.test("oncePerGroup() resumes from kept rows, and runs a group again if one of its rows is not kept", async () => {
  const ran: string[] = [];
  const kept = new Map<string, readonly number[]>([["1", [7, 7]], ["2", [8, 8]], ["4", []]]);
  const { numbers, reports } = grouped(ran, kept);
  assertEquals(await numbers(), [EXPECTED[0], [8, 8], EXPECTED[2], []]);
  assertEquals([ran, reports], [["a"], ["3/4", "4/4"]]);
  const unfit = new Map<string, readonly number[]>([["1", [7]], ["2", [8, 8, 8]], ["3", [1, 2]]]);
  assertEquals(await grouped(ran, unfit).numbers(), EXPECTED); // too few numbers, or too many
  assertEquals(ran, ["a", "a,b,c"]);
});
