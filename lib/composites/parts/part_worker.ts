import { experimentNamed } from "../../experiments/all.ts";
import { KnownDigests } from "../../files/read_file.ts";
import { answerRequests, startedWith } from "../../threads/thread.ts";
import { type PartNote, type PartRequest, PartRunner, type PartThreadStart } from "./run_parts.ts";

const { choice, settings, digests, names } = startedWith<PartThreadStart>();
let runner: PartRunner | undefined;

answerRequests<PartRequest, undefined, PartNote>(async (request, tell) => {
  runner ??= new PartRunner(choice, {
    ...settings,
    digests: new KnownDigests(digests, { mayChange: false }),
    say: (say) => tell({ say }),
    warn: (warn) => tell({ warn }),
    called: (option) => names[option]!,
    bar: (bar) => ({
      report: (done, total) => tell({ bar, report: [done, total] }),
      [Symbol.dispose]: () => tell({ bar }),
    }),
  });
  await runner.run({ ...request, experiment: experimentNamed(request.experiment) });
  return { reply: undefined };
});
