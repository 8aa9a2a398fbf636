import { assertEquals } from "@std/assert";
import { generalChanges } from "../../../lib/engine/changes/general_changes.ts";
import { RowStreams } from "../../../lib/engine/rows/streams.ts";
import { assertClose } from "../../assert_close.ts";
import { FORMS } from "../../studies.ts";
import { randomGroups } from "./random_runs.ts";
import { collected, embeddingsOf, fast, withStreams } from "./results.ts";

for (const [seed, form] of FORMS.entries()) {
  Deno.test(`fastChanges() gives random changes the embeddings of the general engine, form "${form}"`, () =>
    withStreams(async (text, streams) => {
      const groups = randomGroups(text, 100 * (seed + 1));
      assertClose(
        embeddingsOf(await fast(text.tower, streams, groups)),
        embeddingsOf(await collected(generalChanges(text.tower, groups))),
      );
    }, { form }));
}

Deno.test("fastChanges() gives many groups the same bits in one stream and in two", () =>
  withStreams(async (text, streams) => {
    const { tower } = text;
    const groups = Array.from(
      { length: 6 },
      (_, i) => randomGroups(text, 2000 + 10 * i),
    ).flat();
    const two = await RowStreams.open(tower, 2);
    assertEquals(await fast(tower, two, groups), await fast(tower, streams, groups));
  }));
