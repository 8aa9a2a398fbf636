import { MessageChannel, type MessagePort, Worker, workerData } from "node:worker_threads";
import { type ErrorCode, type ErrorParts, firstLine, NegscopeError } from "../errors/errors.ts";

interface SentError {
  readonly negscope: { readonly code: ErrorCode; readonly parts: ErrorParts };
  readonly stack: string | undefined;
}

/** An error in a form that a message can carry. One that cannot be copied to another thread becomes an Error with its first line. */
export function sendableError(error: unknown): unknown {
  if (!(error instanceof NegscopeError)) return copyable(error);
  const { code, problem, subject, reason, expected, fix, gist, details, cause, stack } = error;
  const said = { problem, subject, reason, expected, fix, gist, details };
  const parts = { ...said, cause: sendableError(cause) };
  return { negscope: { code, parts }, stack } satisfies SentError;
}

export function receivedError(sent: unknown): unknown {
  if (typeof sent !== "object" || sent === null || !("negscope" in sent)) return sent;
  const { negscope: { code, parts }, stack } = sent as SentError;
  const error = new NegscopeError(code, { ...parts, cause: receivedError(parts.cause) });
  if (stack !== undefined) error.stack = stack;
  return error;
}

function copyable(error: unknown): unknown {
  try {
    structuredClone(error);
    return error;
  } catch {
    return new Error(firstLine(error)); // it holds a function, for example
  }
}

type Opening<Start> = { readonly start: Start; readonly port: MessagePort };
type Question<Request> = { readonly id: number; readonly request: Request };
type Answer<Reply> =
  | { readonly id: number; readonly reply: Reply }
  | { readonly id: number; readonly error: unknown }; // as sendableError() makes it

/** What a thread tells of its own accord. */
type Told<Note> = { readonly note: Note };

/** A thread that runs a module, see {@linkcode answerRequests}. It keeps the program alive only while a request is pending; a web worker would until it is released. */
export class Thread<Start, Request, Reply, Note = never> {
  readonly #worker: Worker;
  readonly #port: MessagePort; // the worker's own port takes seconds for large arrays
  readonly #waiting = new Map<number, PromiseWithResolvers<Reply>>();
  readonly #released: () => Error;
  #asked = 0;
  #end: Error | undefined;

  /** Starts the thread. If it fails, pending and later requests fail with the reason. */
  constructor(module: URL, { start, memory, told, released }: {
    readonly start: Start;
    /** Megabytes of JavaScript values at which it is ended. @default {as many as the program may have} */
    readonly memory?: number;
    readonly told?: (note: Note) => void; // called with each note of the thread; default: none
    readonly released: () => Error; // makes the error for requests to a released thread
  }) {
    const { port1, port2 } = new MessageChannel();
    [this.#port, this.#released] = [port1, released];
    try {
      this.#worker = new Worker(onDiskOrData(module), {
        workerData: { start, port: port2 } satisfies Opening<Start>,
        transferList: [port2],
        ...(memory === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memory } }),
      });
    } catch (error) {
      port1.close();
      throw threadStopped(error);
    }
    this.#worker.on("error", (cause) => this.#stop(threadStopped(cause)));
    this.#worker.on("exit", (code) => this.#stop(threadStopped(`it ended with code ${code}`)));
    port1.addEventListener("message", (event: Event) => { // on() and once() take seconds for large arrays
      const { data } = event as MessageEvent<Answer<Reply> | Told<Note>>;
      if ("note" in data) told?.(data.note);
      else this.#settle(data);
    });
    port1.start();
    this.#keepAlive(false);
  }

  /** Sends a request; answers may arrive in another order. `handedOver`: buffers that need not be copied, which takes seconds for large ones. */
  ask(request: Request, handedOver: readonly ArrayBuffer[] = []): Promise<Reply> {
    const answer = Promise.withResolvers<Reply>();
    if (this.#end !== undefined) {
      answer.reject(this.#end);
      return answer.promise;
    }
    const id = this.#asked++;
    this.#port.postMessage({ id, request } satisfies Question<Request>, [...handedOver]);
    this.#waiting.set(id, answer);
    this.#keepAlive(true);
    return answer.promise;
  }

  async release(): Promise<void> {
    this.#stop(this.#released());
    this.#port.close();
    await this.#worker.terminate();
  }

  #settle(answer: Answer<Reply>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#keepAlive(false);
    if ("error" in answer) waiting?.reject(receivedError(answer.error));
    else waiting?.resolve(answer.reply);
  }

  #stop(end: Error): void {
    this.#end ??= end;
    this.#waiting.forEach(({ reject }) => reject(this.#end));
    this.#waiting.clear();
    this.#keepAlive(false);
  }

  #keepAlive(asked: boolean): void {
    for (const end of [this.#port, this.#worker]) {
      if (asked) end.ref();
      else end.unref();
    }
  }
}

/** A module that such a worker can run: one of the network is imported by another, which is in its own address. */
function onDiskOrData(module: URL): URL {
  if (module.protocol === "file:") return module;
  return new URL(`data:text/javascript,import ${JSON.stringify(module.href)}`);
}

function threadStopped(cause: unknown): NegscopeError {
  return new NegscopeError("thread-stopped", {
    problem: "Cannot work in a thread of its own",
    reason: firstLine(cause),
    fix: "let the program read the kit's own files, or take one thread (--threads 1)",
    cause,
  });
}

export function startedWith<Start>(): Start {
  return (workerData as Opening<Start>).start;
}

/** Answers requests; a reply may hand over those of its buffers that the thread no longer needs. */
export function answerRequests<Request, Reply, Note = never>(
  answer: (
    request: Request,
    tell: (note: Note) => void,
  ) => Promise<{ readonly reply: Reply; readonly handedOver?: ArrayBuffer[] }>,
): void {
  const { port } = workerData as Opening<unknown>;
  const tell = (note: Note) => port.postMessage({ note } satisfies Told<Note>);
  port.addEventListener("message", async (event: Event) => {
    const { id, request } = (event as MessageEvent<Question<Request>>).data;
    try {
      const { reply, handedOver = [] } = await answer(request, tell);
      port.postMessage({ id, reply } satisfies Answer<Reply>, handedOver);
    } catch (error) {
      port.postMessage({ id, error: sendableError(error) } satisfies Answer<Reply>);
    }
  });
  port.start();
}
