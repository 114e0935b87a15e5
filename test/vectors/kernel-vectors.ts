import { readFileSync } from "node:fs";
import { z } from "zod";
import { errorCodes } from "../../src/errors.ts";

// A vector is what the attribute files of a device hold, and what that means by a source outside this program.

const isErrorCode = (text: string): boolean => Object.hasOwn(errorCodes, text);

const vector = z
  .strictObject({
    name: z.string().min(1),
    /** Document and section, repository and path, or a calculation written out. */
    source: z.string().min(10),
    options: z.record(z.string(), z.unknown()),
    /** Directory of the device, with links resolved. */
    directory: z.string().startsWith("/sys/devices/"),
    /** Texts of its attributes by name, without the line end. */
    files: z.record(z.string(), z.string()),
    identity: z.record(z.string(), z.string()).optional(),
    /** All values of the reading, by measurement key; what is not named must be absent. */
    readings: z
      .record(
        z.string(),
        z.strictObject({
          quantity: z.string(),
          labels: z.record(z.string(), z.string()).default({}),
          value: z.number(),
          tolerance: z.number().positive(),
        }),
      )
      .optional(),
    /** Code of the error that takes the place of a reading. */
    error: z.string().refine(isErrorCode, "no such error code").optional(),
  })
  .refine(({ readings, error }) => (readings === undefined) !== (error === undefined), {
    message: "a vector has either readings or an error",
  });

/** One vector of a file. */
export type KernelVector = z.infer<typeof vector>;

/** The vectors of one driver, from `<driver>.json` beside this file. */
export const readKernelVectors = (driverName: string): readonly KernelVector[] =>
  z
    .strictObject({ vectors: z.array(vector).min(1) })
    .parse(JSON.parse(readFileSync(new URL(`${driverName}.json`, import.meta.url), "utf8")))
    .vectors;
