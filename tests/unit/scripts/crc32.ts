/** CRC-32 as zip uses it (reflected, polynomial 0xEDB88320); Node 20's zlib has none. */
export function crc32Of(body: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of body) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}
