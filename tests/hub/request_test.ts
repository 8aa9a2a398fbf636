import { assertEquals, assertRejects } from "@std/assert";
import { filesIn, ROOT } from "../imports.ts";
import { findInArchive } from "../../lib/hub/archive.ts";
import {
  collect,
  type Patience,
  receive,
  type Source,
  TransientError,
  withPatience,
} from "../../lib/hub/request.ts";
import { listRepository } from "../../lib/hub/listing.ts";
import { fetchValse } from "../../lib/hub/download_data.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { REPOSITORY } from "./fake_hub.ts";
import { type Answer, LoopbackServer } from "./loopback.ts";

const ADDRESS = "https://hub.example/file";

/** Patience without pauses, and the reasons for which it has waited. */
function swift(options: Patience = {}): { readonly patience: Patience; readonly waits: string[] } {
  const waits: string[] = [];
  return { waits, patience: { ...options, delay: () => 0, onWait: (why) => waits.push(why) } };
}

/** Work that fails each time, as the list says and then as its last entry says. */
function failing(...kinds: readonly ("unanswered" | "answered")[]): () => Promise<never> {
  let tries = 0;
  return () => {
    const kind = kinds[Math.min(tries++, kinds.length - 1)]!;
    return Promise.reject(new TransientError(kind, { isUnanswered: kind === "unanswered" }));
  };
}

Deno.test("withPatience() keeps its patience once a server has answered, and for later requests", async () => {
  const cases = [
    [failing("answered"), { ifUnanswered: "check the network" }],
    [failing("answered", "unanswered"), { ifUnanswered: "check the network" }],
    [failing("unanswered", "answered", "unanswered"), { ifUnanswered: "check the network" }],
    [failing("unanswered"), {}],
  ] as const;
  for (const [work, options] of cases) {
    const { patience, waits } = swift();
    const failed = () => withPatience(ADDRESS, work, { patience, ...options });
    await assertRejectsCode(failed, "download-failed: it failed 6 times in a row");
    assertEquals(waits.length, 5);
  }
});

Deno.test("the first request of each download fails soon without a network, and keeps its patience with a busy server", async () => {
  using busy = new LoopbackServer(() => ({ status: 503 }));
  const gone = new LoopbackServer(() => ({}));
  gone.down();
  const url = (server: LoopbackServer) => server.at("/a.zip");
  const name = { repository: REPOSITORY, revision: "main" };
  type Start = (server: LoopbackServer, patience: Patience) => Promise<unknown>;
  const proxy = "check the network, or the proxy that HTTPS_PROXY names";
  const downloads: [Start, string][] = [
    [
      (server, patience) => listRepository({ endpoint: server.at().origin }, name, { patience }),
      "check the network, or HF_ENDPOINT",
    ],
    [
      (server, patience) => fetchValse(url(server), { patience }),
      proxy,
    ],
    [
      (server, patience) => findInArchive(url(server), ["a.jpg"], { patience }),
      proxy,
    ],
  ];
  for (const [start, fix] of downloads) {
    const [none, later] = [swift(), swift()];
    const error = await assertRejectsCode(() => start(gone, none.patience), "download-failed");
    assertEquals([error.fix, none.waits.length], [fix, 1]);
    await assertRejectsCode(() => start(busy, later.patience), "download-failed");
    assertEquals(later.waits.length, 5);
  }
});

const SECRET = "hf_secret";
const BODY = new TextEncoder().encode("body");

function to(location: URL | string, status = 302): Answer {
  return { status, headers: { location: String(location) } };
}

/** Requests /start with a token that may be sent only to the server itself. */
function ask(server: LoopbackServer, refusal?: Source["refusal"]) {
  const source: Source = {
    token: { secret: SECRET, origin: server.at().origin },
    ...(refusal && { refusal }),
  };
  const url = server.at("/start");
  return receive(url, { source }, (answer, bytes) => collect(answer, bytes, 1000));
}

function tokens({ asked }: LoopbackServer): (string | null)[] {
  return asked.map(({ headers }) => headers.get("authorization"));
}

Deno.test("receive() follows redirects within the host, with the token", async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    using server = new LoopbackServer((_, nth) =>
      nth === 0 ? to("/next?a=b", status) : { body: BODY }
    );
    assertEquals(await ask(server), BODY);
    assertEquals(server.asked.map(({ path }) => path), ["/start", "/next?a=b"]);
    assertEquals(tokens(server), [`Bearer ${SECRET}`, `Bearer ${SECRET}`]);
  }
});

Deno.test("receive() never sends the token to another host or port", async () => {
  using other = new LoopbackServer(() => ({ body: BODY }));
  for (const address of [other.at("/file", "localhost"), other.at("/file")]) {
    using server = new LoopbackServer(() => to(address));
    assertEquals(await ask(server), BODY);
    assertEquals(tokens(server), [`Bearer ${SECRET}`]);
  }
  assertEquals(tokens(other), [null, null]);
});

Deno.test("receive() ends when redirects form a circle", async () => {
  using server = new LoopbackServer(() => to("/start"));
  const says = `"${server.at("/start")}": it redirects more than 8 times; try again later`;
  await assertRejectsCode(() => ask(server), "download-failed", says);
  assertEquals(server.asked.length, 9);
});

Deno.test("receive() treats a refusal by a delivery host as an expired signature", async () => {
  using other = new LoopbackServer(() => ({ status: 403 }));
  using server = new LoopbackServer(() => to(other.at("/file?Expires=0")));
  const refusal = () => new Error("of the Hub");
  const error = await assertRejects(() => ask(server, refusal), TransientError);
  assertEquals(error.message, `127.0.0.1:${other.port} refuses (status 403)`);
});

Deno.test("receive() says why there is no connection, without the address's query", async () => {
  const server = new LoopbackServer(() => ({}));
  server.down();
  const { message } = await assertRejects(() => ask(server), TransientError);
  assertEquals(message.startsWith("tcp connect error: Connection "), true, message);
  assertEquals(message.includes("http"), false, message);
});

Deno.test("only request.ts calls fetch(), kit_files.ts for the kit's own files, and the explorer's page for those beside it", () => {
  const callers = [...filesIn("lib"), ...filesIn("scripts")].filter((file) =>
    /\bfetch\(|new WebSocket|Deno\.connect/.test(Deno.readTextFileSync(ROOT + file))
  );
  assertEquals(callers.map((file) => file.split("/").at(-1)).sort(), [
    ...["connect.ts", "kit_files.ts", "request.ts"],
  ]);
});
