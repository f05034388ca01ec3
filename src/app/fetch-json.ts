/** A list that lies beside the site, as it is: fetched and parsed, not checked. Knows nothing of what is in it. */

export interface FetchedJson {
  /** HTTP status; 0: there was no answer. */
  readonly status: number;
  /** Undefined where the answer was an error, or no JSON. */
  readonly value: unknown;
}

/** Rejects with the signal's reason only. */
export async function fetchJson(url: URL, signal?: AbortSignal): Promise<FetchedJson> {
  let status = 0;
  let value: unknown;
  try {
    const response = await fetch(url, signal === undefined ? {} : { signal });
    status = response.status;
    if (response.ok) value = await response.json();
  } catch (error) {
    // No network is a TypeError, no JSON a SyntaxError; both mean that there is nothing to read.
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
  }
  return { status, value };
}
