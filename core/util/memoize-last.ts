/**
 * Remembers the last answer of a reader while the key stays the same: a Map sends one function many roles
 * of one run, whose files never change. A failed read is not remembered.
 */
export function memoizeLast<Answer>(): (key: string, read: () => Promise<Answer>) => Promise<Answer> {
  let known: { key: string; answer: Promise<Answer> } | undefined;
  return (key, read) => {
    if (known?.key === key) return known.answer;
    const answer = read();
    known = { key, answer };
    answer.catch(() => {
      if (known?.answer === answer) known = undefined;
    });
    return answer;
  };
}
