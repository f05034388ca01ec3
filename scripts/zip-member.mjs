/**
 * Takes one member out of a zip archive (a Python wheel is one) and streams it into a file.
 * Reads the parts of the format that wheels use: stored or deflated, below 4 GiB, no encryption.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;

/**
 * @typedef {object} Member
 * @property {number} method 0 stored, 8 deflated.
 * @property {number} compressedBytes
 * @property {number} bytes
 * @property {number} headerOffset
 */

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {string} name
 * @returns {Promise<Member>}
 */
async function findMember(file, name) {
  const { size } = await file.stat();
  // The end record is 22 bytes and a comment of at most 65,535.
  const tail = Buffer.alloc(Math.min(size, 22 + 65_535));
  await file.read(tail, 0, tail.length, size - tail.length);
  const end = tail.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0 || end + 22 > tail.length) {
    throw new Error('not a zip archive (no end record): the file is broken or cut short');
  }
  const directory = Buffer.alloc(tail.readUInt32LE(end + 12));
  await file.read(directory, 0, directory.length, tail.readUInt32LE(end + 16));
  for (
    let at = 0;
    at + 46 <= directory.length && directory.readUInt32LE(at) === entrySignature;
    at +=
      46 + directory.readUInt16LE(at + 28) + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  ) {
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    if (directory.toString('utf8', at + 46, nameEnd) !== name) continue;
    return {
      method: directory.readUInt16LE(at + 10),
      compressedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      headerOffset: directory.readUInt32LE(at + 42),
    };
  }
  throw new Error(`the archive has no member ${name}`);
}

/**
 * Writes the member `name` of the archive at `archivePath` to `targetPath`, replacing what is there.
 * @param {{ archivePath: string, name: string, targetPath: string,
 *   onProgress?: (state: { doneBytes: number, totalBytes: number }) => void }} options
 * @returns {Promise<void>}
 * @throws {Error} where the archive is broken, lacks the member, or uses a method other than stored and deflated.
 */
export async function extractMember({ archivePath, name, targetPath, onProgress }) {
  const file = await open(archivePath);
  /** @type {Member} */
  let member;
  const local = Buffer.alloc(30);
  try {
    member = await findMember(file, name);
    await file.read(local, 0, 30, member.headerOffset);
  } finally {
    await file.close();
  }
  if (local.readUInt32LE(0) !== localSignature) throw new Error('the archive is broken (no local header)');
  if (member.method !== 0 && member.method !== 8) {
    throw new Error(`the archive uses compression method ${member.method}, which is not supported`);
  }
  const start = member.headerOffset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  let doneBytes = 0;
  const count = new Transform({
    transform(chunk, _encoding, done) {
      doneBytes += chunk.length;
      onProgress?.({ doneBytes, totalBytes: member.bytes });
      done(null, chunk);
    },
  });
  if (member.compressedBytes === 0) await writeFile(targetPath, '');
  else {
    const target = createWriteStream(targetPath);
    const source = createReadStream(archivePath, { start, end: start + member.compressedBytes - 1 });
    await (member.method === 0
      ? pipeline(source, count, target)
      : pipeline(source, createInflateRaw(), count, target));
  }
  if (doneBytes !== member.bytes)
    throw new Error(`the member has ${doneBytes} bytes, expected ${member.bytes}`);
}
