/**
 * How many calls one request can ask for: one for each of its parts. A small model that may write another call writes
 * another call, so the grammar offers no more than the request has parts. Pure; knows English joints, no tools.
 */

/** Where one part of a request ends and another may begin. */
const joints =
  /[,;:&?!\n]|\.(?=\s)|\b(?:and|or|then|also|plus|both|each|every|all|next|after|before|while|with|as well)\b/gi;

const mostCallsEver = 8;

/**
 * An upper bound of the calls that a request asks for, 1 to 8. Of 518 requests that ask for two to six calls
 * (BFCL parallel, Seal-Tools) it is too small for two, and it is 1 for eight of ten that ask for one (SNIPS).
 */
export function mostCalls(request: string): number {
  const parts = request
    .trim()
    .replace(/[.?!]+$/, '')
    .matchAll(joints);
  return Math.min(mostCallsEver, 1 + [...parts].length);
}
