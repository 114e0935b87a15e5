import { describe, expect, it } from "vitest";
import { asBusError } from "../../src/buses/i2c-errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import type { WireFault } from "../mocks/i2c.ts";
import { libuvError } from "../mocks/i2c-errno.ts";
import { failureOf, openSimulated, slotOf } from "./simulated-bus.ts";

const address = 0x76;

describe("a transfer that fails", () => {
  // Linux errno.h for the numbers; the adapter drivers i2c-bcm2835, i2c-algo-bit and i2c-stub for
  // which of them a missing acknowledge is.
  it.each<[string, number, ErrorCode]>([
    ["EREMOTEIO of the Pi", 121, "no-acknowledge"],
    ["ENXIO of a bit-banged bus", 6, "no-acknowledge"],
    ["ENODEV of i2c-stub", 19, "no-acknowledge"],
    ["EIO", 5, "bus-error"],
    ["EAGAIN", 11, "bus-error"],
    ["EPROTO, which is in no table", 71, "bus-error"],
    ["ETIMEDOUT", 110, "bus-timeout"],
    ["EOPNOTSUPP", 95, "unsupported-adapter"],
    ["ENOENT", 2, "bus-unavailable"],
    ["EACCES", 13, "permission-denied"],
    ["EPERM", 1, "permission-denied"],
  ])("is told by the number of %s, whatever its sign and name", async (_, number, code) => {
    const { bus } = await openSimulated(new Map(), { nackErrno: number });
    const device = bus.device(address);
    const smbus = await failureOf(device.readRegisters(0xd0, 1));
    const plain = await failureOf(device.read(1));
    expect([smbus.code, plain.code]).toEqual([code, code]);
    expect(smbus.cause).toMatchObject({ errno: number });
    expect(plain.cause).toMatchObject({ errno: -number });
  });

  it("names the bus and the address in hexadecimal, and the number", async () => {
    const { bus } = await openSimulated(new Map());
    const { message, remedy } = await failureOf(bus.device(0x0a).read(1));
    expect(message).toContain("/dev/i2c-1 0x0a: ");
    expect(message).toContain("121");
    expect(remedy).toContain("`i2cdetect -y 1` should show 0a");
  });

  it.each<[WireFault, ErrorCode]>([
    ["nack", "no-acknowledge"],
    ["timeout", "bus-timeout"],
    ["arbitration-lost", "bus-error"],
    ["io-error", "bus-error"],
  ])("has its code for the fault %s", async (fault, code) => {
    const { bus, clock } = await openSimulated(new Map([[address, slotOf({ fault })]]));
    const failing = failureOf(bus.device(address).readRegisters(0, 2));
    await clock.advance(1000);
    expect((await failing).code).toBe(code);
  });

  it("says so when arbitration was lost", async () => {
    const slots = new Map([[address, slotOf({ fault: "arbitration-lost" })]]);
    const { bus } = await openSimulated(slots);
    const { message, remedy } = await failureOf(bus.device(address).read(1));
    expect(message).toContain("arbitration");
    expect(remedy).toContain("SDA");
  });

  it("blames the bus if the device file opens no more", async () => {
    const { bus, adapter } = await openSimulated(new Map());
    adapter.missing = true;
    const { code, message } = await failureOf(bus.device(address).read(1));
    expect(code).toBe("bus-unavailable");
    expect(message).toContain("/dev/i2c-1");
  });

  it("does not take a device file without its adapter for a chip that is missing", () => {
    // i2c-dev.c: i2cdev_open returns ENODEV if the adapter is gone.
    const error = libuvError("open", "/dev/i2c-1")(19);
    expect(asBusError(error, 1, address).code).toBe("bus-unavailable");
  });

  it("is a defect of ours if it carries no number", async () => {
    const chip = {
      ...slotOf().chip,
      read: () => {
        throw new Error("the model is wrong");
      },
    };
    const { bus } = await openSimulated(new Map([[address, { chip }]]));
    const { code, message } = await failureOf(bus.device(address).read(1));
    expect(code).toBe("internal");
    expect(message).toBe("/dev/i2c-1 0x76: the model is wrong");
  });
});
