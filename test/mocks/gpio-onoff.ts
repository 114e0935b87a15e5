import type { OnoffBinding, OnoffGpio } from "../../src/buses/gpio-onoff.ts";
import type { GpioKernel } from "./gpio-kernel.ts";
import type { ValueFile } from "./gpio-line.ts";

const root = "/sys/class/gpio";

type Callback = Parameters<OnoffGpio["watch"]>[0];

/** onoff 6.0.3 on a simulated kernel: the same system calls in the same order, and the same filter of events. */
export const createOnoff = (kernel: GpioKernel): OnoffBinding => {
  const isExported = (number: number): boolean => kernel.list(root).includes(`gpio${number}`);

  // The package opens the files ten thousand times in a row; no time passes meanwhile that udev could use.
  const awaitPermission = (directory: string, names: readonly string[]): void => {
    for (const name of names) kernel.write(`${directory}/${name}`, "");
  };

  class Gpio implements OnoffGpio {
    readonly #number: number;
    readonly #file: ValueFile;
    #callbacks: readonly Callback[] = [];
    #risingEnabled = false;
    #fallingEnabled = false;

    constructor(number: number, direction: string, edge: string, options: { activeLow: boolean }) {
      this.#number = number;
      const directory = `${root}/gpio${number}`;
      const wasExported = isExported(number);
      if (!wasExported) kernel.write(`${root}/export`, String(number));
      const settings = wasExported ? [] : ["direction", "active_low", "edge"];
      awaitPermission(directory, ["value", ...settings]);

      // Errors count only on a line that the package has exported itself.
      const attempt = (action: () => void): void => {
        try {
          action();
        } catch (error) {
          if (!wasExported) throw error;
        }
      };
      attempt(() => kernel.write(`${directory}/active_low`, options.activeLow ? "1" : "0"));
      attempt(() => kernel.write(`${directory}/direction`, direction));
      attempt(() => this.setEdge(edge));
      this.#file = kernel.openValue(number);
      this.#file.read();
    }

    setEdge(edge: string): void {
      kernel.write(`${root}/gpio${this.#number}/edge`, edge);
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
      try {
        kernel.write(`${root}/unexport`, String(this.#number));
      } catch {
        // As the package does.
      }
    }
  }

  return { Gpio };
};
