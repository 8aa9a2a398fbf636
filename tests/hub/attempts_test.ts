import { assertEquals } from "@std/assert";
import { findInArchive } from "../../lib/hub/archive.ts";
import { type Patience, TransientError, withPatience } from "../../lib/hub/request.ts";
import { listRepository } from "../../lib/hub/listing.ts";
import { fetchValse } from "../../lib/hub/download_data.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { REPOSITORY } from "./fake_hub.ts";
import { LoopbackServer } from "./loopback.ts";

const ADDRESS = "https://hub.example/file";
const REACH = { hosts: ["127.0.0.1"] };

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

Deno.test("withPatience() tries a first request once more if no server answers, and says what to check", async () => {
  const { patience, waits } = swift();
  const { message } = await assertRejectsCode(
    () =>
      withPatience(ADDRESS, failing("unanswered"), { patience, ifUnanswered: "check the network" }),
    "download-failed",
  );
  assertEquals(
    message,
    `Cannot reach the server of "${ADDRESS}": unanswered; check the network`,
  );
  assertEquals(waits, ["unanswered"]);
});

Deno.test("withPatience() keeps its patience once a server has answered, and for later requests", async () => {
  const cases = [
    [failing("answered"), { ifUnanswered: "check the network" }],
    [failing("answered", "unanswered"), { ifUnanswered: "check the network" }],
    [failing("unanswered", "answered", "unanswered"), { ifUnanswered: "check the network" }],
    [failing("unanswered"), {}],
  ] as const;
  for (const [work, options] of cases) {
    const { patience, waits } = swift();
    await assertRejectsCode(
      () => withPatience(ADDRESS, work, { patience, ...options }),
      "download-failed",
      "it failed 6 times in a row",
    );
    assertEquals(waits.length, 5);
  }
});

Deno.test("the first request of each download fails soon without a network, and keeps its patience with a busy server", async () => {
  using busy = new LoopbackServer(() => ({ status: 503 }));
  const gone = new LoopbackServer(() => ({}));
  gone.down();
  const url = (server: LoopbackServer) => server.at("/a.zip");
  const name = { repository: REPOSITORY, revision: "main" };
  const downloads = [
    [
      (server: LoopbackServer, patience: Patience) =>
        listRepository({ endpoint: server.at().origin }, name, { patience }),
      "check the network, or HF_ENDPOINT",
    ],
    [
      (server: LoopbackServer, patience: Patience) =>
        fetchValse({ url: url(server), allowed: REACH }, { patience }),
      "check the network, or the proxy that HTTPS_PROXY names",
    ],
    [
      (server: LoopbackServer, patience: Patience) =>
        findInArchive(url(server), ["a.jpg"], { patience, source: { allowed: REACH } }),
      "check the network, or the proxy that HTTPS_PROXY names",
    ],
  ] as const;
  for (const [start, fix] of downloads) {
    const [none, later] = [swift(), swift()];
    const error = await assertRejectsCode(() => start(gone, none.patience), "download-failed");
    assertEquals([error.fix, none.waits.length], [fix, 1]);
    await assertRejectsCode(() => start(busy, later.patience), "download-failed");
    assertEquals(later.waits.length, 5);
  }
});
