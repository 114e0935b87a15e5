import { Worker } from "node:worker_threads";

/**
 * What the worker runs: text rather than a file, so that it is the same from the sources and from the build. The one
 * user of bcryptjs, and by its path, since a worker made of text looks for packages where the program was started.
 */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
const { bcryptjs, password, hash } = workerData;
import(bcryptjs)
  .then(({ compare }) => compare(password, hash))
  .then((isRight) => parentPort.postMessage(isRight));
`;

// Twice of what a check needs.
const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 } as const;

/**
 * True if that password has that bcrypt hash. Takes 70 ms to seconds, by the cost of the hash; in a thread of its own,
 * since edges of GPIO lines and other scrapes cannot wait that long. Rejects if the thread cannot do it.
 */
export const comparePassword = (password: string, hash: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(program, {
      eval: true,
      // Secrets of the environment are none of its business.
      env: {},
      workerData: { bcryptjs: import.meta.resolve("bcryptjs"), password, hash },
      resourceLimits,
    });
    worker.once("message", (isRight: unknown) => resolve(isRight === true));
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the check of a password ended without a result")));
  });
