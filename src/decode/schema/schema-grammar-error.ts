/** The refusal of a schema: which keyword, where, why, and what to do about it. Knows nothing of how it was found. */

export interface SchemaRefusal {
  readonly keyword: string;
  /** JSON Pointer of the schema that holds the keyword (RFC 6901). */
  readonly path: string;
  /** Reads after the keyword's name. */
  readonly reason: string;
  readonly remedy: string;
}

/** A schema that no value satisfies, whose references lead nowhere, or that is not one of draft 2020-12. */
export class SchemaGrammarError extends Error {
  readonly keyword: string;
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;

  constructor({ keyword, path, reason, remedy }: SchemaRefusal) {
    super(`${keyword}: ${reason} (at ${path === '' ? 'the top' : path}). ${remedy}`);
    this.name = 'SchemaGrammarError';
    this.keyword = keyword;
    this.path = path;
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** No value satisfies a part of a schema; another alternative may still have one. */
export class NoValue extends SchemaGrammarError {
  constructor(
    keyword: string,
    path: string,
    reason = 'no value satisfies it together with the other keywords',
  ) {
    super({ keyword, path, reason, remedy: 'Correct the schema, or leave this part out.' });
    this.name = 'NoValue';
  }
}
