/** The permissions of tasks, and the files that they write outside --out. */

import { assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { fixture, inFolder, namesIn, runTask, taskCommand, TINY } from "./task_process.ts";

/** Tasks that start Deno, or the reference for timing. */
const OWN = ["bench", "test", "dev"];

/** The variables that a task may read: its own, those for models from the Hub, and one that sharp reads. */
const VARIABLES = [
  ...["NEGSCOPE_DEBUG", "MALLOC_ARENA_MAX", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME"],
  ...["XDG_CACHE_HOME", "HOME", "USERPROFILE"],
  "npm_package_config_libvips",
];

Deno.test("no task but download may use the network, explore this machine alone, and none may start a program or query the system", () => {
  for (const [task, { command }] of Object.entries(config.tasks)) {
    if (OWN.includes(task) || task === "download") continue;
    const words = command.split(" ");
    const allowed = words.filter((word) => word.startsWith("--allow") || word === "-A");
    const others = allowed.filter((word) =>
      !["--allow-ffi", "--allow-read", "--allow-write"].includes(word) &&
      !(task === "explore" && word === "--allow-net=127.0.0.1")
    );
    assertEquals(others.length, 1, task);
    const variables = others[0]!.replace("--allow-env=", "").split(",");
    assertEquals(variables.filter((name) => !VARIABLES.includes(name)), [], task);
    assertEquals(words.includes("--no-prompt"), true, task);
  }
});

Deno.test("inspect may not write, and needs not", async () => {
  assertEquals(taskCommand("inspect").args.filter((arg) => arg.startsWith("--allow-write")), []);
  const { code, stderr } = await runTask("inspect", ["--model", fixture("clip-tiny")]);
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("evaluate works without a home directory, and writes into --out and the user's cache alone", () =>
  inFolder(async (folder) => {
    const [cwd, tmp, home] = [`${folder}/cwd`, `${folder}/tmp`, `${folder}/home`];
    for (const place of [cwd, tmp, home]) await Deno.mkdir(place);
    const cache = Deno.env.get("DENO_DIR") ??
      `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/deno`;
    const env = { PATH: Deno.env.get("PATH") ?? "", DENO_DIR: cache, TMPDIR: tmp };
    for (const variables of [env, { ...env, HOME: home }]) {
      const out = `${folder}/out-${Object.keys(variables).length}`;
      const flags = [...TINY, "--format", "none", "--out", out];
      const { code, stdout, stderr } = await runTask("evaluate", flags, { cwd, env: variables });
      assertEquals([code, stderr], [0, ""]);
      const told =
        "Embeddings are not kept for other runs: Cannot find the user's own cache folder";
      assertEquals(stdout.includes(told), variables === env);
      assertEquals(namesIn(out).includes("report.html"), true);
    }
    assertEquals([cwd, tmp].flatMap(namesIn), []);
    assertEquals(namesIn(home), [".cache"]);
    assertEquals(namesIn(`${home}/.cache`), ["negscope"]);
    assertEquals(namesIn(`${home}/.cache/negscope`), ["embeddings"]);
  }));
