/**
 * Passkeys as secrets of a log: WebAuthn with the PRF extension (W3C Web Authentication Level 3, 10.1.4). An authenticator
 * gives 32 bytes that depend on the passkey and on the vault's id, after it has verified its user, and on nothing else.
 * Knows the browser's authenticators; knows nothing of what the bytes open.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { Role, UnlockSecret } from '../../protocol/vault.ts';

type PasskeySecret = Extract<UnlockSecret, { type: 'passkey' }>;

/** The part of WebAuthn Level 3 that says what a browser can do; not in every browser. */
interface CapabilityScope {
  getClientCapabilities?(): Promise<Readonly<Record<string, boolean>>>;
}

/** Whether it is worth asking. The authenticator has the last word: it may have no PRF. */
export async function hasPasskeys(): Promise<boolean> {
  if (!('PublicKeyCredential' in globalThis) || !isSecureContext) return false;
  const scope = PublicKeyCredential as unknown as CapabilityScope;
  const capabilities = await scope.getClientCapabilities?.().catch(() => undefined);
  return capabilities?.['extension:prf'] !== false;
}

/** Makes a passkey for a role of a vault. Throws Fault `aborted` where its user said no, `unsupported` where it has no PRF. */
export async function makePasskey({
  vaultId,
  role,
}: {
  readonly vaultId: string;
  readonly role: Role;
}): Promise<PasskeySecret> {
  const name = `smallworks log, ${role}`;
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { name: 'smallworks' },
        user: { id: crypto.getRandomValues(new Uint8Array(16)), name, displayName: name },
        challenge: challenge(),
        // ES256, EdDSA and RS256: what authenticators have. The signature itself is not used.
        pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg }) as const),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        extensions: { prf: { eval: { first: inputOf(vaultId) } } },
      },
    }),
  );
  // Some authenticators answer at the making, others only when they are asked again.
  return (
    secretOf(made) ??
    usePasskey({ vaultId, credentialIds: made instanceof PublicKeyCredential ? [made.id] : [] })
  );
}

/** Asks for one of these passkeys. Throws Fault `aborted` where its user said no, `unsupported` where it has no PRF. */
export async function usePasskey({
  vaultId,
  credentialIds,
}: {
  readonly vaultId: string;
  readonly credentialIds: readonly string[];
}): Promise<PasskeySecret> {
  const used = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: challenge(),
        allowCredentials: credentialIds.map((id) => ({ type: 'public-key', id: fromBase64Url(id) })),
        userVerification: 'required',
        extensions: { prf: { eval: { first: inputOf(vaultId) } } },
      },
    }),
  );
  const secret = secretOf(used);
  if (secret === undefined) throw noPrf();
  return secret;
}

function secretOf(credential: Credential | null): PasskeySecret | undefined {
  if (!(credential instanceof PublicKeyCredential)) return undefined;
  const first = credential.getClientExtensionResults().prf?.results?.first;
  if (first === undefined) return undefined;
  const bytes = ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength)
    : new Uint8Array(first);
  return { type: 'passkey', credentialId: credential.id, prf: Uint8Array.from(bytes) };
}

/** What the PRF is evaluated on: another vault of the same site gets other bytes. */
function inputOf(vaultId: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`smallworks/vault/${vaultId}`);
}

/** Nobody checks the signature here, so it only has to be new. */
function challenge(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32));
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.codePointAt(0) ?? 0);
}

async function asked(ask: () => Promise<Credential | null>): Promise<Credential | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new Fault(
      {
        code: error.name === 'NotAllowedError' ? faultCodes.aborted : faultCodes.unsupported,
        message: 'The passkey was not used.',
        reason: error.message,
        remedy: 'Try again, or use a passphrase.',
        details: { feature: 'passkey' },
      },
      { cause: error },
    );
  }
}

function noPrf(): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: 'This passkey cannot open a log.',
    reason: 'Its authenticator has no PRF extension, which gives the key.',
    remedy: 'Use another authenticator, or a passphrase.',
    details: { feature: 'passkey' },
  });
}
