/**
 * A whole log as one encrypted file, and back. Its rows are sealed already; the file seals them again, with what they leave
 * readable, under a passphrase of its own: Argon2id, then AES-256-GCM in pieces, each bound to its place and the last one
 * marked (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption and its
 * Nonce-Reuse Misuse-Resistance", CRYPTO 2015), so that no piece can be left out, moved or cut off.
 * Knows rows; knows nothing of runs. The key of a browser profile does not travel.
 */
import type { Bytes, GrantRow, PassphraseCost } from '../../protocol/vault.ts';
import { together } from '../journal-store.ts';
import type { JournalStore } from '../journal-store.ts';
import { journalUnavailable } from '../storage-fault.ts';
import { concatenate, fromBase64, randomBytes, toBase64, toBytes, toText } from './encoding.ts';
import { damagedFault } from './permissions.ts';
import { passphraseCost, passphraseKey } from './unlock-key.ts';

/** Stores whose rows travel, in the order in which they are written back. */
const backedUp = [
  'vault',
  'runKeys',
  'sealedRuns',
  'sealedRecords',
  'annexes',
  'originals',
  'audit',
] as const;

/** Rows that are read, and sealed, as one piece. */
const rowsPerPiece = 200;

interface BackupHeader {
  readonly format: 'smallworks-backup';
  readonly v: 1;
  /** Base64. */
  readonly salt: string;
  /** Base64, 7 bytes: the part of the nonces that is the file's own. */
  readonly nonce: string;
  readonly cost: PassphraseCost;
}

interface Piece {
  readonly store: (typeof backedUp)[number];
  readonly rows: readonly unknown[];
}

const remedy = 'Take another copy of the backup, and check its passphrase.';

/**
 * The log as a file, of one moment. `owner` stands in place of the owner's grant: a way in that travels. The file is made of
 * blobs, which the browser may keep on disk.
 */
export async function writeBackup(
  store: JournalStore,
  { passphrase, owner }: { readonly passphrase: string; readonly owner: GrantRow },
): Promise<Blob> {
  const header: BackupHeader = {
    format: 'smallworks-backup',
    v: 1,
    salt: toBase64(randomBytes(16)),
    nonce: toBase64(randomBytes(7)),
    cost: passphraseCost,
  };
  const headerBytes = toBytes(`${JSON.stringify(header)}\n`);
  const key = await passphraseKey(passphrase, fromBase64(header.salt), header.cost);
  const parts: Blob[] = [new Blob([headerBytes])];
  const pieces = await readPieces(store, owner);
  for (const [counter, piece] of pieces.entries()) {
    const iv = nonceOf(header, counter, counter === pieces.length - 1);
    const sealing = { name: 'AES-GCM', iv, additionalData: headerBytes };
    const sealed = await crypto.subtle.encrypt(sealing, key, await piece.arrayBuffer());
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, sealed.byteLength);
    parts.push(new Blob([length, sealed]));
  }
  return new Blob(parts, { type: 'application/octet-stream' });
}

/**
 * Writes a backup into a log that is empty. All of it is opened and checked before the first row is written, and what was
 * written is taken away where the rest does not fit.
 * @throws Fault `vault-damaged`: it is no backup, was changed or cut, or the passphrase is another. `storage-full`.
 * `journal-unavailable`: the log is not empty.
 */
export async function readBackup(store: JournalStore, file: Blob, passphrase: string): Promise<void> {
  const opening = await checkBackup(file, passphrase);
  const stores = [...backedUp, 'runs'] as const;
  const counts = await store.read([...stores], (transaction) =>
    Promise.all(stores.map((name) => transaction.objectStore(name).count())),
  );
  if (counts.some((count) => count > 0)) {
    throw journalUnavailable({
      reason: 'There is a log of that name already, and a backup does not go over it.',
      remedy: 'Restore under another name, or delete the data of this site first.',
    });
  }
  try {
    for await (const { store: name, rows } of openPieces(file, opening)) {
      await store.write([name], (transaction) => {
        const table = transaction.objectStore(name);
        return together(rows.map((row) => async () => table.put(row as never)));
      });
    }
  } catch (error) {
    await store.write([...backedUp], (transaction) =>
      together(backedUp.map((name) => async () => transaction.objectStore(name).clear())),
    );
    throw error;
  }
}

