/** True for digits that nobody would write for a measurement: `00043094`, `5706567000000001`. */
export const isSerialNumber = (text: string): boolean => /^[-+]?(?:0\d|\d{16})/u.test(text.trim());

/** True for hexadecimal digits that look like an exponent: `20500e464`. */
export const looksHexadecimal = (text: string): boolean => /^[-+]?\d+e/iu.test(text.trim());
