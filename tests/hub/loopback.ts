/** Servers on the loopback with scripted answers: cut off, late, too long or wrong. They use plain sockets, since an HTTP server would not send these. */

/** A received request. */
export interface Asked {
  readonly path: string; // path with its query
  readonly headers: Headers;
}

export interface Answer {
  readonly status?: number; // default: 200
  /** The body's length is added unless these give a length or chunked encoding. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly cutAfter?: number; // bytes of the body after which the connection is cut
  readonly stallAfter?: number; // bytes of the body after which nothing more is sent
}

export class LoopbackServer implements Disposable {
  readonly asked: Asked[] = []; // all requests, in order
  readonly #answer: (asked: Asked, nth: number) => Answer | Promise<Answer>;
  #listener: Deno.Listener;
  readonly #open = new Set<Deno.Conn>();

  /** Answers each request, the first of which is number 0. */
  constructor(answer: (asked: Asked, nth: number) => Answer | Promise<Answer>) {
    this.#answer = answer;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#accept(this.#listener);
  }

  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  /** Its address, with the given host name for this machine. */
  at(path = "", hostname = "127.0.0.1"): URL {
    return new URL(`http://${hostname}:${this.port}${path}`);
  }

  /** The requested ranges, in order. */
  get ranges(): (string | null)[] {
    return this.asked.map(({ headers }) => headers.get("range"));
  }

  /** Closes all connections and refuses new ones until it is up again on the same port. */
  down(): void {
    this.#listener.close();
    for (const connection of this.#open) connection.close();
    this.#open.clear();
  }

  up(port: number): void {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.#accept(this.#listener);
  }

  [Symbol.dispose](): void {
    this.down();
  }

  async #accept(listener: Deno.Listener): Promise<void> {
    for await (const connection of listener) {
      this.#open.add(connection);
      this.#serve(connection).catch(() => {}) // the client may disconnect at any time
        .then((stalled) => stalled !== true && this.#close(connection));
    }
  }

  #close(connection: Deno.Conn): void {
    if (this.#open.delete(connection)) connection.close();
  }

  /** Answers one request; returns whether to keep the connection open. */
  async #serve(connection: Deno.Conn): Promise<boolean> {
    const asked = await readRequest(connection);
    if (asked === undefined) return false;
    this.asked.push(asked);
    const answer = await this.#answer(asked, this.asked.length - 1);
    const { status = 200, headers = {}, body = new Uint8Array() } = answer;
    const length = "transfer-encoding" in headers ? {} : { "content-length": `${body.length}` };
    const lines = Object.entries({ ...length, ...headers, connection: "close" })
      .map(([name, value]) => `${name}: ${value}\r\n`);
    await writeAll(
      connection,
      new TextEncoder().encode(`HTTP/1.1 ${status} .\r\n${lines.join("")}\r\n`),
    );
    const end = answer.cutAfter ?? answer.stallAfter ?? body.length;
    await writeAll(connection, body.subarray(0, end));
    return answer.stallAfter !== undefined;
  }
}

/** Answers like a server that supports ranges. */
export function ranged(body: Uint8Array, { headers }: Asked, tag = '"1"'): Answer {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.get("range") ?? "") ?? [];
  const ifRange = headers.get("if-range");
  if (from === undefined || (ifRange !== null && ifRange !== tag)) {
    return { body, headers: { etag: tag } };
  }
  if (Number(from) >= body.length) return { status: 416 };
  const part = body.subarray(Number(from), to === "" ? undefined : Number(to) + 1);
  const range = `bytes ${from}-${Number(from) + part.length - 1}/${body.length}`;
  return { status: 206, body: part, headers: { etag: tag, "content-range": range } };
}

async function readRequest(connection: Deno.Conn): Promise<Asked | undefined> {
  let text = "";
  const piece = new Uint8Array(4096);
  while (!text.includes("\r\n\r\n")) {
    const n = await connection.read(piece);
    if (n === null) return undefined;
    text += new TextDecoder().decode(piece.subarray(0, n));
  }
  const [start, ...lines] = text.split("\r\n\r\n", 1)[0]!.split("\r\n");
  const headers = new Headers(
    lines.map((line) => line.split(": ", 2) as [string, string]),
  );
  return { path: start!.split(" ")[1]!, headers };
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}
