import type { OnoffBinding, OnoffGpio } from "../../src/buses/gpio-onoff.ts";
import type { GpioKernel } from "./gpio-kernel.ts";
import type { ValueFile } from "./gpio-line.ts";

const root = "/sys/class/gpio";

type Callback = Parameters<OnoffGpio["watch"]>[0];

type Settings = ConstructorParameters<OnoffBinding["Gpio"]>;

/** onoff 6.0.3 on a simulated kernel: the same system calls in the same order, and the same filter of events. */
export const createOnoff = (kernel: GpioKernel): OnoffBinding => ({
  Gpio: class extends SimulatedGpio {
    constructor(...settings: Settings) {
      super(kernel, ...settings);
    }
  },
});

class SimulatedGpio implements OnoffGpio {
  readonly #kernel: GpioKernel;
  readonly #number: number;
  readonly #file: ValueFile;
  #callbacks: readonly Callback[] = [];
  #risingEnabled = false;
  #fallingEnabled = false;

  constructor(kernel: GpioKernel, ...[number, direction, edge, { activeLow }]: Settings) {
    this.#kernel = kernel;
    this.#number = number;
    const wasExported = kernel.list(root).includes(`gpio${number}`);
    if (!wasExported) kernel.write(`${root}/export`, String(number));
    const settings = wasExported ? [] : ["direction", "active_low", "edge"];
    // The package tries each ten thousand times in a row; no time passes meanwhile that udev could use.
    for (const name of ["value", ...settings]) this.#write(name, "");

    // Errors count only on a line that the package has exported itself.
    const attempt = (action: () => void): void => {
      try {
        action();
      } catch (error) {
        if (!wasExported) throw error;
      }
    };
    attempt(() => this.#write("active_low", activeLow ? "1" : "0"));
    attempt(() => this.#write("direction", direction));
    attempt(() => this.setEdge(edge));
    this.#file = kernel.openValue(number);
    this.#file.read();
  }

  #write(name: string, text: string): void {
    this.#kernel.write(`${root}/gpio${this.#number}/${name}`, text);
  }

  setEdge(edge: string): void {
    this.#write("edge", edge);
    this.#risingEnabled = edge === "both" || edge === "rising";
    this.#fallingEnabled = edge === "both" || edge === "falling";
  }

  readSync(): number {
    return this.#file.read();
  }

  watch(callback: Callback): void {
    this.#callbacks = [...this.#callbacks, callback];
    this.#file.poll(() => {
      const level = this.readSync();
      if (level === 1 ? !this.#risingEnabled : !this.#fallingEnabled) return;
      for (const listener of this.#callbacks) listener(null, level);
    });
  }

  unwatchAll(): void {
    this.#callbacks = [];
    this.#file.stopPolling();
  }

  unexport(): void {
    this.unwatchAll();
    this.#file.close();
    try {
      this.#kernel.write(`${root}/unexport`, String(this.#number));
    } catch {
      // As the package does.
    }
  }
}
