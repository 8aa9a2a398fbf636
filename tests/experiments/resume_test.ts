import { trace } from "../../lib/experiments/trace/index.ts";
import { assertMergesAndResumes } from "./run_experiment.ts";

Deno.test("trace merged from shards, and resumed, has the files and bytes of a whole run", () =>
  assertMergesAndResumes(trace));
