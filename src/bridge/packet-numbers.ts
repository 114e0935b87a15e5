/**
 * Has the library write each number when it is needed. Otherwise it makes a table of all 65,536 numbers of two bytes
 * with its first packet, which stays: 7 MB, about half of what the whole program takes.
 */
export const writeNumbersWhenNeeded = async (): Promise<void> => {
  const { writeToStream } = await import("mqtt-packet");
  writeToStream.cacheNumbers = false;
};
