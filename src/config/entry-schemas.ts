import type { Driver } from "../drivers/driver.ts";
import type { Quantity } from "../quantities.ts";
import { commonSchema, i2cSchema } from "./sensor-schema.ts";

type CommonSchema = ReturnType<typeof commonSchema>;
type I2cSchema = ReturnType<typeof i2cSchema>;
type Addresses = readonly [number, ...number[]];

/** The schemas of entries, each built once however many sensors it is for: building takes longer than checking. */
export interface EntrySchemas {
  readonly common: (driver: Driver, measured: readonly Quantity[]) => CommonSchema;
  readonly i2c: (addresses: Addresses) => I2cSchema;
}

/** Schemas for the reading of one file. */
export const createEntrySchemas = (): EntrySchemas => {
  const common = new Map<string, CommonSchema>();
  const i2c = new Map<string, I2cSchema>();
  return {
    common: ({ intervalMs }, measured) =>
      remember(common, `${intervalMs} ${measured.join(" ")}`, () =>
        commonSchema(intervalMs, measured),
      ),
    i2c: (addresses) => remember(i2c, addresses.join(" "), () => i2cSchema(addresses)),
  };
};

const remember = <Value>(known: Map<string, Value>, key: string, build: () => Value): Value => {
  const value = known.get(key) ?? build();
  known.set(key, value);
  return value;
};
