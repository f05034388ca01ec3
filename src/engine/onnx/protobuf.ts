/**
 * Writes protocol-buffer messages: fields in, bytes out. Knows the wire format (variable-length integers, 32-bit
 * floats, length-delimited pieces) and no schema. Own and small, because the libraries build their encoders with
 * `new Function`, which the content security policy forbids.
 */

const continuation = 0x80n;
const utf8 = new TextEncoder();

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest >= continuation) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

/** One message under construction. Fields stand in the order in which they are added. */
export class ProtobufMessage {
  #pieces: Uint8Array[] = [];
  #length = 0;

  /** Whole numbers of any sign (int32, int64, enum, bool). */
  integer(field: number, value: number): this {
    return this.#add(Uint8Array.from([...varint(BigInt(field * 8)), ...varint(BigInt(value))]));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#add(Uint8Array.from(varint(BigInt(field * 8 + 5)))).#add(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    const head = [...varint(BigInt(field * 8 + 2)), ...varint(BigInt(value.length))];
    return this.#add(Uint8Array.from(head)).#add(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  message(field: number, value: ProtobufMessage): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array<ArrayBuffer> {
    const output = new Uint8Array(this.#length);
    let position = 0;
    for (const piece of this.#pieces) {
      output.set(piece, position);
      position += piece.length;
    }
    return output;
  }

  #add(piece: Uint8Array): this {
    this.#pieces.push(piece);
    this.#length += piece.length;
    return this;
  }
}
