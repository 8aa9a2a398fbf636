/** The engine of a page, wherever it runs. */

import { NegscopeError, unknownName } from "../errors.ts";
import { sha256Bytes } from "../reading/sha256.ts";
import {
  type About,
  type Call,
  type Explorer,
  type Measured,
  type Outcome,
  type Place,
  remoteEngine,
  type Scene,
  type Scores,
} from "./protocol.ts";
import type { Pair, Protocol } from "../data/pairs.ts";
import type { FormChoice } from "../model/forms/model_form.ts";
import type { Opening } from "./engine/explorer.ts";

/** Where the page's engine is; the newest version, whatever the browser has kept. */
export async function readPlace(): Promise<Place> {
  return JSON.parse(new TextDecoder().decode(await fetched("explore.json")));
}

/** Reads files of the page that are as `explore.json` lists them. */
export function checkedFiles(
  { files = {} }: Place,
): (path: string) => Promise<Uint8Array<ArrayBuffer>> {
  return async (path) => {
    const bytes = await fetched(path);
    if (await sha256Bytes(bytes) === files[path]) return bytes;
    throw notWhole(path, "it is not the file that was written with this page");
  };
}

async function fetched(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(path, { cache: "no-cache" }).catch(() => undefined);
  if (answer?.ok) return new Uint8Array(await answer.arrayBuffer());
  throw notWhole(
    path,
    answer === undefined ? "there is no connection" : `the server answers ${answer.status}`,
  );
}

function notWhole(path: string, reason: string): NegscopeError {
  return new NegscopeError("file-unreadable", {
    problem: `Cannot fetch "${path}"`,
    reason,
    fix: "load the page again, or publish its folder again as a whole",
  });
}

/** What a page without a model has. */
export interface FinishedMaps {
  readonly about: About;
  readonly pictures: Readonly<Record<string, string>>;
  /** By the row's id. */
  readonly scores: Readonly<Record<string, Scores>>;
}

export function finishedMaps(
  { about, pictures, scores }: FinishedMaps,
  read: (file: string) => Promise<Blob>,
): Explorer {
  const measure = (
    { row, caption, foil, picture }: Scene,
    changes: readonly unknown[],
  ): Promise<Measured> => {
    const known = about.rows.find((own) => own.row === row);
    const isKnown = known?.caption === caption && known.foil === foil && known.picture === picture;
    if (!isKnown || changes.length > 0) return refuse();
    const before = scores[known.row]!;
    const [first, second] = [caption, foil].map((sentence) =>
      sentence.split(" ").map((text) => ({ text }))
    );
    const tokens = { caption: first!, foil: second! };
    return Promise.resolve({ tokens, negated: known.negated, before, after: before });
  };
  const refuse = () => Promise.reject(notLive(about));
  return {
    about: () => Promise.resolve(about),
    picture: async (name) => {
      const file = Object.hasOwn(pictures, name) ? pictures[name] : undefined;
      if (file !== undefined) return await read(file);
      throw unknownName({ doing: "find picture", name, known: Object.keys(pictures) });
    },
    measure,
    ...{ map: refuse, addPicture: refuse, attention: refuse, direct: refuse },
    ...{ knockouts: refuse, ranking: refuse, script: refuse },
  };
}

function notLive({ model }: About): NegscopeError {
  return new NegscopeError("tower-not-loaded", {
    problem: "Cannot compute on this page",
    subject: model,
    reason: `${model} is too large for a page, which shows maps of a finished run instead`,
    fix: "give deno task explore the model, and open the page that it names",
  });
}

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

export interface SiteData {
  readonly about: About;
  readonly pairs: readonly Pair[];
  readonly protocol: Protocol;
  /** The file of each picture, in the order of the embeddings in `pictures.f32`. */
  readonly pictures: readonly (readonly [name: string, file: string])[];
  /** The files that each tower is loaded from, from the folder `model` on. */
  readonly model: Readonly<Record<"text" | "image", readonly string[]>> & {
    readonly form: FormChoice;
  };
  readonly opening: Opening;
}
