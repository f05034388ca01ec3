/**
 * A linear of the graph as the GGUF matrices it is made of: those that read the same input stand in one product
 * (q, k and v; gate and up). Knows the order of rows that rope asks for; reads nothing.
 */
import type { PackedMatrix } from './tensor-reader.ts';

/** A part of a linear: its matrix, and which of the matrix's rows stands at each place. Absent: as in the file. */
export interface LinearPart {
  readonly matrix: PackedMatrix;
  readonly rowAt?: (row: number) => number;
}

export interface Linear {
  readonly name: string;
  readonly parts: readonly LinearPart[];
  /** Numbers that go in. */
  readonly from: number;
  /** Numbers that come out, of all parts together. */
  readonly to: number;
}

/**
 * The row of the file that stands at a place of the graph: within a head, the graph has first all even, then all odd
 * rows of the file.
 */
export function straightenRope(headSize: number): (row: number) => number {
  const half = headSize / 2;
  return (row) => {
    const place = row % headSize;
    return row - place + (place < half ? 2 * place : 2 * (place - half) + 1);
  };
}

/** Makes a linear of parts that read the same input. */
export function joinParts(name: string, parts: readonly LinearPart[]): Linear {
  return {
    name,
    parts,
    from: parts[0]?.matrix.columns ?? 0,
    to: parts.reduce((sum, { matrix }) => sum + matrix.rows, 0),
  };
}
