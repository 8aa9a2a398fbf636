/**
 * A page on which a reader changes the inside of a model and sees its scores answer.
 *
 *     deno task explore
 *     deno task explore --model openai/clip-vit-base-patch32 --data existence.json --images images
 *     deno task explore --static site --atlas results/atlas
 */

import { called, choiceOf, DATA_FLAGS, MODEL_FLAGS, settingsOf } from "../lib/cli/choice.ts";
import { numberFlag } from "../lib/cli/flag_values.ts";
import { flagSet } from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";
import { openStudy } from "../lib/explore/serve/open_engine.ts";
import { pageFiles } from "../lib/explore/serve/page.ts";
import { serveExplorer } from "../lib/explore/serve/server.ts";
import { Engine } from "../lib/explore/engine/explorer.ts";

const HELP = {
  name: "explore",
  does:
    "opens a page on which you change the inside of a model - a head, an arrow of its circuit, a direction - and see scores, maps and the ranking of pictures answer. It prints the page's address, which no other machine reaches; Ctrl-C ends it.",
  example:
    "deno task explore --model openai/clip-vit-base-patch32 --data existence.json --images images",
};

const FLAGS = {
  ...flagSet(...MODEL_FLAGS, "random-weights", ...DATA_FLAGS),
  port: { value: "N", help: "the port of the page (default: a free one)" },
  ...flagSet("cache", "quiet"),
};

await runTask(HELP, FLAGS, async (values) => {
  const port = numberFlag(values, "port", { min: 1, max: 65535 }) ?? 0;
  const { say, warn, cache } = settingsOf(values, HELP);
  const files = pageFiles();
  const [{ parts }, page] = await Promise.all([
    openStudy(choiceOf(values), { called, say, warn, cache: cache ?? true }),
    files,
  ]);
  page.set("explore.json", new TextEncoder().encode('{"engine":"server"}'));
  const { address } = serveExplorer(new Engine(parts), page, { port });
  say(`Open ${address} in a browser; Ctrl-C ends the explorer`);
  await new Promise(() => {}); // until Ctrl-C
});
