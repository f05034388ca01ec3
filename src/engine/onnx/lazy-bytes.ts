/**
 * A Uint8Array that makes its bytes when they are asked for. The runtime copies external data into its own memory with
 * one `subarray` a tensor, while it builds the session: so floats exist once there, and here one tensor at a time.
 * Knows that habit of ONNX Runtime's loader (`mountExternalData`), which the tests hold it to.
 */
export class LazyBytes extends Uint8Array<ArrayBuffer> {
  readonly #size: number;
  readonly #make: () => Uint8Array<ArrayBuffer>;

  /** `make` gives exactly `size` bytes; it is called once for each reading. */
  constructor(size: number, make: () => Uint8Array<ArrayBuffer>) {
    super(new ArrayBuffer(0));
    this.#size = size;
    this.#make = make;
  }

  override get byteLength(): number {
    return this.#size;
  }

  override subarray(begin = 0, end = this.#size): Uint8Array<ArrayBuffer> {
    return this.#make().subarray(begin, end);
  }
}
