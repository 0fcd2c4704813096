/**
 * Work that is begun before it is known whether anybody needs it, beside what tells. That it failed is thrown at whoever awaits
 * it; where nobody does, it is no unhandled rejection.
 */
export function begun<Result>(work: Promise<Result>): Promise<Result> {
  work.catch(() => undefined);
  return work;
}
