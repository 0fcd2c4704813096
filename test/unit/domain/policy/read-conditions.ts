import { readConditions } from '../../../../core/domain/policy/conditions.ts';

export type Block = Record<string, Record<string, unknown>>;

export const budget = () => ({ left: 10_000_000 });

export const read = (block: unknown) => readConditions(block, true);
