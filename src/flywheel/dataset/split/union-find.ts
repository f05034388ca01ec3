/**
 * Which of many things belong together, from pairs that do: disjoint sets with path halving (Tarjan, van Leeuwen, Journal of
 * the ACM 31, 1984). The smallest number of a set stands for it, so that the order of the pairs makes no difference.
 */
export class UnionFind {
  #parents = new Uint32Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** A new set of one; its number is the count before. */
  add(): number {
    const item = this.#count;
    if (item === this.#parents.length) {
      const longer = new Uint32Array(item * 2);
      longer.set(this.#parents);
      this.#parents = longer;
    }
    this.#parents[item] = item;
    this.#count += 1;
    return item;
  }

  find(item: number): number {
    let at = item;
    for (;;) {
      const parent = this.#parents[at] as number;
      if (parent === at) return at;
      const above = this.#parents[parent] as number;
      this.#parents[at] = above;
      at = above;
    }
  }

  join(one: number, other: number): void {
    const [first, second] = [this.find(one), this.find(other)];
    if (first < second) this.#parents[second] = first;
    else this.#parents[first] = second;
  }

  state(): Uint32Array {
    return this.#parents.slice(0, this.#count);
  }

  static restore(parents: Uint32Array): UnionFind {
    const sets = new UnionFind();
    sets.#parents = new Uint32Array(Math.max(1024, parents.length));
    sets.#parents.set(parents);
    sets.#count = parents.length;
    return sets;
  }
}
