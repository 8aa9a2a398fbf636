/**
 * A page on which a reader changes the inside of a model and sees its scores answer.
 *
 *     deno task explore
 *     deno task explore --model openai/clip-vit-base-patch32 --data existence.json --images images
 *     deno task explore --static site --atlas results/atlas
 */

import { called, choiceOf, MODEL_FLAGS, settingsOf } from "../lib/cli/choice.ts";
import { numberFlag, refuseTogether, textFlag } from "../lib/cli/flag_values.ts";
import { flagSet } from "../lib/cli/flags.ts";
import { onInterruption, runTask } from "../lib/cli/task.ts";
import { Engine } from "../lib/explore/engine/explorer.ts";
import { openStudy } from "../lib/explore/serve/open_engine.ts";
import { pageFiles } from "../lib/explore/serve/page.ts";
import { serveExplorer } from "../lib/explore/serve/server.ts";
import { writeSite } from "../lib/explore/serve/write_site.ts";
import { textTable } from "../lib/tables/text_table.ts";

const HELP = {
  name: "explore",
  does:
    "opens a page on which you change the inside of a model - a head, an arrow of its circuit, a direction - and see scores, maps and the ranking of pictures answer. It prints the page's address, which no other machine reaches; Ctrl-C ends it. With --static it writes the page into a folder instead, model included, for any web host.",
  endsItself: true,
  example:
    "deno task explore --model openai/clip-vit-base-patch32 --data existence.json --images images",
};

const FLAGS = {
  ...flagSet(...MODEL_FLAGS, "data", "images", "image-embeddings", "protocol", "limit", "skip-bad"),
  atlas: { value: "FOLDER", help: "an atlas of the model, whose circuit is drawn" },
  static: { value: "FOLDER", help: "writes the page there instead of serving it" },
  overwrite: { help: "writes over an earlier page of --static" },
  port: { value: "N", help: "the port of the page (default: a free one)" },
  ...flagSet("cache", "quiet"),
};

await runTask(HELP, FLAGS, async (values) => {
  refuseTogether(values, ["static", "port"]);
  const port = numberFlag(values, "port", { min: 1, max: 65535 }) ?? 0;
  const { say, warn, cache = true, overwrite } = settingsOf(values, HELP);
  const options = { called, say, warn, cache, atlas: textFlag(values, "atlas") };
  const choice = choiceOf(values);
  const out = textFlag(values, "static");
  if (out !== undefined) {
    const { sizes, live } = await writeSite(choice, { ...options, out, overwrite });
    const rows = Array.from(
      sizes,
      ([part, bytes]) => ({ part, kilobytes: Math.ceil(bytes / 1e3) }),
    );
    say(`${textTable({ name: "site", columns: ["part", "kilobytes"], rows }).trimEnd()}\n`);
    say(
      `Wrote ${out}, ${
        live ? "a page that computes" : "a page of finished maps"
      }; any web host serves it`,
    );
    return;
  }
  const [page, { parts }] = await Promise.all([
    pageFiles(),
    openStudy(choice, options),
  ]);
  page.set("explore.json", new TextEncoder().encode('{"engine":"server"}'));
  const { address, stop } = serveExplorer(new Engine(parts), page, { port });
  say(`Open ${address} in a browser; Ctrl-C ends the explorer`);
  const ended = Promise.withResolvers<unknown>();
  using _ = onInterruption(ended.resolve);
  await ended.promise;
  await Promise.race([stop(), new Promise((resolve) => setTimeout(resolve, 500))]); // a page may keep its connection
  Deno.exit(0);
});
