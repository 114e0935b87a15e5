// The optional package's own types are missing where it could not be built; the program must compile all the same.
// https://github.com/fivdi/onoff/blob/v6.0.3/onoff.d.ts describes the rest of it.
declare module "onoff" {
  export const Gpio: import("./gpio-onoff.ts").OnoffBinding["Gpio"];
}
