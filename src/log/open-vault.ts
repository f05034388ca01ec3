/**
 * The vault of a log as it is opened: found or founded, unlocked where it can be, and a log that the browser lost noted in the
 * audit log of the new one. Knows vaults; nothing of runs.
 */
import type { Role, UnlockSecret } from '../protocol/vault.ts';
import type { JournalStore } from './journal-store.ts';
import { findLoss, rememberLog } from './lost-log.ts';
import type { LogLoss } from './lost-log.ts';
import { foundVault } from './vault/vault-admin.ts';
import { Vault } from './vault/vault.ts';

export interface OpenVaultOptions {
  /** Name of the log. */
  readonly name: string;
  readonly unlock: { readonly role: Role; readonly secret: UnlockSecret } | undefined;
  /** What the browser said of data that it lost. */
  readonly said: string | undefined;
}

export interface OpenedVault {
  readonly vault: Vault;
  readonly loss: LogLoss | undefined;
}

/** Throws Fault `vault-locked` where `unlock` does not fit, `vault-damaged` where the keys are not what was written. */
export async function openVault(
  store: JournalStore,
  { name, unlock, said }: OpenVaultOptions,
): Promise<OpenedVault> {
  const found = await Vault.find(store);
  const loss = found === undefined ? findLoss(name, said) : undefined;
  const vault = found ?? (await foundVault(store, unlock === undefined ? {} : { secret: unlock.secret }));
  if (found !== undefined) {
    if (unlock !== undefined) await vault.unlock(unlock);
    else if (vault.opensByDevice) await vault.unlock({ role: 'owner', secret: { type: 'device' } });
  }
  if (loss !== undefined) {
    const { vaultId = null, reason } = loss;
    await vault.audit.note({ action: 'lost', details: { vaultId, reason } });
  }
  rememberLog(name, vault.id);
  return { vault, loss };
}
