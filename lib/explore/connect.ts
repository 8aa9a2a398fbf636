/** The engine of a page, wherever it runs. */

import { checkedFiles, readPlace } from "./browser/site_files.ts";
import { type Call, type Outcome, remoteEngine } from "./engine/calls.ts";
import { finishedMaps } from "./engine/finished_maps.ts";
import type { Explorer } from "./protocol.ts";

/** Connects the page to its engine, which `explore.json` beside the page says. */
export async function connect(): Promise<Explorer> {
  const place = await readPlace();
  const read = checkedFiles(place);
  switch (place.engine) {
    case "worker":
      await read("worker.js");
      return workerEngine(
        new Worker(`worker.js?${place.files!["worker.js"]}`, { type: "module" }), // not an older one
      );
    case "server":
      return remoteEngine(ask);
    case "maps":
      return finishedMaps(
        JSON.parse(new TextDecoder().decode(await read("maps.json"))),
        async (file) => new Blob([await read(file)]),
      );
  }
}

/** An engine in a worker of this page. */
function workerEngine(worker: Worker): Explorer {
  const waiting = new Map<number, PromiseWithResolvers<Outcome>>();
  let [asked, broken] = [0, ""];
  worker.addEventListener("message", ({ data: { id, outcome } }) => {
    waiting.get(id)?.resolve(outcome);
    waiting.delete(id);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    broken = `The worker has stopped: ${event.message}`;
    for (const { reject } of waiting.values()) reject(new Error(broken));
    waiting.clear();
  });
  return remoteEngine((call, args) => {
    const outcome = Promise.withResolvers<Outcome>();
    if (broken !== "") return Promise.reject(new Error(broken));
    waiting.set(asked, outcome);
    worker.postMessage({ id: asked++, call, args });
    return outcome.promise;
  });
}

/** Asks the local server, at an address that begins with that of the page, token included. */
async function ask(call: Call, args: readonly unknown[]): Promise<Outcome> {
  const [first] = args;
  const isPicture = call === "addPicture" && first instanceof Uint8Array;
  const answer = await fetch(`api/${call}`, {
    method: "POST",
    headers: { "content-type": isPicture ? "application/octet-stream" : "application/json" },
    body: isPicture ? first.slice() : JSON.stringify(args),
  }).catch(() => {
    throw new Error("The explorer no longer answers: start deno task explore again");
  });
  const type = answer.headers.get("content-type") ?? "";
  if (type.startsWith("application/json")) return await answer.json();
  if (answer.ok) return { value: await answer.blob() };
  throw new Error(`The explorer answers ${answer.status}: ${await answer.text()}`);
}
