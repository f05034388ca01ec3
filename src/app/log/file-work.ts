/**
 * What of a log leaves it as a file or comes back: backup, audit chain, receipt. Knows files; knows nothing of screens.
 */
import type { Journal } from '../../log/journal.ts';
import { verifyAudit } from '../../log/vault/audit-chain.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { AuditReceipt, UnlockSecret } from '../../protocol/vault.ts';
import type { AuditView } from '../../ui/log/log-view.ts';
import { downloadFiles } from '../save-file.ts';

export async function saveBackup(
  journal: Journal,
  options: { readonly owner: UnlockSecret; readonly passphrase: string },
): Promise<void> {
  const file = await journal.backup(options);
  downloadFiles([new File([file], `smallworks-log-${today()}.backup`)]);
}

export async function saveAudit(journal: Journal): Promise<void> {
  downloadFiles([jsonFile(`smallworks-audit-${today()}.json`, await journal.vault.exportAudit())]);
}

export async function saveReceipt(journal: Journal): Promise<void> {
  downloadFiles([jsonFile(`smallworks-receipt-${today()}.json`, await journal.vault.receipt())]);
}

/** Checks the chain, and every record where the open role reads them. Throws Fault `vault-damaged` for a file that is none. */
export async function checkLog(journal: Journal, file: File | undefined): Promise<AuditView> {
  const receipt = file === undefined ? undefined : await readReceipt(file);
  if (journal.vault.may('read')) {
    const check = await journal.check(receipt === undefined ? {} : { receipt });
    return { verdict: check.audit, check };
  }
  return { verdict: await verifyAudit(await journal.vault.exportAudit(), receipt), check: undefined };
}

async function readReceipt(file: File): Promise<AuditReceipt> {
  const receipt = await readJson(file);
  const { vaultId, sequence, hash } = receipt ?? {};
  if (typeof vaultId === 'string' && typeof sequence === 'number' && typeof hash === 'string')
    return { vaultId, sequence, hash };
  throw new Fault({
    code: faultCodes.vaultDamaged,
    message: 'This file is no receipt of an audit log.',
    remedy: 'Choose a file that "Save a receipt" has made.',
    details: { what: 'receipt' },
  });
}

async function readJson(file: File): Promise<Partial<Record<keyof AuditReceipt, unknown>> | null> {
  try {
    return JSON.parse(await file.text()) as Partial<Record<keyof AuditReceipt, unknown>> | null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function jsonFile(name: string, value: object): File {
  return new File([JSON.stringify(value)], name, { type: 'application/json' });
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
