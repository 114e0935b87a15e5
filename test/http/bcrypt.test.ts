import { describe, expect, it } from "vitest";
import { comparePassword } from "../../src/http/bcrypt.ts";

/**
 * Test vectors of crypt_blowfish 1.3, the file wrapper.c, https://www.openwall.com/crypt/. The one with a password of
 * 8-bit characters that are no UTF-8 is left out.
 */
const vectors = [
  ["$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"],
  ["$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", "U*U*"],
  ["$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a", "U*U*U"],
  [
    "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
  ],
  ["$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy", ""],
] as const;

describe("a bcrypt hash", () => {
  it.each(vectors)("%s has the password %j and no other", async (hash, password) => {
    expect(await comparePassword(password, hash)).toBe(true);
    expect(await comparePassword(`!${password}`, hash)).toBe(false);
  });

  it("is the same under the names of its later versions, as htpasswd and others write them", async () => {
    const [hash, password] = vectors[0];
    for (const version of ["$2b$", "$2y$"]) {
      expect(await comparePassword(password, hash.replace("$2a$", version))).toBe(true);
    }
  });

  it("is checked beside the event loop, which goes on", async () => {
    const ticks = { count: 0 };
    const timer = setInterval(() => {
      ticks.count += 1;
    }, 5);
    // Cost 10: at least fifty milliseconds of work on any machine of today.
    await comparePassword("x", vectors[0][0].replace("$05$", "$10$"));
    clearInterval(timer);
    expect(ticks.count).toBeGreaterThan(5);
  });
});
