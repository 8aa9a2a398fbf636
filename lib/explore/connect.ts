/** The engine of a page, wherever it runs, and the files of a static page. */

import { NegscopeError, unknownName } from "../errors.ts";
import { sha256Bytes } from "../reading/sha256.ts";
import {
  type About,
  type Call,
  type Explorer,
  type Outcome,
  type Place,
  remoteEngine,
  type Scores,
} from "./protocol.ts";
import type { Pair, Protocol } from "../data/pairs.ts";
import type { FormChoice } from "../model/forms/model_form.ts";
import type { Opening } from "./engine/explorer.ts";

/** Where the page's engine is; the newest version, whatever the browser has kept. */
export async function readPlace(): Promise<Place> {
  return JSON.parse(new TextDecoder().decode(await fetched("explore.json")));
}

/** Reads files of the page that are as `explore.json` lists them: a folder that is copied only in part, or while it is written, is no page. */
export function checkedFiles(
  { files = {} }: Place,
): (path: string) => Promise<Uint8Array<ArrayBuffer>> {
  return (path) => fetched(path, files[path] ?? "");
}

async function fetched(path: string, sha256?: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(path, { cache: "no-cache" }).catch(() => undefined);
  let reason = answer === undefined
    ? "there is no connection"
    : `the server answers ${answer.status}`;
  if (answer?.ok) {
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (sha256 === undefined || await sha256Bytes(bytes) === sha256) return bytes;
    reason = "it is not the file that was written with this page";
  }
  throw new NegscopeError("file-unreadable", {
    problem: `Cannot fetch "${path}"`,
    reason,
    fix: "load the page again, or publish its folder again as a whole",
  });
}

/** `data.json` of a page that computes: what its engine finds. */
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

/** `maps.json` of a page that does not. */
interface FinishedMaps {
  readonly about: About;
  readonly pictures: Readonly<Record<string, string>>;
  /** By the row's id. */
  readonly scores: Readonly<Record<string, Scores>>;
}

export function finishedMaps(
  { about, pictures, scores }: FinishedMaps,
  read: (file: string) => Promise<Blob>,
): Explorer {
  const refuse = () =>
    Promise.reject(
      new NegscopeError("tower-not-loaded", {
        problem: "Cannot compute on this page",
        subject: about.model,
        reason:
          `${about.model} is too large for a page, which shows maps of a finished run instead`,
        fix: "give the task explore the model, and open the page that it names",
      }),
    );
  const words = (sentence: string) => sentence.split(" ").map((text) => ({ text }));
  return {
    about: () => Promise.resolve(about),
    picture: async (name) => {
      const file = Object.hasOwn(pictures, name) ? pictures[name] : undefined;
      if (file !== undefined) return await read(file);
      throw unknownName({ doing: "find picture", name, known: Object.keys(pictures) });
    },
    measure: ({ row, caption, foil, picture }, changes) => {
      const known = about.rows.find((own) => own.row === row);
      const isRow = known?.caption === caption && known.foil === foil && known.picture === picture;
      if (!isRow || changes.length > 0) return refuse();
      const before = scores[known.row]!;
      const tokens = { caption: words(caption), foil: words(foil) };
      return Promise.resolve({ tokens, negated: known.negated, before, after: before });
    },
    ...{ map: refuse, addPicture: refuse, attention: refuse, direct: refuse },
    ...{ knockouts: refuse, ranking: refuse, script: refuse },
  };
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

/** An engine in a worker of this page, which answers each call through a port of its own. */
function workerEngine(worker: Worker): Explorer {
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => undefined); // every call reports it
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    stopped.reject(new Error(`The worker has stopped: ${event.message}`));
  });
  return remoteEngine(async (call, args) => {
    const { port1, port2 } = new MessageChannel();
    const answered = Promise.withResolvers<Outcome>();
    port1.onmessage = ({ data }) => answered.resolve(data);
    worker.postMessage({ call, args }, [port2]);
    try {
      return await Promise.race([answered.promise, stopped.promise]);
    } finally {
      port1.close();
    }
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
    throw new Error("The explorer no longer answers: start it again");
  });
  const type = answer.headers.get("content-type") ?? "";
  if (type.startsWith("application/json")) return await answer.json();
  if (answer.ok) return { value: await answer.blob() };
  throw new Error(`The explorer answers ${answer.status}: ${await answer.text()}`);
}
