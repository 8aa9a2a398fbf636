import { assertEquals, assertRejects } from "@std/assert";
import { filesIn, ROOT } from "../imports.ts";
import {
  collect,
  receive,
  type Source,
  TransientError,
  withPatience,
} from "../../lib/hub/request.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { type Answer, LoopbackServer } from "./loopback.ts";

Deno.test("withPatience() gives up after six failures in a row, and says what to check", async () => {
  const waits: string[] = [];
  const patience = { delay: () => 0, onWait: (why: string) => waits.push(why) };
  const work = () => Promise.reject(new TransientError("busy"));
  const failed = () => withPatience("https://hub.example/file", work, { patience });
  const says = "download-failed: it failed 6 times in a row, the last time because busy; check the";
  await assertRejectsCode(failed, says);
  assertEquals(waits, new Array(5).fill("busy"));
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

Deno.test("receive() follows no redirect to the disk", async () => {
  using server = new LoopbackServer(() => to(new URL(import.meta.url)));
  await assertRejectsCode(() => ask(server), "download-failed", "to an unencrypted connection");
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
