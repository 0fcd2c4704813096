import { sdkError } from './sdk-error.ts';

type Call = (...args: never[]) => Promise<unknown>;

/** A gateway whose named call does its work the first time, but whose answer is lost on the way. */
export function losingAnswerOf<Gateway extends object>(gateway: Gateway, method: keyof Gateway): Gateway {
  let lost = false;
  const call = gateway[method] as Call;
  return {
    ...gateway,
    [method]: async (...args: never[]) => {
      const answer = await call(...args);
      if (lost) return answer;
      lost = true;
      throw sdkError('TimeoutError');
    },
  };
}

/** A gateway whose named call always fails with an error. */
export function failing<Gateway extends object>(
  gateway: Gateway,
  method: keyof Gateway,
  error: Error,
): Gateway {
  return { ...gateway, [method]: () => Promise.reject(error) };
}

/**
 * A gateway that stops working at its n-th call, counted from 0: `before` that call does its work or `after` it, as a task
 * does that runs out of time. Later calls fail too.
 */
export function stoppingAt<Gateway extends object>(
  gateway: Gateway,
  n: number,
  when: 'before' | 'after',
): Gateway {
  let calls = 0;
  const entries = Object.entries(gateway).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value];
    const call = value as Call;
    return [
      name,
      async (...args: never[]) => {
        calls += 1;
        if (calls - 1 < n) return call(...args);
        if (calls - 1 === n && when === 'after') await call(...args);
        throw sdkError('TimeoutError');
      },
    ];
  });
  return Object.fromEntries(entries) as Gateway;
}
