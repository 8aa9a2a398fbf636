import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fileUrl, hubOf, hubSource, listRepository } from "../../lib/hub/listing.ts";
import { readBytes } from "../../lib/hub/request.ts";
import { COMMIT, listing, REPOSITORY } from "./fake_hub.ts";
import { type Answer, LoopbackServer } from "./loopback.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { type ErrorCode, NegscopeError } from "../../lib/errors/errors.ts";

const NAME = { repository: REPOSITORY, revision: "main" };
const ONCE = { patience: { failures: 1 } };

/** The code and message of the error that listRepository() throws for a response. */
async function refusal(
  answer: Answer,
  { token }: { token?: string } = {},
): Promise<[ErrorCode, string]> {
  using server = new LoopbackServer(() => answer);
  const hub = { endpoint: server.at().origin, ...(token === undefined ? {} : { token }) };
  const error = await assertRejects(() => listRepository(hub, NAME, ONCE), NegscopeError);
  return [error.code, error.message.replaceAll(hub.endpoint, "HUB")];
}

Deno.test("listRepository() takes the size and checksum of a large file from its LFS entry, not from the pointer", async () => {
  const sha256 = "ab".repeat(32);
  const lfs = { sha256, size: 5000, pointerSize: 134 };
  const siblings = [
    { rfilename: "a.onnx", size: 134, blobId: COMMIT, lfs },
    { rfilename: "b.json", size: 7, blobId: COMMIT },
    { rfilename: "c.onnx", size: 6000, blobId: COMMIT, lfs: { sha256 } }, // the form of some mirrors
  ];
  const body = new TextEncoder().encode(JSON.stringify({ sha: COMMIT, siblings }));
  using server = new LoopbackServer(() => ({ body }));
  const { files } = await listRepository({ endpoint: server.at().origin }, NAME);
  assertEquals(files, [
    { path: "a.onnx", size: 5000, checksum: { kind: "sha256", hex: sha256 } },
    { path: "b.json", size: 7, checksum: { kind: "git", hex: COMMIT } },
    { path: "c.onnx", size: 6000, checksum: { kind: "sha256", hex: sha256 } },
  ]);
});

Deno.test("listRepository() requests the revision, even with slashes, and sends the token", async () => {
  using server = new LoopbackServer(() => ({ status: 404 }));
  const hub = { endpoint: server.at().origin, token: "hf_x" };
  const name = { repository: "a/b", revision: "refs/pr/1" };
  await assertRejects(() => listRepository(hub, name));
  assertEquals(server.asked[0]!.path, "/api/models/a/b/revision/refs%2Fpr%2F1?blobs=true");
  assertEquals(server.asked[0]!.headers.get("authorization"), "Bearer hf_x");
});

Deno.test("listRepository() says why a repository cannot be read", async () => {
  const [MISSING, REFUSED] = ["hub-repository-missing", "hub-access-refused"];
  const code = (name: string) => ({ "x-error-code": name });
  const words = (message: string) => ({ "x-error-message": message });
  const token = "hf_x";
  const gone = "HUB has no such repository; check the name";
  const gated = "its owner asks for agreement to terms; accept them at HUB/owner/tiny-clip";
  const cases: readonly (readonly [number, Readonly<Record<string, string>>, string, string])[] = [
    [401, code("RepoNotFound"), MISSING, `${gone}; if it is private, set HF_TOKEN`],
    [404, { token, ...code("RepoNotFound") }, MISSING, `${gone}, and that the account of HF_TOKEN`],
    [404, code("RevisionNotFound"), MISSING, 'it has no revision "main"; give a branch, a tag or'],
    [401, code("GatedRepo"), REFUSED, `${gated} and set HF_TOKEN`],
    [403, { token, ...code("GatedRepo") }, REFUSED, `${gated} with the account of HF_TOKEN, and`],
    [401, { token }, REFUSED, "HUB refuses HF_TOKEN; make a new one there, or unset it"],
    [
      403,
      { token, ...words("enable access") },
      REFUSED,
      "let the token read this repository, at HUB/settings",
    ],
    [403, {}, REFUSED, "it may not be read (status 403); set HF_TOKEN, or check that no proxy"],
    [404, code("EntryNotFound"), MISSING, gone],
    [400, words(`\u009b2J${"long ".repeat(40)}`), "download-refused", '(status 400, "Â\\u{9b}2Jl'],
    ...[[402, "download-refused"], [410, MISSING]].map(([n, code]) => [n, {}, code, ""] as never),
  ];
  for (const [status, { token, ...headers }, expected, says] of cases) {
    const given = token === undefined ? {} : { token };
    const [found, message] = await refusal({ status, headers }, given);
    assertEquals(found, expected, message);
    assertStringIncludes(message, says);
  }
});

