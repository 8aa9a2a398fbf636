/** What hadolint does not look for in the container's recipe; `.ci/run` runs hadolint. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ROOT } from "../../imports.ts";

const read = (path: string) => Deno.readTextFileSync(ROOT + path);

const RECIPE = read("scripts/cluster/Containerfile");

/** The stages, each a list of its instructions. */
const STAGES = RECIPE.split(/^(?=FROM )/m).slice(1).map((stage) =>
  stage.split("\n").filter((line) => /^[A-Z]+ /.test(line))
);

Deno.test("the container is Deno's official image of the release that .ci/run takes, by its digest", () => {
  const [version] = read(".ci/run").match(/(?<=^version=).*$/m)!;
  assertMatch(
    STAGES[0]![0]!,
    new RegExp(`^FROM docker\\.io/denoland/deno:debian-${version}@sha256:[0-9a-f]{64} AS kit$`),
  );
  assertEquals(STAGES.slice(1).map(([from]) => from), ["FROM kit AS engine"]);
});

Deno.test("the container's processes do not run as root", () => {
  for (const stage of STAGES) {
    assertEquals(stage.findLast((line) => line.startsWith("USER ")), "USER 1993:1993");
  }
});

Deno.test("the container has the packages of all tasks before it runs, in the versions of deno.lock", () => {
  const kit = STAGES[0]!;
  const cached = kit.find((line) => line.startsWith("RUN deno cache --frozen "));
  assert(cached?.includes(" cli.ts "));
  const copied = kit.slice(0, kit.indexOf(cached!)).filter((line) => line.startsWith("COPY "))
    .flatMap((line) => line.split(" ").slice(1, -1));
  const { publish } = JSON.parse(read("deno.json")); // what the kit needs where it runs
  const needed: string[] = publish.include.map((path: string) => path.split("/")[0]!);
  const left = ["CHANGELOG.md", "CONTRIBUTING.md", "README.md", "docs"];
  for (const name of new Set([...needed, "deno.lock"])) {
    assert(copied.includes(name) || left.includes(name), name);
  }
});
