/**
 * The alphabet of byte-level vocabularies: each of the 256 bytes as one printable character, as GPT-2 laid it down.
 * Knows bytes and characters; nothing of tokens.
 */

/** Bytes that stand for themselves: what Latin-1 can print. */
function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

const characters: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++));
})();

const bytes: ReadonlyMap<string, number> = new Map(characters.map((character, byte) => [character, byte]));

/** Bytes as characters of the alphabet. */
export function toByteLevel(data: Uint8Array): string {
  return Array.from(data, (byte) => characters[byte] ?? '').join('');
}

/** The bytes that a text of the alphabet stands for; a character outside of it stands for its own UTF-8. */
export function fromByteLevel(text: string): Uint8Array {
  const encoder = new TextEncoder();
  const data: number[] = [];
  for (const character of text) {
    const byte = bytes.get(character);
    if (byte === undefined) data.push(...encoder.encode(character));
    else data.push(byte);
  }
  return Uint8Array.from(data);
}
