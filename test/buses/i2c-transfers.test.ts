import { describe, expect, it } from "vitest";
import { type I2cBinding, openI2cBus } from "../../src/buses/i2c.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import {
  createAdapter,
  createI2cBinding,
  plainFunctions,
  type SimulatedAdapter,
  smbusOnlyFunctions,
} from "../mocks/i2c.ts";
import { createRegisterChip, failureOf, openSimulated, slotOf } from "./simulated-bus.ts";

const address = 0x76;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const counting = (from: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => from + index);

const wire = ({ log }: SimulatedAdapter) => log.map(({ written, read }) => ({ written, read }));

const open = async (options: Partial<SimulatedAdapter> = {}) => {
  const { bus, adapter } = await openSimulated(new Map([[address, slotOf()]]), options);
  return { device: bus.device(address), bus, adapter };
};

// The registers of the chip hold their own numbers, so an answer shows where it was read.
describe.each([
  ["an adapter with plain transfers", plainFunctions],
  ["an adapter with SMBus only", smbusOnlyFunctions],
])("a device on %s", (_, functions) => {
  it("reads registers in one transfer with a repeated start", async () => {
    const { device, adapter } = await open({ functions });
    expect(await device.readRegisters(0x88, 26)).toEqual(counting(0x88, 26));
    expect(wire(adapter)).toEqual([{ written: bytes(0x88), read: counting(0x88, 26) }]);
  });

  it("reads more registers than a block holds in chunks that go on where the last ended", async () => {
    const { device, adapter } = await open({ functions });
    expect(await device.readRegisters(0x80, 70)).toEqual(counting(0x80, 70));
    expect(adapter.log.map(({ written, read }) => [written?.[0], read?.length])).toEqual([
      [0x80, 32],
      [0xa0, 32],
      [0xc0, 6],
    ]);
  });

  it("reads one byte without a register", async () => {
    const { device, adapter } = await open({ functions });
    await device.read(1);
    expect(wire(adapter)).toEqual([{ written: undefined, read: bytes(0) }]);
  });

  it.each([[[0x06]], [[0xf4, 0x27]], [[0x01, 0xc5, 0x83]], [[0x10, 1, 2, 3, 4]]])(
    "writes %j as it is given",
    async (written) => {
      const { device, adapter } = await open({ functions });
      await device.write(written);
      expect(wire(adapter)).toEqual([{ written: bytes(...written), read: undefined }]);
    },
  );

  it("writes up to 33 bytes: a register and a full block", async () => {
    const { device, adapter } = await open({ functions });
    await device.write(counting(0, 33));
    expect(wire(adapter)).toEqual([{ written: counting(0, 33), read: undefined }]);
  });

  it("writes one register", async () => {
    const { device, adapter } = await open({ functions });
    await device.writeRegister(0xe0, 0xb6);
    expect(wire(adapter)).toEqual([{ written: bytes(0xe0, 0xb6), read: undefined }]);
  });

  it("reads words unsigned, in either order", async () => {
    const { device, adapter } = await open({ functions });
    expect(await device.readWordBigEndian(0xfe)).toBe(0xfeff);
    expect(await device.readWordLittleEndian(0xfe)).toBe(0xfffe);
    expect(adapter.log.map(({ read }) => read)).toEqual([bytes(0xfe, 0xff), bytes(0xfe, 0xff)]);
  });

  it("writes words in either order", async () => {
    const { device, adapter } = await open({ functions });
    await device.writeWordBigEndian(0x01, 0xc583);
    await device.writeWordLittleEndian(0x01, 0xc583);
    expect(adapter.log.map(({ written }) => written)).toEqual([
      bytes(0x01, 0xc5, 0x83),
      bytes(0x01, 0x83, 0xc5),
    ]);
  });
});

describe("a device on an adapter with plain transfers", () => {
  it("reads many bytes without a register", async () => {
    const { device } = await open();
    expect(await device.read(40)).toEqual(counting(0, 40));
  });

  it("hands over bytes that later transfers do not change", async () => {
    const { device } = await open();
    const first = await device.read(2);
    await device.read(2);
    expect(first).toEqual(bytes(0, 1));
  });

  it("writes what was given, even if the caller changes it while it waits", async () => {
    const { device, adapter } = await open();
    const given = [0x01, 0x02];
    const writing = [device.read(1), device.write(given)];
    given[1] = 0xff;
    await Promise.all(writing);
    expect(adapter.log.at(-1)?.written).toEqual(bytes(0x01, 0x02));
  });
});

