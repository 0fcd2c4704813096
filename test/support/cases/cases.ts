import type { Case } from './case.ts';
import { installConfigs, names } from './clusters.ts';
import { guarded } from './guarded.ts';
import { payloads } from './payloads.ts';
import { archives, requests } from './uploads.ts';

/** Inputs of every kind that people have, with what is right for each. */
export const CASES: readonly Case[] = [
  ...installConfigs,
  ...names,
  ...payloads,
  ...archives,
  ...requests,
  ...guarded,
];
