/**
 * From the way that a person chose to the secret that the vault takes. Knows passphrases, passkeys and the key of this
 * browser profile; knows nothing of what they open.
 */
import type { Vault } from '../../log/vault/vault.ts';
import type { Role, UnlockSecret, UnlockType } from '../../protocol/vault.ts';
import type { Way } from '../../ui/log/log-view.ts';
import { makePasskey, usePasskey } from './passkey.ts';

/** The secret of a role that has this way already. Throws what `usePasskey` throws. */
export async function secretOf(vault: Vault, role: Role, way: Way): Promise<UnlockSecret> {
  if (way.type !== 'passkey') return way;
  const secrets = vault.rows.grants[role]?.secrets ?? [];
  const credentialIds = secrets.flatMap((one) => (one.type === 'passkey' ? [one.credentialId] : []));
  return usePasskey({ vaultId: vault.id, credentialIds });
}

/** The secret of a way that a role is to get. Throws what `makePasskey` throws. */
export async function newSecretOf(vault: Vault, role: Role, way: Way): Promise<UnlockSecret> {
  return way.type === 'passkey' ? makePasskey({ vaultId: vault.id, role }) : way;
}

/** How each role can be unlocked. Readable while the vault is locked. */
export function waysOf(vault: Vault): Partial<Record<Role, readonly UnlockType[]>> {
  return Object.fromEntries(
    Object.entries(vault.rows.grants).map(([role, { secrets }]) => [role, secrets.map(({ type }) => type)]),
  );
}
