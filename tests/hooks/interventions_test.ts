import { assertEquals } from "@std/assert";
import { ActivationCache } from "../../lib/hooks/cache.ts";
import {
  add,
  checkInterventions,
  checkOptions,
  edit,
  knockOut,
  mean,
  patch,
  scale,
  zero,
} from "../../lib/hooks/interventions.ts";
import { assertEachThrows, assertThrowsCode } from "../error_codes.ts";

const Z = "blocks.3.attn.hook_z";

Deno.test("interventions can be written into a manifest", () => {
  const from = new ActivationCache(["There are no dogs."]);
  const interventions = [patch(Z, { position: 3, from }), add(Z, [0.5]), mean("*", { from })];
  assertEquals(JSON.parse(JSON.stringify(interventions)), [
    { kind: "patch", hook: Z, position: 3, from: { hooks: [], rows: ["There are no dogs."] } },
    { kind: "add", hook: Z, vector: [0.5] },
    { kind: "mean", hook: "*", from: { hooks: [], rows: ["There are no dogs."] } },
  ]);
});

const RESID = "blocks.0.hook_resid_post";
const PATTERN = "blocks.0.attn.hook_pattern";
const from = new ActivationCache(["a"]);

Deno.test("checkInterventions() accepts the interventions that the functions make", () => {
  checkInterventions([]);
  checkInterventions([
    patch(RESID, { from, fromRow: 0, position: "negator", row: [0] }),
    patch(PATTERN, { from, query: 1, fromQuery: 2, key: "eot" }),
    ...[zero(RESID, { position: [0, 1] }), mean(RESID), mean(RESID, { from, position: 1 })],
    ...[scale(RESID, 2, { position: "eot" }), add(RESID, [1, 2])],
    add(RESID, Float32Array.of(1, 2) as never),
    ...[knockOut(PATTERN, { head: 1, renormalize: true }), edit(RESID, (value) => value)],
  ]);
  checkInterventions([{ ...zero(RESID), position: undefined, head: undefined }]);
});

const VALUE_WRONG: readonly (readonly [unknown, string])[] = [
  [
    zero(RESID),
    `Cannot use the interventions: they are {"kind":"zero","hook":"${RESID}"}; expected a list; put a single intervention in brackets`,
  ],
  ["zero", 'Cannot use the interventions: they are "zero"; expected a list'],
  [[undefined], "it is missing"],
  [[zero(RESID), { kind: "zap", hook: RESID }], `Cannot use intervention 2: it is {"kind":"zap"`],
  [[zero(undefined as never)], "its hook is missing; expected the name of a hook point"],
  [
    [patch(RESID, { position: 1 } as never)],
    `Cannot use patch("${RESID}"): its from is missing; expected the cache that runWithCache() or a sentence's cache() gives`,
  ],
  [[mean(RESID, { from: "cache" as never })], 'its from is "cache"'],
  [
    [scale(RESID, { position: 1 } as never)],
    `Cannot use scale("${RESID}"): its factor is {"position":1}; expected a number`,
  ],
  [
    [add(RESID, undefined as never)],
    `Cannot use add("${RESID}"): its vector is missing; expected a list of numbers`,
  ],
  [[edit(RESID, undefined as never)], "its apply is missing; expected a function"],
  [
    [zero(RESID, { head: "1" as never })],
    `Cannot use zero("${RESID}"): its head is "1"; expected a whole number or a list of them`,
  ],
  [[zero(RESID, { position: null as never })], "its position is null"],
  [
    [patch(RESID, { from, position: 1, fromPosition: "eot" as never })],
    'its fromPosition is "eot"; expected a whole number',
  ],
  [[knockOut(PATTERN, { renormalize: "no" as never })], 'its renormalize is "no"'],
];

const NAME_UNKNOWN: readonly (readonly [unknown, string])[] = [
  [
    [knockOut(PATTERN, { haed: 1, key: "negator" } as never)],
    `Cannot use knockOut("${PATTERN}"): there is no "haed"; expected row, position, head, query, key, neuron or renormalize; the nearest is head`,
  ],
  [
    [zero(RESID, { colour: 1 } as never)],
    `Cannot use zero("${RESID}"): there is no "colour"; expected row, position, head, query, key or neuron`,
  ],
  [[zero(RESID, { from } as never)], 'there is no "from"'],
  [
    [{ ...edit(RESID, () => {}), position: 1 }],
    `Cannot use edit("${RESID}"): there is no "position"; expected apply`,
  ],
];

Deno.test("checkInterventions() says what is wrong, and which names there are", () => {
  const cases = (wrong: typeof VALUE_WRONG) =>
    wrong.map(([given, message]) => [() => checkInterventions(given), message] as const);
  assertEachThrows("value-wrong", cases(VALUE_WRONG));
  assertEachThrows("name-unknown", cases(NAME_UNKNOWN));
});

Deno.test("checkOptions() refuses an option that does not exist, and names a similar one", () => {
  checkOptions({}, ["interventions"]);
  checkOptions({ interventions: [] }, ["interventions"]);
  const cases = [
    [{ intervention: [] }, 'there is no "intervention"'],
    [zero(RESID), 'Cannot run with these options: there is no "kind"; expected interventions'],
    [[zero(RESID)], 'there is no "0"'],
  ] as const;
  for (const [options, message] of cases) {
    assertThrowsCode(() => checkOptions(options, ["interventions"]), "name-unknown", message);
  }
  assertThrowsCode(
    () => checkOptions(null, ["interventions"]),
    "value-wrong: Cannot run with null: expected an object with interventions",
  );
});
