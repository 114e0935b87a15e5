import { readFileSync } from "node:fs";
import { z } from "zod";
import { errorCodes } from "../../src/errors.ts";
import { type Chip, Nack } from "../mocks/model.ts";

// A vector is what a chip says on the wire, and what that means by a source outside this program.

const byteKey = z.string().regex(/^0x[0-9a-f]{2}$/);
const hexBytes = z.string().regex(/^[0-9a-f]{2}( [0-9a-f]{2})*$/);

/** Answers by the register or command that asks for them; of a list each read takes the next, and the last stays. */
const wire = z.record(byteKey, z.union([hexBytes, z.array(hexBytes).min(1)]));

const isErrorCode = (text: string): boolean => Object.hasOwn(errorCodes, text);

const vector = z
  .strictObject({
    name: z.string().min(1),
    /** Document and section, repository and path, or a calculation written out. */
    source: z.string().min(10),
    options: z.record(z.string(), z.unknown()).default({}),
    wire: wire.default({}),
    identity: z.record(z.string(), z.string()).optional(),
    /** All values of the reading, by measurement key; what is not named must be absent. */
    readings: z
      .record(z.string(), z.strictObject({ value: z.number(), tolerance: z.number().positive() }))
      .optional(),
    /** Code of the error that takes the place of a reading. */
    error: z.string().refine(isErrorCode, "no such error code").optional(),
  })
  .refine(({ readings, error }) => (readings === undefined) !== (error === undefined), {
    message: "a vector has either readings or an error",
  });

const vectorFile = z.strictObject({
  /** Whether reads run on through consecutive registers of a byte, or each register has bytes of its own. */
  layout: z.enum(["consecutive", "separate"]),
  /** What all vectors have on the wire. */
  wire: wire.default({}),
  /** Bits that are read as set whatever was written. */
  readAsSet: z.record(byteKey, hexBytes).default({}),
  vectors: z.array(vector).min(1),
});

type VectorFile = z.infer<typeof vectorFile>;

/** One vector of a file. */
export type Vector = VectorFile["vectors"][number];

/** The vectors of one driver, from `<driver>.json` beside this file. */
export const readVectors = (driverName: string): VectorFile =>
  vectorFile.parse(
    JSON.parse(readFileSync(new URL(`${driverName}.json`, import.meta.url), "utf8")),
  );

const parseBytes = (text: string): number[] =>
  text.split(" ").map((digits) => Number.parseInt(digits, 16));

/** Answers in turn: the next one per read, and the last for ever. */
const inTurn = (answers: string | string[]): (() => number[]) => {
  const waiting = [answers].flat().map(parseBytes);
  let current = waiting[0] ?? [];
  return () => {
    current = waiting.shift() ?? current;
    return current;
  };
};

/** A chip that says what the vector says, keeps what is written to it, and knows nothing else. */
export const createScriptedChip = (
  { layout, readAsSet, wire: common }: VectorFile,
  { wire: own }: Pick<Vector, "wire">,
): Chip => {
  const slots = new Map<number, () => number[]>();
  let pointer = 0;

  const put = (register: number, bytes: () => number[]) => {
    if (layout === "separate") slots.set(register, bytes);
    else for (const [index, byte] of bytes().entries()) slots.set(register + index, () => [byte]);
  };
  for (const [register, answers] of Object.entries({ ...common, ...own })) {
    put(Number(register), inTurn(answers));
  }
  const set = new Map(
    Object.entries(readAsSet).map(([register, bits]) => [Number(register), parseBytes(bits)]),
  );

  const separate = (length: number): number[] => {
    const bytes = slots.get(pointer)?.();
    if (bytes === undefined || bytes.length < length) throw new Nack("the vector has no answer");
    return bytes.slice(0, length).map((byte, index) => byte | (set.get(pointer)?.[index] ?? 0));
  };
  const consecutive = (length: number): number[] =>
    Array.from({ length }, (_, index) => slots.get(pointer + index)?.()[0] ?? 0);

  return {
    write: ([register, ...bytes]) => {
      if (register === undefined) return;
      pointer = register;
      if (bytes.length > 0) put(register, () => bytes);
    },
    read: (length) =>
      Uint8Array.from(layout === "separate" ? separate(length) : consecutive(length)),
    powerCycle: () => {},
  };
};