describe("a device on an adapter with SMBus only", () => {
  const functions = smbusOnlyFunctions;

  it("refuses a longer read without a register, and sends nothing", async () => {
    const { device, adapter } = await open({ functions });
    const { code, message, remedy } = await failureOf(device.read(6));
    expect(code).toBe("unsupported-adapter");
    expect(message).toContain("reads of 6 bytes");
    expect(remedy).toContain("plain I2C");
    expect(adapter.mostUnderWay).toBe(0);
  });

  it("refuses a write that no SMBus transfer holds", async () => {
    const { device, adapter } = await open({ functions });
    const { code, message } = await failureOf(device.write(counting(0, 34)));
    expect(code).toBe("unsupported-adapter");
    expect(message).toContain("writes of 34 bytes");
    expect(adapter.mostUnderWay).toBe(0);
  });

  it("reads registers one by one where there are no blocks", async () => {
    const { device, adapter } = await open({
      functions: { ...functions, smbusReadI2cBlock: false },
    });
    expect(await device.readRegisters(0xfa, 3)).toEqual(bytes(0xfa, 0xfb, 0xfc));
    expect(adapter.log.map(({ written }) => written)).toEqual([
      bytes(0xfa),
      bytes(0xfb),
      bytes(0xfc),
    ]);
  });

  it("reports what the adapter lacks altogether", async () => {
    const { device } = await open({ functions: { ...functions, smbusReadWord: false } });
    expect((await failureOf(device.readWordBigEndian(0))).code).toBe("unsupported-adapter");
  });
});

describe("a transfer that is cut short", () => {
  const cut = async (functions = plainFunctions) => {
    const adapter = createAdapter({
      slots: new Map([[address, { chip: createRegisterChip() }]]),
      functions,
    });
    const clock = createVirtualClock();
    const binding = createI2cBinding(new Map([[1, adapter]]), clock);
    const cutting: I2cBinding = {
      ...binding,
      openPromisified: async (number) => {
        const bus = await binding.openPromisified(number);
        return {
          ...bus,
          i2cRead: (at, length, buffer) => bus.i2cRead(at, length - 1, buffer),
          i2cWrite: (at, length, buffer) => bus.i2cWrite(at, length - 1, buffer),
          readI2cBlock: (at, command, length, buffer) =>
            bus.readI2cBlock(at, command, length - 1, buffer),
          writeI2cBlock: (at, command, length, buffer) =>
            bus.writeI2cBlock(at, command, length - 1, buffer),
        };
      },
    };
    return (await openI2cBus({ number: 1, binding: cutting, clock })).device(address);
  };

  it("is an error, not an answer padded with zeros", async () => {
    const device = await cut();
    for (const failing of [device.read(6), device.readRegisters(0, 6), device.write([1, 2, 3])]) {
      const { code, message } = await failureOf(failing);
      expect(code).toBe("bus-error");
      expect(message).toMatch(/^\/dev\/i2c-1 0x76: \d of \d bytes/);
    }
  });

  it("is an error over SMBus too", async () => {
    const device = await cut(smbusOnlyFunctions);
    expect((await failureOf(device.write([1, 2, 3, 4, 5]))).message).toContain("3 of 4 bytes");
  });
});

describe("an argument that no chip can have asked for", () => {
  it.each([0x00, 0x07, 0x78, 0x100, 8.5, Number.NaN])(
    "is refused as an address: %d",
    async (wrong) => {
      const { bus } = await open();
      expect(() => bus.device(wrong)).toThrow("an address must be");
    },
  );

  it.each([0x08, 0x77])("is not the outermost address %d", async (outermost) => {
    const { bus } = await open();
    expect(bus.device(outermost).address).toBe(outermost);
  });

  it("is refused before anything is sent", async () => {
    const { device, adapter } = await open();
    const refused = [
      device.write([]),
      device.write([0x100]),
      device.write([1, -1]),
      device.write([1, 0.5]),
      device.write(new Uint8Array(8193)),
      device.read(0),
      device.read(8193),
      device.read(Number.NaN),
      device.readRegisters(0x100, 1),
      device.readRegisters(-1, 1),
      device.readRegisters(0, 0),
      device.readRegisters(0xf0, 40),
      device.writeRegister(0, 256),
      device.writeRegister(256, 0),
      device.readWordBigEndian(256),
      device.writeWordBigEndian(0, 0x10000),
      device.writeWordLittleEndian(0, -1),
    ].map(failureOf);
    for (const { code, message } of await Promise.all(refused)) {
      expect(code).toBe("internal");
      expect(message).toMatch(/^\/dev\/i2c-1 0x76: .+ must be a whole number from/);
    }
    expect(adapter.mostUnderWay).toBe(0);
  });

  it("is not a length of 8192, the most that the kernel moves at once", async () => {
    const { device } = await open();
    expect(await device.read(8192)).toHaveLength(8192);
    await device.write(new Uint8Array(8192));
  });
});
