/**
 * Writes small zip archives for tests, by the format's own rules, so that no archive has to lie in the repository.
 */
import { crc32Of } from './crc32.ts';
import { deflateRawSync } from 'node:zlib';

interface Part {
  readonly name: string;
  readonly body: Buffer;
  readonly deflate?: boolean;
  /** Overrides the method's number, to make an archive that readers must refuse. */
  readonly method?: number;
}

/** An archive with the parts in their order. */
export function makeZip(parts: readonly Part[]): Buffer {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, body, deflate = false, method = deflate ? 8 : 0 } of parts) {
    const packed = deflate ? deflateRawSync(body) : body;
    const nameBytes = Buffer.from(name);
    // Version, flags, method, time, date, checksum, both sizes, length of the name, of the extra field.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32Of(body), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(body.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    bodies.push(Buffer.from('PK\u0003\u0004', 'latin1'), common, nameBytes, packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    entries.push(Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), common, tail, nameBytes);
    offset += 4 + common.length + nameBytes.length + packed.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}
