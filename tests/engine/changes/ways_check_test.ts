import { assertEquals } from "@std/assert";
import { checkRun } from "../../../lib/engine/changes/run_changes.ts";
import {
  type ChangedRun,
  type Intervention,
  knockOut,
  patch,
} from "../../../lib/hooks/interventions.ts";
import type { ErrorCode } from "../../../lib/errors.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { TINY, withClip } from "../../studies.ts";

/** Sentences of 6 and of 4 tokens. */
const SENTENCES = {
  negated: { ids: [1, 2, 3, 4, 5, 6], pooled: 5 },
  affirmative: { ids: [1, 2, 3, 6], pooled: 3 },
};

const Z = "blocks.0.attn.hook_z";

const REFUSED: readonly (readonly [ChangedRun | Intervention, ErrorCode, string])[] = [
  [
    { of: "foil" },
    "name-unknown",
    `Cannot run sentence "foil": the nearest are "negated", "affirmative"`,
  ],
  [
    patch(Z, { from: "negatd" }),
    "name-unknown",
    'Cannot run sentence "negatd": the nearest are "negated", "affirmative"',
  ],
  [patch(Z, { from: { of: "other" } }), "name-unknown", 'Cannot run sentence "other"'],
  [
    patch(Z, { position: 4, from: "negated" }),
    "index-outside",
    `Cannot select position 4 of "${Z}"`,
  ],
  [patch(Z, { head: 2, from: "negated" }), "index-outside", `Cannot select head 2 of "${Z}"`],
  [
    patch(Z, { neuron: 2, from: "negated" }),
    "change-unfit",
    `Cannot select neuron of "${Z}"`,
  ],
  [
    patch(Z, { from: "negated" }),
    "sizes-differ",
    `Cannot write into "${Z}": the values given have size 6 where 4 is expected; take them from the same hook point and token length`,
  ],
  [
    patch(Z, {
      from: {
        of: "negated",
        changes: [
          patch(Z, { position: 3, from: "affirmative" }),
          patch(Z, { position: 4, from: "affirmative" }),
        ],
      },
    }),
    "sizes-differ",
    "the values given have size 4 where 6 is expected",
  ],
  [
    patch(Z, { position: 1, fromPosition: 6, from: "negated" }),
    "index-outside",
    `Cannot select fromPosition 6 of "${Z}"`,
  ],
  [
    patch("blocks.7.hook_mlp_out", { from: "negated" }),
    "name-unknown",
    'Cannot find hook point "blocks.7.hook_mlp_out"',
  ],
  [knockOut(Z, { head: 0 }), "change-unfit", `Cannot knock out "${Z}"`],
  [
    knockOut("blocks.0.attn.hook_pattern", { key: 4 }),
    "index-outside",
    'Cannot select key 4 of "blocks.0.attn.hook_pattern"',
  ],
];

Deno.test("checkRun() refuses changes that do not fit the sentence, its sources or the tower", () =>
  withClip(TINY, ({ text: { tower } }) => {
    for (const [change, code, message] of REFUSED) {
      const run = "of" in change ? change : { of: "affirmative", changes: [change] };
      assertThrowsCode(() => checkRun(tower, run, SENTENCES), code, message);
    }
    return Promise.resolve();
  }));

Deno.test("checkRun() takes each position that a change selects from a sentence that has it", () =>
  withClip(TINY, ({ text: { tower } }) => {
    const changes = [
      patch(Z, { position: [0, 3], from: "negated" }),
      patch("blocks.*.hook_resid_post", { position: 3, fromPosition: 5, from: "negated" }),
      patch("blocks.1.hook_mlp_out", {
        from: { of: "affirmative", changes: [knockOut("blocks.0.attn.hook_pattern", { key: 3 })] },
      }),
    ];
    assertEquals(checkRun(tower, { of: "affirmative", changes }, SENTENCES), undefined);
    assertEquals(checkRun(tower, { of: "negated" }, SENTENCES), undefined);
    return Promise.resolve();
  }));
