/** A page on which a reader changes the inside of a model and sees its scores answer. */

import {
  called,
  choiceOf,
  FLAGS as SHARED,
  flagSet,
  type FlagValues,
  MODEL_FLAGS,
  numberFlag,
  refuseTogether,
  settingsOf,
  textFlag,
} from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";
import { engineOf } from "../lib/explore/engine/explorer.ts";
import { loadFiles, openFiles } from "../lib/explore/serve/open_engine.ts";
import { localPage } from "../lib/explore/serve/page.ts";
import { serveExplorer } from "../lib/explore/serve/server.ts";
import { type FinishedRun, readRun } from "../lib/explore/serve/read_run.ts";
import { writeSite } from "../lib/explore/serve/write_site.ts";
import type { RunValues } from "../lib/explore/protocol.ts";
import { textTable } from "../lib/tables/text_table.ts";

export const help = {
  name: "explore",
  operands: "[RUN]",
  does:
    "opens a page on which you change the inside of a model - a head, an arrow of its circuit, a direction - and see scores, maps and the ranking of pictures answer. With the folder of a finished run it also shows what that run measured, row by row, of the run's own model and data. It prints the page's address, which no other machine reaches; Ctrl-C ends it. With --static it writes the page into a folder instead, model included, for any web host.",
  example: "--model openai/clip-vit-base-patch32 --data existence.json --images images",
};

export const flags = {
  ...flagSet(...MODEL_FLAGS),
  ...flagSet("data", "images", "image-embeddings", "protocol", "limit", "skip-bad"),
  static: { value: "FOLDER", help: "writes the page there instead of serving it" },
  overwrite: { help: "writes over an earlier page of --static" },
  port: { value: "N", help: "the port of the page (default: a free one)" },
  ...flagSet("cache", "quiet"),
};

/** The model and the rows of a run, as its options have them; what flags give takes their place, such as a folder that was moved. */
function chosenBy({ options }: FinishedRun, values: FlagValues): FlagValues {
  const known = Object.entries(options).filter(([name]) =>
    [undefined, false, SHARED[name]?.default].includes(values[name] as string | false | undefined)
  );
  return Object.fromEntries(known) as FlagValues;
}

function leftText({ task, maps, left }: RunValues): string {
  return maps.length === 0
    ? `${task} has no values of single rows by layer: the page shows its model and rows`
    : `Not on the page, since they are too large: ${left.join(", ")}`;
}

export async function work(values: FlagValues): Promise<void> {
  refuseTogether(values, ["static", "port"]);
  const port = numberFlag(values, "port", { min: 1, max: 65535 }) ?? 0;
  const { say, warn, bar, cache = true, overwrite } = settingsOf(values, help);
  const [folder] = values.operands!;
  const run = folder === undefined ? undefined : await readRun(folder);
  const options = { called, say, warn, bar, cache, run };
  const choice = choiceOf(run === undefined ? values : { ...values, ...chosenBy(run, values) });
  if (run !== undefined && (run.run!.left.length > 0 || run.run!.maps.length === 0)) {
    say(leftText(run.run!));
  }
  const out = textFlag(values, "static");
  if (out !== undefined) {
    const { sizes, live } = await writeSite(choice, { ...options, out, overwrite });
    const rows = [...sizes].map(([part, bytes]) => ({ part, kilobytes: Math.ceil(bytes / 1e3) }));
    say(`${textTable({ name: "site", columns: ["part", "kilobytes"], rows }).trimEnd()}\n`);
    say(`Wrote ${out}, ${live ? "a page that computes" : "a page of finished maps"}`);
    say(`Any web host serves it. Here: python3 -m http.server -d ${out}`);
    return;
  }
  const files = await openFiles(choice, options);
  const page = await localPage();
  const loading = loadFiles(files, options);
  const engine = loading.then(({ parts }) => engineOf(parts));
  const { address } = serveExplorer(engine, page, { port });
  say(`Open ${address} in a browser; Ctrl-C ends the explorer`);
  await loading;
  say("The model is loaded");
}

if (import.meta.main) await runTask(help, flags, work);