Deno.test("hubSource() names the file that the Hub lists but does not have", async () => {
  for (const headers of [{}, { "x-error-code": "EntryNotFound" }]) {
    using server = new LoopbackServer(() => ({ status: 404, headers }));
    const hub = { endpoint: server.at().origin };
    const url = fileUrl(hub, { repository: REPOSITORY, commit: COMMIT, path: "onnx/a b.onnx" });
    const read = () => readBytes(url, { ...ONCE, source: hubSource(hub, NAME), limit: 9 });
    const says = `Cannot download "${REPOSITORY}": ${hub.endpoint} refuses "onnx/a b.onnx" (status`;
    await assertRejectsCode(read, "download-refused", says);
  }
});

Deno.test("listRepository() refuses an answer about another commit than the name pins", async () => {
  using server = new LoopbackServer(() => ({
    body: new TextEncoder().encode(JSON.stringify(listing())),
  }));
  const hub = { endpoint: server.at().origin };
  const at = (revision: string) => listRepository(hub, { repository: REPOSITORY, revision });
  const says = `answers with commit ${COMMIT}; check HF_ENDPOINT`;
  await assertRejectsCode(() => at(COMMIT.replace("0", "f")), "download-differs", says);
  for (const revision of ["main", COMMIT]) assertEquals((await at(revision)).commit, COMMIT);
});

Deno.test("listRepository() accepts only the Hub's form", async () => {
  const unreadable = async (value: unknown) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const [code, message] = await refusal({ body: new TextEncoder().encode(text) });
    assertEquals(code, "hub-answer-wrong");
    return /"owner\/tiny-clip": (.*); check HF_ENDPOINT$/.exec(message)?.[1];
  };
  const file = { rfilename: "a", size: 1, blobId: COMMIT };
  const of = (...siblings: unknown[]) => ({ sha: COMMIT, siblings });
  assertEquals(await unreadable("<html>Sign in to this network</html>"), "it is no JSON");
  for (const value of [null, [], 1, { sha: "../../x", siblings: [] }, { sha: COMMIT }]) {
    assertEquals(await unreadable(value), "it lacks a commit and the files");
  }
  const wrong = [{ size: "1" }, { blobId: "../../../x" }, { lfs: { sha256: "x" } }];
  for (const sibling of [null, ...wrong.map((part) => ({ ...file, ...part }))]) {
    assertEquals(await unreadable(of(sibling)), "a file lacks its name, size or checksum");
  }
  for (const rfilename of ["../a", "a/./b", "a//b", "/a", "a\\..\\b"]) {
    const name = `the name ${JSON.stringify(rfilename)} leads out of the repository`;
    assertEquals(await unreadable(of({ ...file, rfilename })), name);
  }
});

const hubIn = (variables: Readonly<Record<string, string>>) => hubOf((name) => variables[name]);

Deno.test("hubOf() takes the endpoint and the token from the environment", () => {
  assertEquals(hubIn({}), { endpoint: "https://huggingface.co" });
  assertEquals(hubIn({ HF_ENDPOINT: "", HF_TOKEN: "" }), { endpoint: "https://huggingface.co" });
  assertEquals(hubIn({ HF_ENDPOINT: "https://mirror.example/hub/", HF_TOKEN: " hf_x\n" }), {
    ...{ endpoint: "https://mirror.example/hub", token: "hf_x" },
  });
});

Deno.test("hubOf() refuses an endpoint that is not an address, and a token that others could read", () => {
  const refuses = (variables: Readonly<Record<string, string>>, says: string) =>
    assertThrowsCode(() => hubIn(variables), "hub-variable-wrong", says);
  const addresses = ["huggingface.co", "file:///x", "https://", "https://a/?b", "https://u@a"];
  for (const HF_ENDPOINT of addresses) {
    const says = `Cannot use HF_ENDPOINT "${HF_ENDPOINT}": expected an address such as`;
    refuses({ HF_ENDPOINT }, says);
  }
  for (const HF_ENDPOINT of ["http://127.a.example", "http://a.example"]) {
    const says = `Cannot send HF_TOKEN to "${HF_ENDPOINT}": anyone on the way could read it; use`;
    refuses({ HF_ENDPOINT, HF_TOKEN: "x" }, says);
  }
  refuses({ HF_TOKEN: "a\nb" }, "Cannot use HF_TOKEN: expected a token of the Hub, which has no");
});

Deno.test("fileUrl() is the address of a file at a commit", () => {
  const hub = { endpoint: "https://mirror.example/hub" };
  const file = { repository: "a/b", commit: COMMIT, path: "onnx/a b#c.onnx" };
  assertEquals(
    String(fileUrl(hub, file)),
    `https://mirror.example/hub/a/b/resolve/${COMMIT}/onnx/a%20b%23c.onnx`,
  );
});