/** Opens a whole backup and keeps nothing of it but its key. Throws Fault `vault-damaged`. */
export async function checkBackup(file: Blob, passphrase: string): Promise<Opening> {
  const opening = await openHeader(file, passphrase);
  for await (const piece of openPieces(file, opening)) {
    if (!isPiece(piece)) throw damagedFault('backup', remedy);
  }
  return opening;
}

/** All rows as pieces, within one transaction: nothing but its requests is awaited. */
async function readPieces(store: JournalStore, owner: GrantRow): Promise<Blob[]> {
  return store.read([...backedUp], async (transaction) => {
    const pieces: Blob[] = [];
    for (const name of backedUp) {
      let rows: unknown[] = [];
      const take = (): void => {
        const piece: Piece = { store: name, rows };
        pieces.push(new Blob([JSON.stringify(piece, asPlain)]));
        rows = [];
      };
      let cursor = await transaction.objectStore(name).openCursor();
      while (cursor !== null) {
        if (cursor.primaryKey === owner.name) rows.push(owner);
        else if (cursor.primaryKey !== 'device-key') rows.push(cursor.value);
        if (rows.length >= rowsPerPiece) take();
        cursor = await cursor.continue();
      }
      take();
    }
    return pieces;
  });
}

interface Opening {
  readonly header: BackupHeader;
  readonly headerBytes: Bytes;
  readonly key: CryptoKey;
}

async function openHeader(file: Blob, passphrase: string): Promise<Opening> {
  const { header, headerBytes } = await readHeader(file);
  return { header, headerBytes, key: await passphraseKey(passphrase, fromBase64(header.salt), header.cost) };
}

async function* openPieces(file: Blob, { header, headerBytes, key }: Opening): AsyncGenerator<Piece, void> {
  let at = headerBytes.length;
  let counter = 0;
  while (at < file.size) {
    const length = new DataView(await file.slice(at, at + 4).arrayBuffer());
    const end = at + 4 + (length.byteLength === 4 ? length.getUint32(0) : 0);
    const sealed = await file.slice(at + 4, end).arrayBuffer();
    const iv = nonceOf(header, counter, end >= file.size);
    const opened = await crypto.subtle
      .decrypt({ name: 'AES-GCM', iv, additionalData: headerBytes }, key, sealed)
      .catch(() => undefined);
    if (opened === undefined) throw damagedFault('backup', remedy);
    yield JSON.parse(toText(new Uint8Array(opened)), asBytes) as Piece;
    at = end;
    counter += 1;
  }
  if (counter === 0) throw damagedFault('backup', remedy);
}

async function readHeader(
  file: Blob,
): Promise<{ readonly header: BackupHeader; readonly headerBytes: Bytes }> {
  const start = new Uint8Array(await file.slice(0, 1024).arrayBuffer());
  const headerBytes = start.slice(0, start.indexOf(10) + 1);
  try {
    const header = JSON.parse(toText(headerBytes)) as Partial<BackupHeader> | null;
    if (header?.format === 'smallworks-backup' && header.v === 1) {
      const { salt, nonce, cost } = header as BackupHeader;
      // What costs more than ours is no file of ours; it is not begun with.
      const isOurs = cost.memoryKib === passphraseCost.memoryKib && cost.passes === passphraseCost.passes;
      if (
        isOurs &&
        cost.lanes === passphraseCost.lanes &&
        fromBase64(salt).length === 16 &&
        fromBase64(nonce).length === 7
      ) {
        return { header: header as BackupHeader, headerBytes };
      }
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError || error instanceof DOMException))
      throw error;
  }
  throw damagedFault('backup', remedy);
}

/** The file's own 7 bytes, 4 of the piece's number, one that is 1 for the last. */
function nonceOf({ nonce }: BackupHeader, counter: number, isLast: boolean): Bytes {
  const place = new Uint8Array(5);
  new DataView(place.buffer).setUint32(0, counter);
  place[4] = isLast ? 1 : 0;
  return concatenate(fromBase64(nonce), place);
}

function isPiece({ store, rows }: Piece): boolean {
  return backedUp.includes(store) && Array.isArray(rows);
}

function asPlain(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { $bytes: toBase64(value) } : value;
}

function asBytes(_name: string, value: unknown): unknown {
  const isBytes = typeof value === 'object' && value !== null && '$bytes' in value;
  return isBytes && typeof value.$bytes === 'string' ? fromBase64(value.$bytes) : value;
}
