import { assertEquals } from "@std/assert";
import { assertThrowsCode } from "../error_codes.ts";
import {
  choice,
  completeOptions,
  list,
  type OptionsOf,
  printOptions,
  standardOptions,
  toggle,
  wholeNumber,
} from "../../lib/experiments/options.ts";

const SPECS = {
  site: choice(["resid", "z"], { standard: "resid", help: "where" }),
  segments: list(["correct", "incorrect"], { standard: ["correct"], help: "which" }),
  layer: wholeNumber({ min: 1, max: 12, help: "the layer" }),
  renormalize: toggle("divides"),
};

Deno.test("completeOptions() fills defaults, and puts a list in the set's order", () => {
  const standard: OptionsOf<typeof SPECS> = {
    ...{ site: "resid", segments: ["correct"], layer: undefined, renormalize: false },
  };
  assertEquals(completeOptions(SPECS, {}), standard);
  assertEquals(standardOptions(SPECS), standard);
  const given: OptionsOf<typeof SPECS> = {
    ...{ site: "z", segments: ["incorrect", "correct"], layer: 12, renormalize: true },
  };
  assertEquals(completeOptions(SPECS, given), { ...given, segments: ["correct", "incorrect"] });
});

Deno.test("completeOptions() refuses what no option or no value is", () => {
  const wrong: readonly [Record<string, unknown>, string][] = [
    [{ site: "q" }, 'site "q"'],
    [{ segments: ["wrong"] }, 'segments "wrong"'],
    [{ segments: [] }, 'segments ""'],
    [{ layer: 0 }, 'layer "0"'],
    [{ layer: 1.5 }, 'layer "1.5"'],
    [{ layer: 13 }, 'layer "13"'],
    [{ renormalize: "maybe" }, 'renormalize "maybe"'],
  ];
  for (const [given, message] of wrong) {
    const use = () => completeOptions(SPECS, given);
    assertThrowsCode(use, "usage-value-wrong", `Cannot use ${message}: expected`);
  }
  const use = () => completeOptions(SPECS, { sites: "z" });
  assertThrowsCode(use, "usage-flag-unknown", "expected site, segments, layer, renormalize");
});

Deno.test("printOptions() writes what a command line has, without what is not given", () => {
  assertEquals(
    printOptions(SPECS, completeOptions(SPECS, { segments: ["correct", "incorrect"] })),
    {
      ...{ site: "resid", segments: "correct,incorrect", renormalize: "false" },
    },
  );
});
