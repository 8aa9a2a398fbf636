/** The engine of a page, wherever it runs, and the files of a static page. */

import { NegscopeError } from "../errors/errors.ts";
import { sha256Bytes } from "../reading/sha256.ts";
import {
  type About,
  type Call,
  type Explorer,
  type Outcome,
  type Place,
  remoteEngine,
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
  throw unreadable(path, reason);
}

function unreadable(path: string, reason: string): NegscopeError {
  return new NegscopeError("file-unreadable", {
    problem: `Cannot fetch "${path}"`,
    reason,
    fix: "load the page again, or publish its folder again as a whole",
  });
}

export interface SiteData {
  readonly about: About;
  /** The file of each picture, in the order of the embeddings in `pictures.f32`. */
  readonly pictures: readonly (readonly [name: string, file: string])[];
  /** What an engine finds beside that; absent in a page that does not compute. */
  readonly engine?: {
    readonly pairs: readonly Pair[];
    readonly protocol: Protocol;
    /** The files that each tower is loaded from, from the folder `model` on. */
    readonly model: Readonly<Record<"text" | "image", readonly string[]>> & {
      readonly form: FormChoice;
    };
    readonly opening: Opening;
  };
}

export async function readData(read: ReturnType<typeof checkedFiles>): Promise<SiteData> {
  return JSON.parse(new TextDecoder().decode(await read("data.json")));
}

function noEngine({ model }: About): Explorer {
  return remoteEngine(() => {
    throw new NegscopeError("tower-not-loaded", {
      problem: "Cannot compute on this page",
      subject: model,
      reason: `${model} is too large for a page, which shows maps of a finished run instead`,
      fix: "give the task explore the model, and open the page that it names",
    });
  });
}

/** Connects the page to its engine, which `explore.json` beside the page says. What a static page is about is known before its engine is. */
export async function connect(): Promise<Explorer> {
  const place = await readPlace();
  if (place.engine === "server") return remoteEngine(ask);
  if (place.engine === "none") throw unreadable("explore.json", "the page is not whole");
  const read = checkedFiles(place);
  const { about, pictures } = await readData(read);
  const files = new Map(pictures);
  const engine = place.engine === "maps" ? noEngine(about) : workerEngine(
    read("worker.js").then(() =>
      new Worker(`worker.js?${place.files!["worker.js"]}`, { type: "module" }) // not an older one
    ),
  );
  return {
    ...engine,
    about: () => Promise.resolve(about),
    picture: async (name) => {
      const file = files.get(name);
      return file === undefined ? await engine.picture(name) : new Blob([await read(file)]);
    },
  };
}

function workerEngine(opened: Promise<Worker>): Explorer {
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => undefined); // every call reports it
  opened.then((worker) =>
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      stopped.reject(new Error(`The worker has stopped: ${event.message}`));
    }), stopped.reject);
  return remoteEngine(async (call, args) => {
    const { port1, port2 } = new MessageChannel();
    const answered = Promise.withResolvers<Outcome>();
    port1.onmessage = ({ data }) => answered.resolve(data);
    try {
      (await opened).postMessage({ call, args }, [port2]);
      return await Promise.race([answered.promise, stopped.promise]);
    } finally {
      port1.close();
    }
  });
}

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
