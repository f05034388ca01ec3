/** What is used of the peer, which is installed for a benchmark only. */
declare module 'redact-pii' {
  export class SyncRedactor {
    redact(text: string): string;
  }
}
