import { expect, it } from 'vitest';
import {
  type Coverage,
  comparePermissions,
  type LivePermissions,
} from '../../../../core/domain/policy/coverage.ts';
import type { PolicyDocument } from '../../../../core/domain/policy-document.ts';

export type Statement = Record<string, unknown>;

/** A policy of these statements. */
export function policy(...Statement: Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

/** A statement that allows, on every resource unless said. */
export function allow(Action: unknown, Resource: unknown = '*', Condition?: unknown): Statement {
  return { Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

/** A statement that denies, on every resource unless said. */
export function deny(Action: unknown, Resource: unknown = '*', Condition?: unknown): Statement {
  return { ...allow(Action, Resource, Condition), Effect: 'Deny' };
}

/** What the live policies cover of the wanted statements. */
export function compare(
  wanted: Statement[],
  live: Statement[],
  more: Omit<LivePermissions, 'policies'> = {},
): Coverage {
  return comparePermissions(policy(...wanted), { policies: [policy(...live)], ...more });
}

/** The verdict, and the reasons of all gaps. */
export function answer({ verdict, missing, unknown }: Coverage): [Coverage['verdict'], ...string[]] {
  return [verdict, ...[...missing, ...unknown].map(({ reason }) => reason)];
}

type Case = [string, Statement[], Statement[], Coverage['verdict'], ...string[]];

/** A test for each case: what is wanted, what is live, then the verdict and the reasons. */
export function table(cases: Case[]): void {
  it.each(cases)('%s', (_, wanted, live, ...expected) => {
    expect(answer(compare(wanted, live))).toEqual(expected);
  });
}

export const REGION = 'aws:RequestedRegion';
